"""Writing providers: organisations with their codes, municipalities named by imports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.text import slugify

from opora.core.access import Actor
from opora.core.registers import Found
from opora.core.transliteration import latin
from opora.providers.models import Organisation
from opora.territory.models import Municipality
from opora.territory.services import ensure_municipality

SLUG_LENGTH = 60
SEPARATOR = "|"


def slug_of(name: str) -> str:
    """The code of an organisation in addresses, from its short name."""
    return slugify(latin(name))[:SLUG_LENGTH].strip("-") or "organisation"


def save_organisation(actor: Actor, organisation: Organisation, data: Mapping[str, Any]) -> Organisation:
    """Set the values and save; a new organisation gets its code from its name."""
    for name, value in data.items():
        setattr(organisation, name, value)
    if not organisation.slug:
        organisation.slug = _free_slug(slug_of(organisation.short_name))
    organisation.save()
    return organisation


def _free_slug(wanted: str) -> str:
    taken = set(Organisation.objects.filter(slug__startswith=wanted).values_list("slug", flat=True))
    number, slug = 1, wanted
    while slug in taken:
        number += 1
        slug = f"{wanted}-{number}"
    return slug


def municipalities_of_addresses(actor: Actor, texts: Sequence[str]) -> Mapping[str, Found | str]:
    """Municipalities for «region|district|city» made from addresses; missing ones are added with a remark.

    A resolver of the organisations' import. Only the system and administrators may add a municipality.
    """
    answers: dict[str, Found | str] = {}
    for text in texts:
        if SEPARATOR not in text:
            continue
        region, district, city = text.split(SEPARATOR)
        answers[text] = _municipality_of(actor, region, district, city)
    return answers


def _municipality_of(actor: Actor, region: str, district: str, city: str) -> Found | str:
    known = _known(region, city, Municipality.Kind.URBAN_OKRUG) or _known(region, district, Municipality.Kind.DISTRICT)
    if known is not None:
        return Found(known)
    if not actor.has("administrator"):
        return "Муниципалитет по адресу не найден в реестре; добавить его может администратор."
    kind = Municipality.Kind.DISTRICT if district or not city else Municipality.Kind.URBAN_OKRUG
    made = ensure_municipality(region, district or city, kind)
    if made is None:
        return f"Регион «{region}» не узнан." if region else "Регион не указан, муниципалитет определить нельзя."
    municipality, remark = made
    if not district and not city:
        remark = "Адрес не указан: муниципалитет не определён. " + remark
    return Found(municipality.pk, remark, "municipality_added")


def _known(region: str, written: str, kind: str) -> int | None:
    """A municipality of the region that fits the written name; a city only as a city of its own."""
    from opora.territory.matching import best

    if not written:
        return None
    rows = Municipality.objects.filter(region__name__iexact=region)
    if kind == Municipality.Kind.URBAN_OKRUG:
        rows = rows.filter(kind=kind)
    else:
        rows = rows.exclude(kind=Municipality.Kind.SETTLEMENT)
    return best(written, list(rows.values_list("pk", "name")))
