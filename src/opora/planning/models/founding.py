"""Founding a centre: the checklist of its first steps, each closed by a result document (A2)."""

from __future__ import annotations

from django.db import models

from opora.core.personal import OFFICIAL


class FoundingStep(models.Model):
    """One step: who answers for it, by when, and the act or the file that closes it."""

    centre = models.ForeignKey(
        "territory.Centre", on_delete=models.PROTECT, related_name="founding_steps", verbose_name="центр"
    )
    municipality = models.ForeignKey("territory.Municipality", on_delete=models.PROTECT, verbose_name="муниципалитет")
    number = models.PositiveSmallIntegerField("№")
    title = models.CharField("шаг", max_length=300)
    result_kind = models.CharField("чем закрывается", max_length=200, blank=True)
    responsible = models.CharField("ответственный", max_length=250, blank=True)
    due_on = models.DateField("срок", null=True, blank=True)
    done_on = models.DateField("выполнен", null=True, blank=True)
    document = models.CharField("документ", max_length=400, blank=True)
    act = models.ForeignKey(
        "territory.LegalAct", on_delete=models.PROTECT, null=True, blank=True, verbose_name="правовой акт"
    )
    file = models.ForeignKey("core.StoredFile", on_delete=models.PROTECT, null=True, blank=True, verbose_name="файл")
    PERSONAL = {"responsible": OFFICIAL}

    class Meta:
        db_table = "founding_step"
        verbose_name = "шаг создания центра"
        verbose_name_plural = "шаги создания центра"
        ordering = ["centre", "number"]
        constraints = [
            models.UniqueConstraint(fields=["centre", "number"], name="founding_step_unique"),
            models.CheckConstraint(
                condition=models.Q(done_on__isnull=True) | models.Q(act__isnull=False) | models.Q(file__isnull=False),
                name="founding_step_document",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"
