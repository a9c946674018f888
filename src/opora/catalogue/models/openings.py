"""The opening of enrolment in a municipality: one announced moment for many groups (E4)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models.functions import Now

from opora.catalogue.vocabulary import FocusArea


class EnrolmentOpening(models.Model):
    """Groups named by `organisation` and `focus_area` (empty: all of the municipality) open together at `opens_at`.

    Announcing writes the moment into the window of each covered group, where every rule and page finds it: nobody
    applies earlier, whether or not the worker runs. The state `open` only says that the moment was noticed.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Готовится"
        ANNOUNCED = "announced", "Объявлена"
        OPEN = "open", "Идёт"
        FINISHED = "finished", "Завершена"

    municipality = models.ForeignKey("territory.Municipality", on_delete=models.PROTECT, verbose_name="муниципалитет")
    name = models.CharField("название", max_length=200)
    opens_at = models.DateTimeField("запись откроется")
    organisation = models.ForeignKey(
        "providers.Organisation", on_delete=models.PROTECT, null=True, blank=True, verbose_name="только организация"
    )
    focus_area = models.CharField("только направленность", max_length=20, blank=True, choices=FocusArea.choices)
    note = models.TextField("что важно знать семье", max_length=2000, blank=True)
    state = models.CharField("состояние", max_length=10, choices=State.choices, default=State.DRAFT)
    finished_at = models.DateTimeField("завершена", null=True, blank=True)
    created_at = models.DateTimeField("создана", db_default=Now())
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "enrolment_opening"
        verbose_name = "открытие записи"
        verbose_name_plural = "открытия записи"
        ordering = ["-opens_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="finished", finished_at__isnull=False)
                | (~models.Q(state="finished") & models.Q(finished_at__isnull=True)),
                name="enrolment_opening_finished",
            )
        ]

    def __str__(self) -> str:
        return self.name
