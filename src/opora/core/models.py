"""Tables every room stands on: outbox, access journal, counters, files, jobs, idempotency, calendar exceptions.

The change history lives in the partitioned table ``history`` made by the first migration; it has no model
because only triggers write it and only :mod:`opora.core.history` reads it.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from opora.core.fields import public_id
from opora.core.personal import ACCOUNT, EDUCATION, OFFICIAL


class Outbox(models.Model):
    """A fact written in the business transaction; mail, webhooks, search and figures read it by polling."""

    kind = models.CharField("вид", max_length=60)
    object_kind = models.CharField("вид объекта", max_length=40)
    object_id = models.BigIntegerField("номер объекта")
    municipality_id = models.BigIntegerField("муниципалитет", null=True)
    payload = models.JSONField("данные", default=dict)
    at = models.DateTimeField("когда", db_default=Now())
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "outbox"
        indexes = [models.Index(fields=["at"]), models.Index(fields=["kind", "id"])]


class OutboxReader(models.Model):
    """How far one reader of the outbox has come; ids commit out of order, so readers look back ten seconds."""

    name = models.CharField("читатель", max_length=60, unique=True)
    last_at = models.DateTimeField("прочитано до", null=True)
    done_ids = models.JSONField("уже обработаны в окне", default=list)
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "outbox_reader"


class Letter(models.Model):
    """A message to a person: shown in the cabinet and sent by e-mail by the worker."""

    account_id = models.BigIntegerField("кому", null=True, db_index=True)
    address = models.EmailField("адрес", blank=True)
    kind = models.CharField("вид", max_length=60)
    subject = models.CharField("тема", max_length=300)
    body = models.TextField("текст")
    link = models.CharField("ссылка", max_length=300, blank=True)
    answer = models.CharField("вопрос", max_length=60, blank=True, default="", db_default="")
    """What one click answers, «place:15»; the signed link itself is made at sending and kept nowhere."""
    dedup = models.CharField("ключ", max_length=120, unique=True)
    created_at = models.DateTimeField("создано", db_default=Now())
    sent_at = models.DateTimeField("отправлено", null=True)
    read_at = models.DateTimeField("прочитано", null=True)
    attempts = models.PositiveSmallIntegerField("попыток", default=0)
    PERSONAL = {"address": ACCOUNT, "subject": EDUCATION, "body": EDUCATION}

    class Meta:
        db_table = "letter"
        indexes = [models.Index(fields=["sent_at", "id"])]


class SharedValue(models.Model):
    """What all web processes must know for a moment: counts of a rate limit, short-lived values of the cache.

    An unlogged table: after a crash it is empty, and nothing is lost by that. Keys are hashes, so that no network
    address stands here.
    """

    key = models.CharField(max_length=64, primary_key=True)
    count = models.IntegerField(default=0, db_default=0)
    value = models.JSONField(null=True)
    expires_at = models.DateTimeField(db_index=True)
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "shared_value"


class AccessLog(models.Model):
    """Who opened whose card, when and why. Append-only (a trigger refuses changes)."""

    at = models.DateTimeField("когда", db_default=Now())
    account_id = models.BigIntegerField("кто", null=True, db_index=True)
    role = models.CharField("роль", max_length=30, blank=True)
    action = models.CharField("действие", max_length=60)
    object_kind = models.CharField("вид объекта", max_length=40)
    object_id = models.BigIntegerField("номер объекта", null=True)
    municipality_id = models.BigIntegerField("муниципалитет", null=True)
    reason = models.CharField("причина", max_length=300, blank=True)
    request = models.CharField("обращение", max_length=40, blank=True)
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "access_log"
        indexes = [models.Index(fields=["object_kind", "object_id", "at"])]


class ErasureAct(models.Model):
    """An erasure of personal keys from history and journal: whose, which, why, by whom, a hash of what was there.

    Append-only. Written by the database function `erase_personal` alone; `transaction` is the one that erased.
    """

    table = models.CharField("таблица", max_length=63)
    kind = models.CharField("вид объекта", max_length=60)
    object_id = models.BigIntegerField("номер объекта")
    keys = ArrayField(models.TextField(), verbose_name="что удалено")
    ground = models.CharField("основание", max_length=300)
    account_id = models.BigIntegerField("кто", null=True)
    sha256 = models.CharField("хэш удалённого", max_length=64)
    transaction = models.CharField("транзакция", max_length=20)
    at = models.DateTimeField("когда", db_default=Now())
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "erasure_act"
        verbose_name = "акт удаления"
        verbose_name_plural = "акты удаления"
        indexes = [models.Index(fields=["object_id", "transaction"], name="erasure_act_object")]

    def __str__(self) -> str:
        return f"{self.kind} № {self.object_id}"


class Counter(models.Model):
    """Gapless numbers: one locked row per issuer, series and year; taken at issue, last in the lock order."""

    issuer_kind = models.CharField(max_length=30)
    issuer_id = models.BigIntegerField()
    series = models.CharField(max_length=40)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "counter"
        constraints = [
            models.UniqueConstraint(fields=["issuer_kind", "issuer_id", "series", "year"], name="counter_unique")
        ]


class StoredFile(models.Model):
    """Metadata of an immutable file kept by its SHA-256; served only through its owner's policy."""

    public_id = public_id()
    sha256 = models.CharField(max_length=64, db_index=True)
    name = models.CharField("имя файла", max_length=255)
    content_type = models.CharField("тип", max_length=120)
    size = models.PositiveBigIntegerField("размер")
    owner_kind = models.CharField("вид владельца", max_length=40)
    owner_id = models.BigIntegerField("номер владельца")
    municipality_id = models.BigIntegerField("муниципалитет", null=True)
    created_by_id = models.BigIntegerField("кто загрузил", null=True)
    created_at = models.DateTimeField("когда", db_default=Now())
    PERSONAL = {"name": EDUCATION}

    class Meta:
        db_table = "stored_file"
        indexes = [models.Index(fields=["owner_kind", "owner_id"])]


