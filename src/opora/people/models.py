"""People: accounts and roles; families and children; consents; duplicates to merge; API tokens (E1, K1, K2, K5)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower, Now

from opora.core.access import ROLES
from opora.core.fields import public_id, sort_name
from opora.core.personal import ACCOUNT, EDUCATION, HEALTH


class AccountManager(BaseUserManager["Account"]):
    """Plain manager that django.contrib.auth and allauth ask for."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Account:
        account = self.model(email=email.strip().lower(), **fields)
        account.set_password(password)
        account.save(using=self._db)
        return account

    def get_by_natural_key(self, username: str | None) -> Account:
        return self.alias(address=Lower("email")).get(address=(username or "").strip().lower())


class Account(AbstractBaseUser):
    """A sign-in account by e-mail. What it may do comes from its roles and guardianships alone."""

    public_id = public_id()
    email = models.EmailField("электронная почта", unique=True)
    last_name = models.CharField("фамилия", max_length=100, blank=True)
    first_name = models.CharField("имя", max_length=100, blank=True)
    patronymic = models.CharField("отчество", max_length=100, blank=True)
    phone = models.CharField("телефон", max_length=30, blank=True)
    is_active = models.BooleanField("действует", default=True)
    created_at = models.DateTimeField("создана", db_default=Now())
    PERSONAL = {
        "email": ACCOUNT,
        "last_name": ACCOUNT,
        "first_name": ACCOUNT,
        "patronymic": ACCOUNT,
        "phone": ACCOUNT,
    }

    objects: ClassVar[AccountManager] = AccountManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        db_table = "account"
        verbose_name = "учётная запись"
        verbose_name_plural = "учётные записи"
        ordering = ["email"]
        constraints = [models.UniqueConstraint(Lower("email"), name="account_email_ci")]

    def __str__(self) -> str:
        return self.full_name or self.email

    @property
    def full_name(self) -> str:
        return " ".join(part for part in (self.last_name, self.first_name, self.patronymic) if part)


