"""Partners and agreements of a centre (G3); development of staff: deficits, training, placements, seminars (G4)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from opora.core.fields import sort_name
from opora.core.personal import OFFICIAL, STAFF


class Partner(models.Model):
    """Whom the centre works with."""

    class Kind(models.TextChoices):
        NETWORK = "network", "Сетевой партнёр"
        BUSINESS = "business", "Бизнес"
        NON_PROFIT = "non_profit", "Некоммерческая организация"
        UNIVERSITY = "university", "Вуз"
        COLLEGE = "college", "Колледж"
        SCIENCE = "science", "Научная организация"
        CULTURE = "culture", "Учреждение культуры"
        SPORT = "sport", "Спортивная организация"
        AUTHORITY = "authority", "Орган власти"
        OTHER = "other", "Иной"

    municipality = models.ForeignKey(
        "territory.Municipality", on_delete=models.PROTECT, verbose_name="муниципалитет центра"
    )
    kind = models.CharField("вид", max_length=12, choices=Kind.choices)
    name = models.CharField("наименование", max_length=300)
    inn = models.CharField("ИНН", max_length=12, blank=True)
    contact = models.CharField("контактное лицо", max_length=250, blank=True)
    phone = models.CharField("телефон", max_length=60, blank=True)
    email = models.EmailField("электронная почта", blank=True)
    website = models.CharField("сайт", max_length=200, blank=True)
    about = models.TextField("чем полезен", blank=True)
    sort_name = sort_name("name")
    PERSONAL = {"contact": OFFICIAL}

    class Meta:
        db_table = "partner"
        verbose_name = "партнёр"
        verbose_name_plural = "партнёры"
        ordering = ["sort_name", "id"]
        constraints = [models.UniqueConstraint(fields=["municipality", "name"], name="partner_unique")]

    def __str__(self) -> str:
        return self.name


class Agreement(models.Model):
    """An agreement of the centre with a partner: topic, number, term; network programmes that stand on it."""

    class Topic(models.TextChoices):
        NETWORK = "network", "Сетевая реализация программ"
        CAREER = "career", "Профориентация и пробы"
        RESOURCES = "resources", "Помещения и оборудование"
        STAFF = "staff", "Подготовка педагогов"
        EVENTS = "events", "Мероприятия"
        MENTORING = "mentoring", "Наставничество и проекты"
        FINANCING = "financing", "Финансирование"
        INFORMATION = "information", "Информация и продвижение"
        OTHER = "other", "Иное"

    class State(models.TextChoices):
        DRAFT = "draft", "Готовится"
        SIGNED = "signed", "Подписано"
        TERMINATED = "terminated", "Расторгнуто"

    centre = models.ForeignKey("territory.Centre", on_delete=models.PROTECT, verbose_name="центр")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="agreements", verbose_name="партнёр")
    number = models.CharField("номер", max_length=60)
    signed_on = models.DateField("дата подписания")
    topic = models.CharField("тема взаимодействия", max_length=12, choices=Topic.choices)
    subject = models.CharField("предмет", max_length=400)
    starts_on = models.DateField("действует с")
    ends_on = models.DateField("действует по", null=True, blank=True, help_text="Пусто – бессрочно")
    state = models.CharField("состояние", max_length=10, choices=State.choices, default=State.SIGNED)
    responsible = models.CharField("ответственный в центре", max_length=200, blank=True)
    programmes = models.ManyToManyField(
        "catalogue.Programme", blank=True, db_table="agreement_programme", verbose_name="сетевые программы"
    )
    PERSONAL = {"responsible": OFFICIAL}

    class Meta:
        db_table = "partner_agreement"
        verbose_name = "соглашение с партнёром"
        verbose_name_plural = "соглашения с партнёрами"
        ordering = ["-signed_on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["centre", "number", "signed_on"], name="partner_agreement_unique"),
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=models.F("starts_on")),
                name="partner_agreement_term",
            ),
        ]

    def __str__(self) -> str:
        return f"Соглашение № {self.number} от {self.signed_on:%d.%m.%Y}"


class Competence(models.Model):
    """What staff must be able to do: surveys ask about it, training develops it."""

    code = models.SlugField("код", max_length=40, unique=True)
    name = models.CharField("компетенция", max_length=250)
    area = models.CharField("область", max_length=120, blank=True)
    is_active = models.BooleanField("используется", default=True)
    sort_name = sort_name("name")
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "competence"
        verbose_name = "компетенция"
        verbose_name_plural = "компетенции"
        ordering = ["sort_name", "id"]

    def __str__(self) -> str:
        return self.name


class DeficitSurvey(models.Model):
    """A survey of professional deficits among the staff of a municipality."""

    class State(models.TextChoices):
        OPEN = "open", "Идёт"
        CLOSED = "closed", "Завершено"

    municipality = models.ForeignKey("territory.Municipality", on_delete=models.PROTECT, verbose_name="муниципалитет")
    name = models.CharField("название", max_length=200)
    held_on = models.DateField("дата проведения")
    method = models.CharField("как проводилось", max_length=250, blank=True)
    state = models.CharField("состояние", max_length=6, choices=State.choices, default=State.OPEN)
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "deficit_survey"
        verbose_name = "исследование дефицитов"
        verbose_name_plural = "исследования дефицитов"
        ordering = ["-held_on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["municipality", "name", "held_on"], name="deficit_survey_unique")
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.held_on:%d.%m.%Y}"


class Deficit(models.Model):
    """What a survey found in one worker for one competence."""

    class Level(models.TextChoices):
        NONE = "none", "Дефицита нет"
        PARTIAL = "partial", "Частичный дефицит"
        FULL = "full", "Дефицит"

    survey = models.ForeignKey(
        DeficitSurvey, on_delete=models.PROTECT, related_name="findings", verbose_name="исследование"
    )
    staff = models.ForeignKey("providers.Staff", on_delete=models.PROTECT, verbose_name="работник")
    competence = models.ForeignKey(Competence, on_delete=models.PROTECT, verbose_name="компетенция")
    level = models.CharField("что выявлено", max_length=8, choices=Level.choices)
    PERSONAL = {"level": STAFF}

    class Meta:
        db_table = "deficit"
        verbose_name = "профессиональный дефицит"
        verbose_name_plural = "профессиональные дефициты"
        ordering = ["staff__sort_name", "id"]
        constraints = [models.UniqueConstraint(fields=["survey", "staff", "competence"], name="deficit_unique")]

    def __str__(self) -> str:
        return f"{self.staff}: {self.competence}"


class PlacementSite(models.Model):
    """An organisation where others learn by working beside its staff (стажировочная площадка)."""

    organisation = models.ForeignKey("providers.Organisation", on_delete=models.PROTECT, verbose_name="организация")
    topic = models.CharField("тема", max_length=250)
    act = models.ForeignKey(
        "territory.LegalAct", on_delete=models.PROTECT, null=True, blank=True, verbose_name="приказ"
    )
    head_name = models.CharField("руководитель", max_length=200, blank=True)
    capacity = models.PositiveSmallIntegerField("мест за раз", default=5)
    starts_on = models.DateField("работает с")
    ends_on = models.DateField("работает по", null=True, blank=True)
    PERSONAL = {"head_name": OFFICIAL}

    class Meta:
        db_table = "placement_site"
        verbose_name = "стажировочная площадка"
        verbose_name_plural = "стажировочные площадки"
        ordering = ["topic", "id"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "topic", "starts_on"], name="placement_site_unique"),
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=models.F("starts_on")),
                name="placement_site_term",
            ),
        ]

    def __str__(self) -> str:
        return self.topic


class Training(models.Model):
    """A worker learned: a course, a retraining, a placement; with hours and a certificate."""

    class Kind(models.TextChoices):
        ADVANCED = "advanced", "Повышение квалификации"
        RETRAINING = "retraining", "Профессиональная переподготовка"
        PLACEMENT = "placement", "Стажировка"

    class State(models.TextChoices):
        STUDYING = "studying", "Учится"
        FINISHED = "finished", "Завершено"
        DROPPED = "dropped", "Не завершено"

    staff = models.ForeignKey("providers.Staff", on_delete=models.PROTECT, verbose_name="работник")
    kind = models.CharField("вид", max_length=10, choices=Kind.choices, default=Kind.ADVANCED)
    programme = models.CharField("программа", max_length=300)
    competence = models.ForeignKey(
        Competence, on_delete=models.PROTECT, null=True, blank=True, verbose_name="какой дефицит закрывает"
    )
    institution = models.CharField("где учится", max_length=250)
    site = models.ForeignKey(
        PlacementSite,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="placements",
        verbose_name="стажировочная площадка",
    )
    hours = models.PositiveSmallIntegerField("часов")
    starts_on = models.DateField("начало")
    finished_on = models.DateField("окончание", null=True, blank=True)
    state = models.CharField("состояние", max_length=8, choices=State.choices, default=State.STUDYING)
    certificate_number = models.CharField("номер удостоверения", max_length=60, blank=True)
    certificate_date = models.DateField("дата удостоверения", null=True, blank=True)
    PERSONAL = {"certificate_number": STAFF, "certificate_date": STAFF}

    class Meta:
        db_table = "training"
        verbose_name = "обучение работника"
        verbose_name_plural = "обучение работников"
        ordering = ["-starts_on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["staff", "programme", "starts_on"], name="training_unique"),
            models.CheckConstraint(
                condition=models.Q(finished_on__isnull=True) | models.Q(finished_on__gte=models.F("starts_on")),
                name="training_term",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="finished") | models.Q(finished_on__isnull=False), name="training_finished"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.staff}: {self.programme}"


class Seminar(models.Model):
    """A seminar, a master class or a contest of teachers that the centre held."""

    class Kind(models.TextChoices):
        SEMINAR = "seminar", "Семинар"
        WORKSHOP = "workshop", "Мастер-класс"
        WEBINAR = "webinar", "Вебинар"
        CONFERENCE = "conference", "Конференция"
        CONTEST = "contest", "Конкурс педагогов"

    centre = models.ForeignKey("territory.Centre", on_delete=models.PROTECT, verbose_name="центр")
    kind = models.CharField("вид", max_length=10, choices=Kind.choices, default=Kind.SEMINAR)
    title = models.CharField("тема", max_length=300)
    competence = models.ForeignKey(
        Competence, on_delete=models.PROTECT, null=True, blank=True, verbose_name="компетенция"
    )
    date = models.DateField("дата")
    hours = models.PositiveSmallIntegerField("часов", default=2)
    place = models.CharField("место", max_length=250, blank=True)
    outcome = models.TextField("итоги", blank=True)
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "seminar"
        verbose_name = "семинар"
        verbose_name_plural = "семинары и конкурсы педагогов"
        ordering = ["-date", "-id"]
        constraints = [models.UniqueConstraint(fields=["centre", "title", "date"], name="seminar_unique")]

    def __str__(self) -> str:
        return self.title


class SeminarParticipant(models.Model):
    """A worker who took part; contests have results."""

    seminar = models.ForeignKey(Seminar, on_delete=models.PROTECT, related_name="participants", verbose_name="семинар")
    staff = models.ForeignKey("providers.Staff", on_delete=models.PROTECT, verbose_name="работник")
    speaks = models.BooleanField("выступает", default=False)
    result = models.CharField("результат", max_length=200, blank=True)
    PERSONAL = {"result": STAFF}

    class Meta:
        db_table = "seminar_participant"
        verbose_name = "участник семинара"
        verbose_name_plural = "участники семинаров"
        ordering = ["staff__sort_name", "id"]
        constraints = [models.UniqueConstraint(fields=["seminar", "staff"], name="seminar_participant_unique")]

    def __str__(self) -> str:
        return f"{self.staff}: {self.seminar}"