class DetachedSignature(models.Model):
    """An electronic signature kept beside the document that it signs (K9): a .sig file, who brought it, when.

    Neither file ever changes; the signature itself is checked by the programs made for that.
    """

    document = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="signatures")
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="signature_of")
    signer = models.CharField("кто подписал", max_length=200)
    added_by_id = models.BigIntegerField("кто приложил", null=True)
    added_by_name = models.CharField("имя приложившего", max_length=300, blank=True)
    added_at = models.DateTimeField("когда", db_default=Now())
    PERSONAL = {"signer": OFFICIAL, "added_by_name": OFFICIAL}

    class Meta:
        db_table = "detached_signature"
        verbose_name = "электронная подпись"
        verbose_name_plural = "электронные подписи"
        ordering = ["added_at", "id"]

    def __str__(self) -> str:
        return f"{self.signer}, {self.added_at:%d.%m.%Y}"


class IdempotentCall(models.Model):
    """The first answer to a submit with an idempotency key, kept 7 days; unique per account."""

    account_id = models.BigIntegerField()
    key = models.CharField(max_length=80)
    request_hash = models.CharField(max_length=64)
    response = models.JSONField(null=True)
    at = models.DateTimeField(db_default=Now())
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "idempotent_call"
        constraints = [models.UniqueConstraint(fields=["account_id", "key"], name="idempotent_call_unique")]
        indexes = [models.Index(fields=["at"])]


class Job(models.Model):
    """A piece of work for the worker: leased with a heartbeat, retried with backoff, taken again after a crash."""

    class State(models.TextChoices):
        READY = "ready", "Ждёт"
        RUNNING = "running", "Выполняется"
        DONE = "done", "Выполнена"
        FAILED = "failed", "Не удалась"

    public_id = public_id()
    task = models.CharField("задача", max_length=200)
    queue = models.CharField("очередь", max_length=40, default="default")
    priority = models.SmallIntegerField("приоритет", default=0)
    args = models.JSONField(default=list)
    kwargs = models.JSONField(default=dict)
    state = models.CharField("состояние", max_length=10, choices=State.choices, default=State.READY)
    run_after = models.DateTimeField("не раньше", db_default=Now())
    leased_until = models.DateTimeField("занята до", null=True)
    leased_by = models.CharField("кем занята", max_length=80, blank=True)
    attempts = models.PositiveSmallIntegerField("попыток", default=0)
    max_attempts = models.PositiveSmallIntegerField("попыток самое большее", default=8)
    error = models.TextField("ошибка", blank=True)
    result = models.JSONField("итог", null=True)
    progress = models.PositiveSmallIntegerField("выполнено, %", default=0)
    created_at = models.DateTimeField("создана", db_default=Now())
    finished_at = models.DateTimeField("окончена", null=True)
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "job"
        indexes = [models.Index(fields=["state", "queue", "-priority", "run_after", "id"], name="job_next")]


class Schedule(models.Model):
    """Work due once at a moment: unique by code, municipality and due, so that two workers make one job."""

    code = models.CharField(max_length=60)
    municipality_id = models.BigIntegerField(default=0)
    due = models.DateTimeField()
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL)
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "schedule"
        constraints = [models.UniqueConstraint(fields=["code", "municipality_id", "due"], name="schedule_unique")]


class CalendarException(models.Model):
    """A day whose kind differs from the rule calendar: official transfer or a region's own day."""

    class Kind(models.TextChoices):
        OFF = "off", "Нерабочий"
        SHORT = "short", "Сокращённый"
        WORKING = "working", "Рабочий"

    date = models.DateField("дата")
    kind = models.CharField("вид дня", max_length=10, choices=Kind.choices)
    region_id = models.BigIntegerField("регион", null=True, blank=True)
    ground = models.CharField("основание", max_length=300, blank=True)
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "calendar_exception"
        verbose_name = "особый день календаря"
        constraints = [
            models.UniqueConstraint(
                fields=["date", "region_id"], name="calendar_exception_unique", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.date:%d.%m.%Y}: {self.get_kind_display()}"


class SavedFilter(models.Model):
    """A filter of a register that its account keeps under a name; words of a search are kept out of it."""

    account_id = models.BigIntegerField(db_index=True)
    register = models.CharField(max_length=60)
    name = models.CharField(max_length=80)
    query = models.TextField()
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "saved_filter"
        constraints = [models.UniqueConstraint(fields=["account_id", "register", "name"], name="saved_filter_unique")]