class RoleAssignment(models.Model):
    """A role held at a place from–to. The place is named by kind and id, since places live in higher rooms too."""

    class PlaceKind(models.TextChoices):
        SYSTEM = "system", "Вся система"
        REGION = "region", "Регион"
        MUNICIPALITY = "municipality", "Муниципалитет"
        CENTRE = "centre", "Опорный центр"
        ORGANISATION = "organisation", "Организация"

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="roles", verbose_name="учётная запись")
    role = models.CharField("роль", max_length=30, choices=tuple(ROLES.items()))
    place_kind = models.CharField("где", max_length=14, choices=PlaceKind.choices)
    place_id = models.BigIntegerField("номер места", null=True, blank=True)
    department = models.CharField("ведомство", max_length=20, blank=True)
    starts_on = models.DateField("с")
    ends_on = models.DateField("по", null=True, blank=True)
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "role_assignment"
        verbose_name = "роль"
        verbose_name_plural = "роли"
        constraints = [
            models.UniqueConstraint(
                fields=["account", "role", "place_kind", "place_id"],
                name="role_assignment_unique",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.account}: {self.get_role_display()}"


class Child(models.Model):
    """A child (learner): one person, one record. A provisional record points at the one it probably repeats.

    Unique counts take ``coalesce(matched_to_id, id)``. Confirmed identity fields change only with a reason.
    """

    class Sex(models.TextChoices):
        FEMALE = "f", "Девочка"
        MALE = "m", "Мальчик"

    class State(models.TextChoices):
        LIVING = "living", "Действует"
        PROVISIONAL = "provisional", "Проверяется"
        MERGED = "merged", "Объединена"

    class Identity(models.TextChoices):
        UNCONFIRMED = "unconfirmed", "Не подтверждена"
        CONFIRMED = "confirmed", "Подтверждена"

    public_id = public_id()
    municipality = models.ForeignKey(
        "territory.Municipality",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        verbose_name="муниципалитет проживания",
    )
    locality = models.ForeignKey(
        "territory.Locality", on_delete=models.PROTECT, null=True, blank=True, verbose_name="населённый пункт"
    )
    last_name = models.CharField("фамилия", max_length=100)
    first_name = models.CharField("имя", max_length=100)
    patronymic = models.CharField("отчество", max_length=100, blank=True)
    birth_date = models.DateField("дата рождения")
    sex = models.CharField("пол", max_length=1, choices=Sex.choices)
    snils = models.CharField("СНИЛС", max_length=11, blank=True)
    address = models.CharField("адрес проживания", max_length=300, blank=True)
    latitude = models.FloatField("широта", null=True, blank=True)
    longitude = models.FloatField("долгота", null=True, blank=True)
    school_name = models.CharField("школа", max_length=200, blank=True)
    school_id = models.BigIntegerField("школа (номер организации)", null=True, blank=True)
    school_class = models.CharField("класс", max_length=10, blank=True)
    match_key = models.CharField("ключ совпадения", max_length=330, db_index=True, editable=False)
    state = models.CharField("состояние", max_length=12, choices=State.choices, default=State.LIVING)
    matched_to = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="repeats",
        verbose_name="совпадает с",
    )
    identity = models.CharField("личность", max_length=12, choices=Identity.choices, default=Identity.UNCONFIRMED)
    identity_documents = models.CharField("предъявленные документы", max_length=300, blank=True)
    identity_confirmed_at = models.DateTimeField("подтверждена", null=True, blank=True)
    identity_confirmed_by = models.ForeignKey(
        Account,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="кем подтверждена",
    )
    created_at = models.DateTimeField("создана", db_default=Now())
    sort_name = sort_name("last_name", "first_name", "patronymic")
    PERSONAL = {
        "last_name": EDUCATION,
        "first_name": EDUCATION,
        "patronymic": EDUCATION,
        "birth_date": EDUCATION,
        "sex": EDUCATION,
        "snils": EDUCATION,
        "address": EDUCATION,
        "latitude": EDUCATION,
        "longitude": EDUCATION,
        "school_name": EDUCATION,
        "school_class": EDUCATION,
        "match_key": EDUCATION,
        "sort_name": EDUCATION,
        "identity_documents": EDUCATION,
    }

    class Meta:
        db_table = "child"
        verbose_name = "ребёнок"
        verbose_name_plural = "дети"
        ordering = ["sort_name", "id"]
        indexes = [
            models.Index(fields=["sort_name", "id"]),
            models.Index(fields=["municipality", "birth_date"]),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["snils"],
                condition=~models.Q(snils="") & models.Q(state="living"),
                name="child_snils_unique",
            ),
            models.CheckConstraint(
                condition=models.Q(state="living", matched_to__isnull=True) | ~models.Q(state="living"),
                name="child_living_is_its_own_match",
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        return " ".join(part for part in (self.last_name, self.first_name, self.patronymic) if part)


class Guardianship(models.Model):
    """An account that represents a child; or, with relation ``self``, the learner of 14 and over."""

    class Relation(models.TextChoices):
        MOTHER = "mother", "Мать"
        FATHER = "father", "Отец"
        GUARDIAN = "guardian", "Опекун или попечитель"
        SELF = "self", "Сам обучающийся"

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="guardianships")
    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="guardianships")
    relation = models.CharField("кем приходится", max_length=10, choices=Relation.choices)
    confirmed_at = models.DateTimeField("подтверждено", null=True, blank=True)
    ended_at = models.DateTimeField("прекращено", null=True, blank=True)
    created_at = models.DateTimeField("создано", db_default=Now())
    PERSONAL = {"relation": EDUCATION}

    class Meta:
        db_table = "guardianship"
        verbose_name = "представительство"
        verbose_name_plural = "представительства"
        constraints = [models.UniqueConstraint(fields=["account", "child"], name="guardianship_unique")]

    def __str__(self) -> str:
        return f"{self.account} – {self.get_relation_display()}"


class ChildCategory(models.Model):
    """A category of a child (special needs, large family …); sensitive ones are seen only by roles that need them."""

    class Code(models.TextChoices):
        SPECIAL_NEEDS = "special_needs", "Ограниченные возможности здоровья"
        DISABLED = "disabled", "Инвалидность"
        ORPHAN = "orphan", "Сирота или без попечения родителей"
        HARDSHIP = "hardship", "Трудная жизненная ситуация"
        AT_RISK = "at_risk", "Социально опасное положение"
        GIFTED = "gifted", "Одарённый"
        MIGRANT = "migrant", "Мигрант"
        LARGE_FAMILY = "large_family", "Многодетная семья"
        LOW_INCOME = "low_income", "Малообеспеченная семья"
        SERVICE_FAMILY = "service_family", "Семья участника СВО"

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="categories")
    code = models.CharField("категория", max_length=20, choices=Code.choices)
    document = models.CharField("документ", max_length=200, blank=True)
    starts_on = models.DateField("с")
    ends_on = models.DateField("по", null=True, blank=True)
    PERSONAL = {"code": HEALTH, "document": HEALTH}

    class Meta:
        db_table = "child_category"
        verbose_name = "категория ребёнка"
        verbose_name_plural = "категории детей"
        constraints = [models.UniqueConstraint(fields=["child", "code"], name="child_category_unique")]

    def __str__(self) -> str:
        return self.get_code_display()


