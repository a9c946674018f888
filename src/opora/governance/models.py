"""Governance: structure of a centre (A3), councils with meetings and decisions (A4), proposals to authorities (I7)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from opora.core.fields import sort_name
from opora.core.personal import OFFICIAL

TERM = models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=models.F("starts_on"))


class CentreUnit(models.Model):
    """A part of a centre: a standing department, or a group, laboratory, project office for a term with a result."""

    class Kind(models.TextChoices):
        DEPARTMENT = "department", "Отдел"
        CREATIVE_GROUP = "creative_group", "Временная творческая группа"
        LABORATORY = "laboratory", "Лаборатория"
        PROJECT_OFFICE = "project_office", "Проектный офис"

    centre = models.ForeignKey("territory.Centre", on_delete=models.PROTECT, verbose_name="центр")
    kind = models.CharField("вид", max_length=16, choices=Kind.choices, default=Kind.DEPARTMENT)
    name = models.CharField("название", max_length=200)
    task = models.TextField("задача", blank=True)
    act = models.ForeignKey(
        "territory.LegalAct", on_delete=models.PROTECT, null=True, blank=True, verbose_name="акт о создании"
    )
    starts_on = models.DateField("создан с")
    ends_on = models.DateField("работает по", null=True, blank=True)
    result = models.TextField("результат", blank=True)
    sort_name = sort_name("name")
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "centre_unit"
        verbose_name = "подразделение центра"
        verbose_name_plural = "структура центра"
        ordering = ["sort_name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["centre", "name", "starts_on"], name="centre_unit_unique"),
            models.CheckConstraint(condition=TERM, name="centre_unit_term"),
        ]

    def __str__(self) -> str:
        return self.name


class CentreMember(models.Model):
    """A worker of an organisation who works for the centre: post, share of a rate, unit, term."""

    class Role(models.TextChoices):
        HEAD = "head", "Руководитель центра"
        METHODOLOGIST = "methodologist", "Методист"
        ORGANISER = "organiser", "Педагог-организатор"
        SPECIALIST = "specialist", "Специалист"
        MEMBER = "member", "Участник группы"

    centre = models.ForeignKey("territory.Centre", on_delete=models.PROTECT, verbose_name="центр")
    unit = models.ForeignKey(
        CentreUnit,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="members",
        verbose_name="подразделение",
    )
    staff = models.ForeignKey("providers.Staff", on_delete=models.PROTECT, verbose_name="работник")
    role = models.CharField("роль", max_length=14, choices=Role.choices, default=Role.METHODOLOGIST)
    post = models.CharField("должность в центре", max_length=200)
    rate = models.DecimalField("доля ставки", max_digits=3, decimal_places=2, default=1)
    starts_on = models.DateField("с")
    ends_on = models.DateField("по", null=True, blank=True)
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "centre_member"
        verbose_name = "сотрудник центра"
        verbose_name_plural = "сотрудники центра"
        ordering = ["staff__sort_name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["centre", "unit", "staff", "starts_on"], name="centre_member_unique", nulls_distinct=False
            ),
            models.CheckConstraint(condition=TERM, name="centre_member_term"),
            models.CheckConstraint(condition=models.Q(rate__gte=0, rate__lte=2), name="centre_member_rate"),
        ]

    def __str__(self) -> str:
        return f"{self.staff}, {self.post}"


class Council(models.Model):
    """A council or team of a region or a municipality (A4); a coordination council may stand for a focus area."""

    class Kind(models.TextChoices):
        INTERDEPARTMENTAL = "interdepartmental", "Межведомственный совет"
        RESOURCE_CENTRE = "resource_centre", "Совет ресурсного центра"
        COORDINATION = "coordination", "Координационный совет"
        TEAM = "team", "Муниципальная команда"

    class FocusArea(models.TextChoices):
        ARTISTIC = "artistic", "Художественная"
        TECHNICAL = "technical", "Техническая"
        TOURISM = "tourism", "Туристско-краеведческая"
        NATURAL_SCIENCE = "natural_science", "Естественно-научная"
        SOCIAL_HUMANITARIAN = "social_humanitarian", "Социально-гуманитарная"
        SPORT = "sport", "Физкультурно-спортивная"

    kind = models.CharField("вид", max_length=18, choices=Kind.choices)
    name = models.CharField("название", max_length=250)
    region = models.ForeignKey("territory.Region", on_delete=models.PROTECT, verbose_name="регион")
    municipality = models.ForeignKey(
        "territory.Municipality",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        verbose_name="муниципалитет",
        help_text="Пусто – совет всего региона",
    )
    focus_area = models.CharField("направленность", max_length=20, choices=FocusArea.choices, blank=True)
    act = models.ForeignKey(
        "territory.LegalAct", on_delete=models.PROTECT, null=True, blank=True, verbose_name="акт о создании"
    )
    quorum = models.PositiveSmallIntegerField("кворум, %", default=50)
    """The share of members that must be exceeded (50 – more than half)."""
    starts_on = models.DateField("действует с")
    ends_on = models.DateField("действует по", null=True, blank=True)
    sort_name = sort_name("name")
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "council"
        verbose_name = "совет"
        verbose_name_plural = "советы и команды"
        ordering = ["sort_name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["name", "region", "municipality"], name="council_unique",
                                    nulls_distinct=False),
            models.CheckConstraint(condition=models.Q(quorum__gte=1, quorum__lte=99), name="council_quorum"),
            models.CheckConstraint(condition=TERM, name="council_term"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name


class CouncilMember(models.Model):
    """Who sits in a council, for which side, from–to."""

    class Side(models.TextChoices):
        AUTHORITY = "authority", "Орган власти"
        ORGANISATIONS = "organisations", "Организации"
        PUBLIC = "public", "Общественность"
        BUSINESS = "business", "Бизнес"

    class Role(models.TextChoices):
        CHAIR = "chair", "Председатель"
        DEPUTY = "deputy", "Заместитель председателя"
        SECRETARY = "secretary", "Секретарь"
        MEMBER = "member", "Член совета"

    council = models.ForeignKey(Council, on_delete=models.PROTECT, related_name="members", verbose_name="совет")
    side = models.CharField("сторона", max_length=14, choices=Side.choices)
    role = models.CharField("роль", max_length=10, choices=Role.choices, default=Role.MEMBER)
    name = models.CharField("фамилия, имя, отчество", max_length=200)
    post = models.CharField("должность", max_length=250)
    account = models.ForeignKey(
        "people.Account", on_delete=models.PROTECT, null=True, blank=True, verbose_name="учётная запись"
    )
    starts_on = models.DateField("с")
    ends_on = models.DateField("по", null=True, blank=True)
    PERSONAL = {"name": OFFICIAL}

    class Meta:
        db_table = "council_member"
        verbose_name = "член совета"
        verbose_name_plural = "члены советов"
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["council", "name", "starts_on"], name="council_member_unique"),
            models.CheckConstraint(condition=TERM, name="council_member_term"),
        ]

    def __str__(self) -> str:
        return self.name


class Meeting(models.Model):
    """A meeting of a council: agenda, who came, minutes."""

    class State(models.TextChoices):
        PLANNED = "planned", "Назначено"
        HELD = "held", "Состоялось"
        FAILED = "failed", "Не состоялось"

    council = models.ForeignKey(Council, on_delete=models.PROTECT, related_name="meetings", verbose_name="совет")
    number = models.PositiveSmallIntegerField("номер протокола")
    date = models.DateField("дата")
    starts_at = models.TimeField("время", null=True, blank=True)
    place = models.CharField("место", max_length=250, blank=True)
    agenda = models.TextField("повестка", help_text="Каждый вопрос с новой строки")
    state = models.CharField("состояние", max_length=8, choices=State.choices, default=State.PLANNED, editable=False)
    members_then = models.PositiveSmallIntegerField("членов совета", null=True, editable=False)
    present_then = models.PositiveSmallIntegerField("присутствовало", null=True, editable=False)
    quorum_then = models.PositiveSmallIntegerField("кворум тогда, %", null=True, editable=False)
    """The council's share on that day: a later change of its rules does not touch the minutes."""
    guests = models.TextField("приглашённые", blank=True)
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "meeting"
        verbose_name = "заседание"
        verbose_name_plural = "заседания"
        ordering = ["-date", "-id"]
        constraints = [models.UniqueConstraint(fields=["council", "date", "number"], name="meeting_unique")]

    def __str__(self) -> str:
        return f"Протокол № {self.number} от {self.date:%d.%m.%Y}"


