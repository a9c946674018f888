"""Large files are imported by the worker; the page shows how far it is."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import get_user_model
from django.utils.module_loading import import_string
from django_tasks import task

from opora.core.access import Actor
from opora.core.reasons import Busy, Forbidden
from opora.core.registers import registry
from opora.core.registers.importing import uploads
from opora.core.registers.importing.reading import Unreadable
from opora.core.registers.importing.run import import_file
from opora.core.registers.importing.uploads import Upload

INLINE_BYTES = 1_500_000
"""Smaller files are imported while the person waits."""
BROKEN = "Работа с файлом прервалась из-за сбоя, ничего не записано. Попробуйте ещё раз."


@task()
def run_upload(token: str, account_id: int, register: str, write: bool, accept_valid: bool) -> None:
    """Check or write an uploaded file on behalf of its account; safe to run again after a dead worker.

    What was told as refused stays refused: a later try behind the person's back would make that untrue.
    """
    upload = uploads.find(token, account_id, register)
    if upload is not None and upload.state not in ("written", "refused"):
        account = get_user_model()._default_manager.get(pk=account_id)
        # what an account may do, a higher room knows: the settings name its function
        actor_of = import_string(settings.OPORA_ACTOR_OF)
        perform(actor_of(account), upload, write=write, accept_valid=accept_valid)


def perform(actor: Actor, upload: Upload, *, write: bool, accept_valid: bool) -> None:
    """Run the import and keep its verdict with the upload; what nobody foresaw is told there too, then raised."""
    upload.state, upload.progress, upload.refusal, upload.writing = "running", 0, "", write
    upload.save()
    try:
        report = import_file(
            actor,
            registry.get(upload.register),
            upload.path,
            dry_run=not write,
            accept_valid=accept_valid,
            into=upload.into,
            progress=_progress(upload),
        )
    except Unreadable as error:
        upload.refuse(str(error))
    except Forbidden:
        upload.refuse("У вас нет права загружать этот реестр.")
    except Busy:
        upload.refuse("Сейчас эти записи меняет кто-то ещё. Попробуйте ещё раз через минуту.")
    except Exception:
        upload.refuse(BROKEN)
        raise
    else:
        upload.state = "written" if report.written else "checked"
        upload.report, upload.layout, upload.progress = report.as_json(), report.layout, 100
        upload.save()


def _progress(upload: Upload) -> Callable[[float, int], None]:
    """Keep whole per cents with the upload, for the page that asks."""

    def told(share: float, rows: int) -> None:
        percent = min(99, int(share * 100))
        if percent > upload.progress:
            upload.progress, upload.rows = percent, rows
            upload.save()

    return told