class ConsentText(models.Model):
    """A version of the text of a consent; never changes once given by anybody."""

    class Kind(models.TextChoices):
        PROCESSING = "processing", "Обработка персональных данных"
        SENSITIVE = "sensitive", "Обработка сведений о здоровье и льготах"
        PUBLICATION = "publication", "Публикация имени и фотографии"
        MESSAGES = "messages", "Информационные сообщения"

    kind = models.CharField("вид", max_length=12, choices=Kind.choices)
    version = models.PositiveSmallIntegerField("версия")
    text = models.TextField("текст")
    sha256 = models.CharField("хэш", max_length=64)
    in_force_from = models.DateField("действует с")
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "consent_text"
        verbose_name = "текст согласия"
        verbose_name_plural = "тексты согласий"
        constraints = [models.UniqueConstraint(fields=["kind", "version"], name="consent_text_unique")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, версия {self.version}"


class Consent(models.Model):
    """A consent given by an account for itself or for a child: text version, time, channel, withdrawal."""

    class Channel(models.TextChoices):
        ONLINE = "online", "В личном кабинете"
        DESK = "desk", "На бумаге в пункте приёма"

    text = models.ForeignKey(ConsentText, on_delete=models.PROTECT)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="consents")
    child = models.ForeignKey(Child, on_delete=models.PROTECT, null=True, related_name="consents")
    giver_name = models.CharField("кто дал", max_length=300)
    channel = models.CharField("как", max_length=10, choices=Channel.choices)
    given_at = models.DateTimeField("когда", db_default=Now())
    withdrawn_at = models.DateTimeField("отозвано", null=True, blank=True)
    recorded_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    PERSONAL = {"giver_name": EDUCATION}

    class Meta:
        db_table = "consent"
        verbose_name = "согласие"
        verbose_name_plural = "согласия"

    def __str__(self) -> str:
        return f"{self.text}: {self.given_at:%d.%m.%Y}"


class MergeTask(models.Model):
    """Two records that may be one child, to be decided by a person. `moved` logs every moved value."""

    class State(models.TextChoices):
        OPEN = "open", "Ждёт решения"
        MERGED = "merged", "Объединены"
        DIFFERENT = "different", "Разные дети"

    left = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="+", verbose_name="основная запись")
    right = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="+", verbose_name="повторная запись")
    municipality = models.ForeignKey("territory.Municipality", on_delete=models.PROTECT, null=True)
    ground = models.CharField("почему похожи", max_length=200)
    state = models.CharField("состояние", max_length=10, choices=State.choices, default=State.OPEN)
    decided_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField("решено", null=True)
    moved = models.JSONField("перенесено", default=list)
    created_at = models.DateTimeField("создана", db_default=Now())
    PERSONAL = {"moved": EDUCATION}

    class Meta:
        db_table = "merge_task"
        verbose_name = "возможный двойник"
        verbose_name_plural = "возможные двойники"
        constraints = [models.UniqueConstraint(fields=["left", "right"], name="merge_task_unique")]

    def __str__(self) -> str:
        return f"{self.left} / {self.right}"


class ApiToken(models.Model):
    """A token of the API: only its hash is kept; acts with its account's roles, narrowed by scopes."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="tokens")
    name = models.CharField("название", max_length=100)
    prefix = models.CharField("начало", max_length=12)
    hash = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField("права", default=list)
    created_at = models.DateTimeField("создан", db_default=Now())
    expires_at = models.DateTimeField("действует до", null=True, blank=True)
    last_used_at = models.DateTimeField("использован", null=True, blank=True)
    revoked_at = models.DateTimeField("отозван", null=True, blank=True)
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "api_token"
        verbose_name = "токен API"
        verbose_name_plural = "токены API"

    def __str__(self) -> str:
        return f"{self.prefix}…"


class PersonalSession(models.Model):
    """An administrator's timed session with personal data: reason, thirty minutes, logged (spec/trust.md)."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT)
    reason = models.CharField("причина", max_length=300)
    started_at = models.DateTimeField("начата")
    ends_at = models.DateTimeField("окончится")
    closed_at = models.DateTimeField("закрыта", null=True)
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "personal_session"
        verbose_name = "сеанс с персональными данными"
        verbose_name_plural = "сеансы с персональными данными"

    def __str__(self) -> str:
        return f"{self.account}: {self.started_at:%d.%m.%Y %H:%M}"