class Presence(models.Model):
    """A member who was at a meeting."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="presences")
    member = models.ForeignKey(CouncilMember, on_delete=models.PROTECT)
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "meeting_presence"
        constraints = [models.UniqueConstraint(fields=["meeting", "member"], name="meeting_presence_unique")]


class Decision(models.Model):
    """What a meeting decided: who answers for it and until when."""

    class State(models.TextChoices):
        OPEN = "open", "Исполняется"
        DONE = "done", "Исполнено"
        CANCELLED = "cancelled", "Снято с контроля"

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="decisions", verbose_name="заседание")
    number = models.PositiveSmallIntegerField("номер")
    question = models.PositiveSmallIntegerField("вопрос повестки", null=True, blank=True)
    text = models.TextField("решение")
    responsible = models.CharField("ответственный", max_length=250)
    account = models.ForeignKey(
        "people.Account", on_delete=models.PROTECT, null=True, blank=True, verbose_name="учётная запись ответственного"
    )
    due_on = models.DateField("срок")
    votes_for = models.PositiveSmallIntegerField("за", null=True, blank=True)
    votes_against = models.PositiveSmallIntegerField("против", null=True, blank=True)
    votes_abstained = models.PositiveSmallIntegerField("воздержались", null=True, blank=True)
    state = models.CharField("состояние", max_length=10, choices=State.choices, default=State.OPEN, editable=False)
    closed_on = models.DateField("закрыто", null=True, blank=True, editable=False)
    result = models.TextField("что сделано", blank=True, editable=False)
    PERSONAL = {"responsible": OFFICIAL}

    class Meta:
        db_table = "decision"
        verbose_name = "решение"
        verbose_name_plural = "решения советов"
        ordering = ["due_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "number"], name="decision_unique"),
            models.CheckConstraint(
                condition=models.Q(state="open", closed_on__isnull=True) | ~models.Q(state="open")
                & models.Q(closed_on__isnull=False),
                name="decision_closed",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.number}. {self.text[:80]}"


class Proposal(models.Model):
    """A proposal of a centre to an authority and its fate (I7)."""

    class State(models.TextChoices):
        DRAFT = "draft", "Черновик"
        SENT = "sent", "Направлено"
        CONSIDERED = "considered", "На рассмотрении"
        ACCEPTED = "accepted", "Принято"
        DECLINED = "declined", "Отклонено"
        CARRIED_OUT = "carried_out", "Исполнено"
        WITHDRAWN = "withdrawn", "Отозвано"

    centre = models.ForeignKey("territory.Centre", on_delete=models.PROTECT, verbose_name="центр")
    addressee = models.CharField("кому", max_length=250, help_text="Орган власти, которому направляется предложение")
    title = models.CharField("суть предложения", max_length=300)
    text = models.TextField("предложение и обоснование")
    number = models.CharField("исходящий номер", max_length=60, blank=True, editable=False)
    sent_on = models.DateField("направлено", null=True, blank=True, editable=False)
    answer_due = models.DateField("срок ответа", null=True, blank=True, editable=False)
    answered_on = models.DateField("ответ получен", null=True, blank=True, editable=False)
    answer = models.CharField("реквизиты ответа", max_length=250, blank=True, editable=False)
    reason = models.TextField("почему отклонено", blank=True, editable=False)
    carry_out_by = models.DateField("исполнить до", null=True, blank=True, editable=False)
    carried_out_on = models.DateField("исполнено", null=True, blank=True, editable=False)
    result = models.TextField("результат", blank=True, editable=False)
    act = models.ForeignKey(
        "territory.LegalAct", on_delete=models.PROTECT, null=True, blank=True, verbose_name="принятый акт",
        editable=False,
    )  # fmt: skip
    state = models.CharField("состояние", max_length=12, choices=State.choices, default=State.DRAFT, editable=False)
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "proposal"
        verbose_name = "предложение"
        verbose_name_plural = "предложения органам власти"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=("draft", "withdrawn")) | models.Q(sent_on__isnull=False),
                name="proposal_sent",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="declined") | ~models.Q(reason=""), name="proposal_declined"
            ),
        ]

    def __str__(self) -> str:
        return self.title
