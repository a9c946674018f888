"""Reports of centres and regions: texts that people edit, the frozen figures they stand on, and the files made of both."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from opora.core.personal import OFFICIAL
from opora.reporting.statistics import models as statistics_models  # noqa: F401  its table belongs to this room


class Report(models.Model):
    """A report for a year: of a centre, of an organisation (its self-assessment), or of a region (both are empty then)."""

    class Kind(models.TextChoices):
        ANNUAL = "annual", "Годовой отчёт"
        COVERAGE = "coverage", "Аналитическая записка об охвате"
        DEMAND = "demand", "Аналитическая записка о спросе на программы"
        ACCESS = "access", "Аналитическая записка о равном доступе"
        LEGAL = "legal", "Аналитическая записка о нормативной базе"
        STAFF = "staff", "Аналитическая записка о кадрах"
        SELF = "self", "Отчёт о самообследовании"

    class State(models.TextChoices):
        DRAFT = "draft", "В работе"
        AGREED = "agreed", "Согласован"
        SIGNED = "signed", "Подписан"

    kind = models.CharField("вид", max_length=10, choices=Kind.choices, default=Kind.ANNUAL)
    region = models.ForeignKey("territory.Region", on_delete=models.PROTECT, verbose_name="регион")
    centre = models.ForeignKey("territory.Centre", on_delete=models.PROTECT, null=True, verbose_name="центр")
    municipality = models.ForeignKey(
        "territory.Municipality", on_delete=models.PROTECT, null=True, verbose_name="муниципалитет"
    )
    organisation = models.ForeignKey(
        "providers.Organisation", on_delete=models.PROTECT, null=True, verbose_name="организация"
    )
    plan_item = models.ForeignKey(
        "planning.PlanItem", on_delete=models.PROTECT, null=True, related_name="+", verbose_name="пункт плана"
    )
    """What the signed report proves to be done."""
    evidence = models.OneToOneField(
        "planning.Evidence", on_delete=models.PROTECT, null=True, related_name="+", verbose_name="подтверждение"
    )
    year = models.PositiveSmallIntegerField("год")
    state = models.CharField("состояние", max_length=6, choices=State.choices, default=State.DRAFT)
    snapshot = models.ForeignKey(
        "monitoring.Snapshot", on_delete=models.PROTECT, null=True, verbose_name="снимок показателей"
    )
    agreed_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, null=True, related_name="+")
    agreed_at = models.DateTimeField("согласован", null=True)
    signed_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, null=True, related_name="+")
    signed_at = models.DateTimeField("подписан", null=True)
    signatory_name = models.CharField("подписал", max_length=200, blank=True)
    signatory_post = models.CharField("должность", max_length=200, blank=True)
    published_at = models.DateTimeField("опубликован", null=True)
    created_at = models.DateTimeField("создан", db_default=Now())
    PERSONAL = {"signatory_name": OFFICIAL}

    class Meta:
        db_table = "report"
        verbose_name = "отчёт"
        verbose_name_plural = "отчёты"
        ordering = ["-year", "kind", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "region", "centre", "organisation", "year"],
                name="report_once_a_year",
                nulls_distinct=False,
            ),
            models.CheckConstraint(condition=Q(state="draft") | Q(snapshot__isnull=False), name="report_has_figures"),
            models.CheckConstraint(
                condition=Q(kind="self", organisation__isnull=False, centre__isnull=True)
                | (~Q(kind="self") & Q(organisation__isnull=True)),
                name="report_of_organisation",
            ),
            models.CheckConstraint(condition=Q(published_at__isnull=True) | Q(state="signed"), name="report_published"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} за {self.year} год"

    @property
    def place(self) -> Any:
        """Whose report it is."""
        return self.organisation or self.centre or self.region

    @property
    def is_self(self) -> bool:
        return self.kind == self.Kind.SELF


class ReportText(models.Model):
    """The narrative of one section as people wrote it; figures stand in it by reference: «охват {coverage}»."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="texts", verbose_name="отчёт")
    section = models.SlugField("раздел", max_length=30)
    text = models.TextField("текст", blank=True)
    version = models.PositiveIntegerField(default=1)
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "report_text"
        verbose_name = "текст раздела"
        verbose_name_plural = "тексты разделов"
        constraints = [models.UniqueConstraint(fields=["report", "section"], name="report_text_unique")]

    def __str__(self) -> str:
        return f"{self.report}: {self.section}"


class ReportRun(models.Model):
    """The reports of all centres of a region, and the region's own, ordered at once."""

    region = models.ForeignKey("territory.Region", on_delete=models.PROTECT, verbose_name="регион")
    year = models.PositiveSmallIntegerField("год")
    created_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField("начат", db_default=Now())
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "report_run"
        verbose_name = "сбор отчётов"
        verbose_name_plural = "сборы отчётов"
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"Отчёты за {self.year} год: {self.region}"


class ReportVersion(models.Model):
    """Files of a report as they were made once; `manifest` lists them with their SHA-256."""

    class State(models.TextChoices):
        WAITING = "waiting", "Ждёт очереди"
        RUNNING = "running", "Собирается"
        DONE = "done", "Готова"
        FAILED = "failed", "Не собрана"

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="versions", verbose_name="отчёт")
    run = models.ForeignKey(ReportRun, on_delete=models.SET_NULL, null=True, related_name="versions")
    snapshot = models.ForeignKey("monitoring.Snapshot", on_delete=models.PROTECT, null=True)
    number = models.PositiveIntegerField("версия")
    state = models.CharField("состояние", max_length=7, choices=State.choices, default=State.WAITING)
    progress = models.PositiveSmallIntegerField("выполнено, %", default=0)
    refusal = models.CharField("почему не собрана", max_length=500, blank=True)
    manifest = models.JSONField("файлы", default=list)
    fingerprint = models.CharField("отпечаток содержания", max_length=64, blank=True)
    """Of what the files were made of (`content.fingerprint`): the same one, the same files."""
    created_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField("заказана", db_default=Now())
    finished_at = models.DateTimeField("готова", null=True)
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "report_version"
        verbose_name = "версия отчёта"
        verbose_name_plural = "версии отчётов"
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["report", "number"], name="report_version_unique")]

    def __str__(self) -> str:
        return f"{self.report}, версия {self.number}"

    @property
    def municipality_id(self) -> int | None:
        """Where the files belong."""
        return self.report.municipality_id
