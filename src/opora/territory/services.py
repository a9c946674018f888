"""Writing the territory: regions and municipalities that imports need and do not find."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from opora.core.access import Actor
from opora.core.registers import Found
from opora.territory import russia
from opora.territory.matching import best, reduce_name
from opora.territory.models import Municipality, Region

TEMPORARY = "999"
"""Digits 3–5 of the codes given to municipalities whose real ОКТМО is not known yet; no real code has them."""


def ensure_regions(actor: Actor, texts: Sequence[str]) -> Mapping[str, Found | str]:
    """Regions by ОКТМО («63000000») or name, made from the list of subjects when missing.

    A resolver of imports: only the system and administrators may add a region, others get a sentence.
    """
    answers: dict[str, Found | str] = {}
    for text in texts:
        subject = russia.by_oktmo(text) if text[:2].isdigit() else russia.by_name(text)
        if subject is None:
            answers[text] = f"Регион «{text}» не узнан: первые цифры ОКТМО или название не из перечня субъектов."
            continue
        region = Region.objects.filter(oktmo=subject.oktmo).first()
        if region is None and not actor.has("administrator"):
            answers[text] = f"Региона «{subject.name}» ещё нет в реестре, добавить его может администратор."
            continue
        if region is None:
            region = make_region(subject)
        answers[text] = Found(region.pk)
    return answers


def make_region(subject: russia.Subject) -> Region:
    """Add a subject of the Federation to the register of regions."""
    return Region.objects.create(code=subject.code, name=subject.name, oktmo=subject.oktmo, time_zone=subject.zone)


def ensure_municipality(region_name: str, written: str, kind: str) -> tuple[Municipality, str] | None:
    """The municipality meant by a written name in a region, and a remark when it had to be added.

    An added one gets a temporary code, which the import of the classifier replaces by the real one. None when the
    region is not known.
    """
    subject = russia.by_name(region_name)
    region = Region.objects.filter(oktmo=subject.oktmo).first() if subject else None
    region = region or Region.objects.filter(name__iexact=region_name).first()
    if region is None and subject is not None:
        region = make_region(subject)
    if region is None:
        return None
    known = list(
        Municipality.objects.filter(region=region).exclude(kind=Municipality.Kind.SETTLEMENT).values_list("pk", "name")
    )
    found = best(written, known) if written else None
    if found is not None:
        return Municipality.objects.get(pk=found), ""
    name = official_name(written, kind) if written else f"{region.name}: муниципалитет не указан"
    stored = Municipality.objects.filter(region=region, name=name).first()
    if stored is not None:
        return stored, ""
    added = Municipality.objects.create(
        region=region, oktmo=_temporary_code(region), name=name, kind=kind, time_zone=region.time_zone
    )
    remark = (
        f"Муниципалитета «{name}» нет в реестре: он добавлен с временным кодом {added.oktmo}."
        " Загрузите классификатор ОКТМО или исправьте код."
    )
    return added, remark


def official_name(written: str, kind: str) -> str:
    """«Рыбинский» → «Рыбинский муниципальный район»; «Рыбинск» → «город Рыбинск»."""
    name = " ".join(written.split())
    name = name[:1].upper() + name[1:]
    if reduce_name(name).kind:
        return name
    return f"{name} муниципальный район" if kind == Municipality.Kind.DISTRICT else f"город {name}"


def _temporary_code(region: Region) -> str:
    prefix = region.oktmo[:2] + TEMPORARY
    taken = (
        Municipality.objects.filter(oktmo__startswith=prefix).order_by("-oktmo").values_list("oktmo", flat=True).first()
    )
    return f"{prefix}{int(taken[5:8]) + 1 if taken else 1:03}"
