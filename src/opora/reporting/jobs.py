"""Background work of reports: each ordered version is a job of its own, so that a run of fifty goes on after a crash."""

from __future__ import annotations

from django_tasks import task

from opora.reporting.services import files


@task()
def make_version(version_id: int) -> str:
    """Make the files of a version; safe to run again."""
    return files.make(version_id)
