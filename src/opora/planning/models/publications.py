"""Where approved plans were published (A6)."""

from __future__ import annotations

from django.db import models

from opora.core.publications import Publication


class PlanPublication(Publication):
    """Where and when an approved version of a plan was published; each version is published anew."""

    plan = models.ForeignKey(
        "planning.Plan", on_delete=models.PROTECT, related_name="publications", verbose_name="план"
    )
    version = models.PositiveSmallIntegerField("версия", default=1)

    class Meta:
        db_table = "plan_publication"
        verbose_name = "публикация плана"
        verbose_name_plural = "публикации планов"
        ordering = ["-date", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "version", "site", "date"], name="plan_publication_unique"),
            models.CheckConstraint(condition=models.Q(version__gt=0), name="plan_publication_version"),
        ]
