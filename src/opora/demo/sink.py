"""Rows waiting for COPY: one buffer per table, columns and defaults read from the models.

A row names only what differs; fields with a constant default get it, so that a new field with a default needs no
change here. Ids are given by the sink, beginning after what the database already holds.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import NOT_PROVIDED
from psycopg.types.json import Jsonb


class _Generated:
    """Marks columns whose value is made for each row."""


PUBLIC_ID = _Generated()
Row = tuple[Any, ...]


class Table:
    """The buffer of one model's rows."""

    def __init__(self, label: str, moment: dt.datetime, rng: Random) -> None:
        self.model: type[models.Model] = apps.get_model(label)
        self.name = self.model._meta.db_table
        self.rows: list[Row] = []
        self.rng = rng
        fields = [field for field in self.model._meta.concrete_fields if not getattr(field, "generated", False)]
        self.columns = tuple(field.column for field in fields)
        self.keys = tuple(field.attname for field in fields)
        self.known = frozenset(self.keys)
        self.json = frozenset(field.attname for field in fields if isinstance(field, models.JSONField))
        self.defaults = {field.attname: value for field in fields for value in _default(field, moment)}
        self.generated = tuple(key for key, value in self.defaults.items() if value is PUBLIC_ID)

    def add(self, values: dict[str, Any]) -> None:
        if not values.keys() <= self.known:
            raise KeyError(f"{self.name}: {sorted(values.keys() - self.known)}")
        for key in self.json & values.keys():
            values[key] = Jsonb(values[key])
        row = {**self.defaults, **values}
        for key in self.generated:
            if row[key] is PUBLIC_ID:
                row[key] = uuid.UUID(int=self.rng.getrandbits(128), version=4)
        try:
            self.rows.append(tuple([row[key] for key in self.keys]))
        except KeyError as error:
            raise KeyError(f"{self.name}: no value for {error}") from None


def _default(field: models.Field[Any, Any], moment: dt.datetime) -> Iterator[Any]:
    """The constant that stands in for a missing value; nothing when the row must name it."""
    if isinstance(field, models.UUIDField) and field.default is uuid.uuid4:
        yield PUBLIC_ID
    elif field.db_default is not NOT_PROVIDED and isinstance(field, models.DateTimeField):
        yield moment
    elif field.has_default():
        value = field.get_default()
        yield Jsonb(value) if isinstance(field, models.JSONField) else value
    elif field.null:
        yield None
    elif isinstance(field, models.CharField | models.TextField) and field.blank:
        yield ""


class Sink:
    """All buffers of a load, in an order in which foreign keys can be written."""

    def __init__(self, moment: dt.datetime, seed: str, first_ids: Mapping[str, int] | None = None) -> None:
        self.moment = moment
        self.rng = Random(f"{seed}/public ids")
        self.tables: dict[str, Table] = {}
        self._last = {label: first - 1 for label, first in (first_ids or {}).items()}

    def next_id(self, label: str) -> int:
        self._last[label] = self._last.get(label, 0) + 1
        return self._last[label]

    def last_id(self, label: str) -> int:
        """The id given last in this table."""
        return self._last[label]

    def add(self, label: str, **values: Any) -> int:
        """Buffer a row of a model ("room.Model") and return its id; the id may be given beforehand."""
        table = self.tables.get(label)
        if table is None:
            table = self.tables[label] = Table(label, self.moment, self.rng)
        if "id" in table.known and "id" not in values:
            values["id"] = self.next_id(label)
        table.add(values)
        return int(values.get("id", 0))

    def drain(self) -> Iterator[tuple[Table, list[Row]]]:
        """Give away the buffered rows table by table and forget them."""
        for label in ORDER:
            table = self.tables.get(label)
            if table and table.rows:
                rows, table.rows = table.rows, []
                yield table, rows
        left = [label for label, table in self.tables.items() if table.rows]
        if left:
            raise KeyError(f"no place in the order of loading: {left}")


ORDER = (
    "territory.Region", "territory.Municipality", "territory.Locality", "territory.LegalAct", "territory.Population",
    "territory.Centre", "territory.CentreService", "people.Account", "account.EmailAddress",
    "providers.Organisation", "providers.OrganisationFunction", "providers.ServedOrganisation", "providers.Venue",
    "providers.Staff", "providers.Signatory", "people.RoleAssignment", "people.Child", "people.Guardianship",
    "people.ChildCategory", "people.Consent", "people.MergeTask", "catalogue.ActivityDirection", "catalogue.Programme",
    "catalogue.Module", "catalogue.Group", "catalogue.GroupPlaces", "catalogue.Slot", "catalogue.LessonException",
    "catalogue.ModerationRemark", "catalogue.Favourite", "certificates.FundingProgramme", "certificates.FundingPeriod",
    "certificates.CertificateGroup", "certificates.FundingRate", "certificates.FundingCoefficient",
    "certificates.PaymentAgreement", "settlement.PayerProfile", "settlement.AgreementTerms",
    "certificates.ProgrammeRegisterEntry",
    "certificates.Certificate", "certificates.CertificateBalance", "certificates.CertificateEntry",
    "certificates.FundingQueue", "enrolment.Application", "enrolment.Contract", "enrolment.ContractMonth",
    "enrolment.Enrolment", "enrolment.Order", "enrolment.OrderLine", "enrolment.Lesson", "enrolment.Attendance",
    "enrolment.SafetyCard",
    "settlement.MunicipalAssignment", "settlement.CentreExpense",
    "monitoring.IndicatorTarget", "core.Letter", "core.Counter",
)  # fmt: skip
