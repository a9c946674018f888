"""Registers of legal acts and of their publications (A6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Q

from opora.core import clock, russian
from opora.core.access import Actor
from opora.core.publications import publications_of
from opora.core.registers import Column, Filter, ImportColumn, Importer, Ref, Register, Section, SoftKey, register
from opora.core.registers.importing.declaration import Level
from opora.territory import forms, policy, queries_acts, rules, services_acts
from opora.territory.columns import MUNICIPALITY_COLUMN
from opora.territory.models import ActPublication, LegalAct
from opora.territory.queries import served_zone


def _published(value: str) -> Q:
    return queries_acts.unpublished() if value == "0" else ~queries_acts.unpublished()


def _chain(actor: Actor, act: LegalAct) -> tuple[list[str], list[list[Any]]]:
    """The act among what it replaced and what replaced it."""
    rows = queries_acts.chain(act)
    if len(rows) == 1:
        return [], []
    today = clock.today(act.municipality.time_zone if act.municipality else served_zone())
    lines = []
    for row in rows:
        alive = rules.in_force(today, row.in_force_from, row.in_force_to, row.date)
        begins = row.in_force_from or row.date
        lines.append(
            [
                f"{services_acts.label(row)} (этот акт)" if row.pk == act.pk else (services_acts.label(row), _url(row)),
                russian.period(begins, row.in_force_to),
                "Действует сегодня" if alive else "Не действует",
            ]
        )
    return ["Акт", "Срок действия", "Сегодня"], lines


def _url(row: LegalAct) -> str:
    return legal_acts.url("card", row)


def _named(actor: Actor, act: LegalAct) -> tuple[list[str], list[list[Any]]]:
    rows = queries_acts.named_in(actor, act)
    return ["Запись", "Реестр"], [[(name, url), heading] for heading, name, url in rows]


def _derive(values: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"match_key": rules.act_key(values.get("number") or "", values.get("issuer") or "")}


def _check(values: Mapping[str, Any]) -> Iterable[tuple[str, str, str, Level]]:
    start, end = values.get("in_force_from"), values.get("in_force_to")
    if start and end and end < start:
        yield "Действует по", "term", "Окончание действия раньше начала.", "error"


legal_acts = register(
    Register(
        slug="legal_acts",
        model=LegalAct,
        policy=policy.legal_acts,
        about="Законы, постановления, приказы и соглашения, на которые опирается работа центра.",
        menu="territory",
        menu_order=60,
        icon="file-text",
        columns=("title", "kind", "number", "date", "issuer", "level", "in_force_to"),
        search=("title", "number", "issuer"),
        filters=(
            "kind",
            "level",
            "municipality",
            Filter("date", "Дата"),
            Filter("on", "Действует на дату", kind="day", apply=lambda actor, value: queries_acts.in_force_on(value)),
            Filter(
                "published",
                "Публикация",
                options=lambda actor: [("0", "Нет, хотя нужна"), ("1", "Есть или не нужна")],
                apply=lambda actor, value: _published(value),
            ),
        ),
        sort="-date",
        form=forms.LegalActForm,
        save=services_acts.save_act,
        files=True,
        card=(
            "title",
            "kind",
            "level",
            "issuer",
            "number",
            "date",
            Column("municipality", to="municipalities"),
            "in_force_from",
            "in_force_to",
            Column("replaced_by", path="replaced_by__title", to="legal_acts"),
            "must_publish",
        ),
        sections=(
            Section("Цепочка замен", rows=_chain),
            Section("Где опубликован", "act_publications", via="act", columns=("site", "url", "date")),
            Section("Где на него ссылаются", rows=_named),
        ),
        importer=Importer(
            columns=(
                ImportColumn("kind", "Вид"),
                ImportColumn("level", "Уровень"),
                ImportColumn("issuer", "Кем издан", aliases=("издатель", "орган"), insert_only=True),
                ImportColumn("number", "Номер", insert_only=True),
                ImportColumn("date", "Дата"),
                ImportColumn("title", "Название", aliases=("наименование",), insert_only=True),
                MUNICIPALITY_COLUMN,
                ImportColumn("in_force_from", "Действует с"),
                ImportColumn("in_force_to", "Действует по"),
                ImportColumn("must_publish", "Подлежит публикации", keep_empty=True),
            ),
            keys=(("kind", "issuer", "number", "date"),),
            soft_keys=(SoftKey(("match_key", "date")),),
            check=_check,
            compare=queries_acts.remarks,
            derive=_derive,
            derived=("match_key",),
        ),
        public=True,
    )
)

act_publications = register(
    publications_of(
        Column("act", path="act__title", to="legal_acts", title="Акт"),
        forms.ActPublicationForm,
        slug="act_publications",
        model=ActPublication,
        policy=policy.act_publications,
        about="Где и когда акт опубликован: официальный сайт, газета, портал.",
        search=("site", "act__title"),
        importer=Importer(
            columns=(
                ImportColumn("act", "Акт", aliases=("название акта",), ref=Ref(by=("title", "number"))),
                ImportColumn("site", "Где опубликован", aliases=("сайт", "издание")),
                ImportColumn("url", "Адрес страницы", aliases=("ссылка",)),
                ImportColumn("date", "Дата публикации", aliases=("дата",)),
            ),
            keys=(("act", "site", "date"),),
        ),
        public=True,
    )
)
