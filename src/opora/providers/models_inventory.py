"""Inventory of organisations (B3): catalogue of items with norms, campaigns, sheets; sharing; museums."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from opora.core.fields import sort_name
from opora.core.personal import OFFICIAL


class InventoryKind(models.TextChoices):
    INFRASTRUCTURE = "infrastructure", "Инфраструктура"
    EQUIPMENT = "equipment", "Оборудование"
    STAFF = "staff", "Кадры"
    METHODS = "methods", "Программно-методические ресурсы"


class InventoryItem(models.Model):
    """What is counted, and how much of it is needed: so many per organisation, venue, teacher or 100 learners."""

    class NormPer(models.TextChoices):
        NONE = "none", "Норма не задана"
        ORGANISATION = "organisation", "На организацию"
        VENUE = "venue", "На площадку"
        TEACHER = "teacher", "На педагога"
        LEARNERS = "learners", "На 100 обучающихся"

    kind = models.CharField("вид ресурса", max_length=16, choices=InventoryKind.choices)
    code = models.SlugField("код", max_length=40, unique=True)
    name = models.CharField("наименование", max_length=250)
    unit = models.CharField("единица", max_length=30, default="шт.")
    norm = models.DecimalField("норма", max_digits=8, decimal_places=2, default=0)
    norm_per = models.CharField("на что норма", max_length=14, choices=NormPer.choices, default=NormPer.NONE)
    basis = models.CharField("откуда норма", max_length=250, blank=True)
    is_active = models.BooleanField("учитывается", default=True)
    sort_name = sort_name("name")
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "inventory_item"
        verbose_name = "позиция инвентаризации"
        verbose_name_plural = "перечень для инвентаризации"
        ordering = ["sort_name", "id"]
        constraints = [models.CheckConstraint(condition=models.Q(norm__gte=0), name="inventory_item_norm")]

    def __str__(self) -> str:
        return self.name


class InventoryCampaign(models.Model):
    """An inventory of a municipality in a year; its organisations fill in sheets."""

    class State(models.TextChoices):
        DRAFT = "draft", "Готовится"
        OPEN = "open", "Идёт"
        CLOSED = "closed", "Завершена"

    municipality = models.ForeignKey("territory.Municipality", on_delete=models.PROTECT, verbose_name="муниципалитет")
    year = models.PositiveSmallIntegerField("год")
    name = models.CharField("название", max_length=200)
    kinds = models.JSONField("что учитываем", default=list, blank=True)
    """Codes of :class:`InventoryKind`; empty means all."""
    starts_on = models.DateField("начало")
    due_on = models.DateField("сдать до")
    act = models.ForeignKey(
        "territory.LegalAct", on_delete=models.PROTECT, null=True, blank=True, verbose_name="приказ"
    )
    state = models.CharField("состояние", max_length=6, choices=State.choices, default=State.DRAFT, editable=False)
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "inventory_campaign"
        verbose_name = "инвентаризация"
        verbose_name_plural = "инвентаризации"
        ordering = ["-year", "id"]
        constraints = [
            models.UniqueConstraint(fields=["municipality", "year", "name"], name="inventory_campaign_unique"),
            models.CheckConstraint(condition=models.Q(due_on__gte=models.F("starts_on")), name="inventory_campaign_term"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.name}, {self.year}"


class InventorySheet(models.Model):
    """What one organisation declares in a campaign."""

    class State(models.TextChoices):
        DRAFT = "draft", "Заполняется"
        SENT = "sent", "Отправлен"
        RETURNED = "returned", "Возвращён"
        ACCEPTED = "accepted", "Принят"

    campaign = models.ForeignKey(
        InventoryCampaign, on_delete=models.PROTECT, related_name="sheets", verbose_name="инвентаризация"
    )
    organisation = models.ForeignKey("providers.Organisation", on_delete=models.PROTECT, verbose_name="организация")
    state = models.CharField("состояние", max_length=8, choices=State.choices, default=State.DRAFT)
    sent_at = models.DateTimeField("отправлен", null=True, blank=True)
    accepted_at = models.DateTimeField("принят", null=True, blank=True)
    remark = models.TextField("замечание", blank=True)
    filled = models.PositiveSmallIntegerField("заполнено, %", default=0)
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "inventory_sheet"
        verbose_name = "лист инвентаризации"
        verbose_name_plural = "листы инвентаризации"
        ordering = ["organisation__sort_name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "organisation"], name="inventory_sheet_unique"),
            models.CheckConstraint(condition=models.Q(filled__lte=100), name="inventory_sheet_filled"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.campaign}"


class InventoryLine(models.Model):
    """How much of an item an organisation has, uses, and by the norm of that day needs; null – not counted yet."""

    sheet = models.ForeignKey(InventorySheet, on_delete=models.CASCADE, related_name="lines", verbose_name="лист")
    item = models.ForeignKey(InventoryItem, on_delete=models.PROTECT, verbose_name="позиция")
    present = models.PositiveIntegerField("есть", null=True)
    usable = models.PositiveIntegerField("исправно", null=True)
    needed = models.PositiveIntegerField("нужно", default=0)
    note = models.CharField("примечание", max_length=250, blank=True)
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "inventory_line"
        verbose_name = "ресурс организации"
        verbose_name_plural = "ресурсы организаций"
        ordering = ["item__sort_name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "item"], name="inventory_line_unique"),
            models.CheckConstraint(
                condition=models.Q(usable__isnull=True) | models.Q(usable__lte=models.F("present")),
                name="inventory_line_usable",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item}, {self.sheet.organisation}"


class ResourceOffer(models.Model):
    """A room or equipment that an organisation lets others use."""

    class Kind(models.TextChoices):
        ROOM = "room", "Помещение"
        EQUIPMENT = "equipment", "Оборудование"

    class State(models.TextChoices):
        OPEN = "open", "Предлагается"
        CLOSED = "closed", "Снято"

    organisation = models.ForeignKey("providers.Organisation", on_delete=models.PROTECT, verbose_name="организация")
    venue = models.ForeignKey(
        "providers.Venue", on_delete=models.PROTECT, null=True, blank=True, verbose_name="площадка"
    )
    kind = models.CharField("вид", max_length=10, choices=Kind.choices, default=Kind.ROOM)
    name = models.CharField("что предлагается", max_length=200)
    terms = models.TextField("условия", blank=True, help_text="Когда свободно, что нужно обеспечить")
    state = models.CharField("состояние", max_length=6, choices=State.choices, default=State.OPEN)
    sort_name = sort_name("name")
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "resource_offer"
        verbose_name = "общий ресурс"
        verbose_name_plural = "общие ресурсы"
        ordering = ["sort_name", "id"]
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="resource_offer_unique")]

    def __str__(self) -> str:
        return self.name


class ResourceRequest(models.Model):
    """An organisation asks for the use of another's resource: asked, agreed for a term or declined."""

    class State(models.TextChoices):
        ASKED = "asked", "Запрошено"
        AGREED = "agreed", "Согласовано"
        DECLINED = "declined", "Отказано"
        WITHDRAWN = "withdrawn", "Отозвано"

    offer = models.ForeignKey(ResourceOffer, on_delete=models.PROTECT, related_name="requests", verbose_name="ресурс")
    organisation = models.ForeignKey("providers.Organisation", on_delete=models.PROTECT, verbose_name="кто просит")
    purpose = models.CharField("для чего", max_length=300)
    starts_on = models.DateField("с")
    ends_on = models.DateField("по")
    hours = models.CharField("дни и часы", max_length=200, blank=True)
    state = models.CharField("состояние", max_length=10, choices=State.choices, default=State.ASKED, editable=False)
    answer = models.TextField("ответ", blank=True, editable=False)
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "resource_request"
        verbose_name = "запрос ресурса"
        verbose_name_plural = "запросы общих ресурсов"
        ordering = ["-starts_on", "id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(ends_on__gte=models.F("starts_on")), name="resource_request_term"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.offer}: {self.purpose}"


class Museum(models.Model):
    """A museum of an organisation: profile, certificate, head, children engaged."""

    class Profile(models.TextChoices):
        HISTORY = "history", "Исторический"
        LOCAL = "local", "Краеведческий"
        MILITARY = "military", "Военно-исторический"
        NATURE = "nature", "Природоведческий"
        LITERARY = "literary", "Литературный"
        TECHNICAL = "technical", "Технический"
        OTHER = "other", "Иной"

    organisation = models.ForeignKey("providers.Organisation", on_delete=models.PROTECT, verbose_name="организация")
    name = models.CharField("название", max_length=250)
    profile = models.CharField("профиль", max_length=10, choices=Profile.choices)
    certificate_number = models.CharField("свидетельство", max_length=60, blank=True)
    certificate_date = models.DateField("дата свидетельства", null=True, blank=True)
    head_name = models.CharField("руководитель музея", max_length=200, blank=True)
    children = models.PositiveIntegerField("занимается детей", default=0)
    exhibits = models.PositiveIntegerField("экспонатов", null=True, blank=True)
    founded_on = models.DateField("открыт", null=True, blank=True)
    address = models.CharField("адрес", max_length=300, blank=True)
    sort_name = sort_name("name")
    PERSONAL = {"head_name": OFFICIAL}

    class Meta:
        db_table = "museum"
        verbose_name = "музей"
        verbose_name_plural = "музеи организаций"
        ordering = ["sort_name", "id"]
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="museum_unique")]

    def __str__(self) -> str:
        return self.name
