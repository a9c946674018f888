"""Writing children: adding, changing, proving identity, guardians (spec/enrolment.md, "Family and child")."""

from __future__ import annotations

import dataclasses

from opora.core import clock, identifiers, names
from opora.core.access import Actor
from opora.core.outbox import emit
from opora.core.reasons import Hidden, Reason, Refused
from opora.core.transactions import act
from opora.people import letters, policy, rules
from opora.people.models import Account, Child, Guardianship
from opora.people.services_consents import record_consent
from opora.people.services_matching import (
    ChildData,
    find_matches,
    lock_identity,
    mark_match,
    queue_matches,
    refuse_own_repeat,
)
from opora.territory.models import Locality

IDENTITY_FIELDS = frozenset({"last_name", "first_name", "patronymic", "birth_date", "sex", "snils"})


def add_child(
    actor: Actor,
    *,
    data: ChildData,
    relation: str,
    guardian: Account | None = None,
    giver_name: str = "",
    channel: str = "online",
) -> Child:
    """Make a child's record, its guardianship and the consent to process its data.

    A guardian's entry that matches a known child becomes a provisional record with a merge task; nothing tells
    the guardian so. A desk operator is told of the match instead. Raises Refused with reasons per field.
    """
    policy.CHILD.require(actor, "add")
    clean = tidy(data)
    with act(actor):
        locality = _locality(actor, clean.locality_id, channel)
        lock_identity(clean)
        matches = find_matches(clean)
        refuse_own_repeat(actor if guardian is None else None, guardian, matches)
        same = next((other for other, kind in matches if kind == rules.Match.SAME), None)
        if same and channel == "desk":
            raise Refused(_exists(same, actor))
        child = Child(municipality_id=locality.municipality_id, locality=locality)
        _fill(child, clean)
        mark_match(child, same)
        child.save()
        holder_id = guardian.pk if guardian else (actor.account_id if channel == "online" else None)
        if holder_id:
            Guardianship.objects.create(
                account_id=holder_id,
                child=child,
                relation=relation,
                confirmed_at=clock.now() if channel == "desk" else None,
            )
        record_consent(
            actor,
            kind="processing",
            account_id=holder_id,
            child_id=child.pk,
            giver_name=giver_name or actor.name or actor.email,
            channel=channel,
        )
        queue_matches(child, matches)
        emit("child.changed", "child", child.pk, municipality_id=child.municipality_id, act="added")
    return child


def update_child(actor: Actor, *, child: Child, data: ChildData, reason: str = "") -> Child:
    """Change a child's data. Confirmed identity changes only by a desk, with a reason; Refused otherwise."""
    clean = tidy(data)
    with act(actor):
        found = policy.CHILD.rows(actor, "edit").filter(pk=child.pk).values_list("pk", flat=True).first()
        if found is None:
            raise Hidden("child")
        locked = Child.objects.select_for_update(no_key=True).get(pk=child.pk)
        changed = {field for field in IDENTITY_FIELDS if getattr(locked, field) != getattr(clean, field)}
        _check_change(actor, locked, changed, reason)
        locality = _locality(actor, clean.locality_id, "online")
        locked.locality, locked.municipality_id = locality, locality.municipality_id
        _fill(locked, clean)
        if changed:
            lock_identity(clean)
        matches = find_matches(clean, except_id=locked.pk) if changed else []
        if changed and locked.identity != Child.Identity.CONFIRMED:
            mark_match(locked, next((c for c, kind in matches if kind == rules.Match.SAME), None))
        locked.save()
        queue_matches(locked, matches)
        emit(
            "child.changed",
            "child",
            locked.pk,
            municipality_id=locked.municipality_id,
            act="changed",
            fields=sorted(changed),
            reason=reason,
        )
        if changed and locked.identity == Child.Identity.CONFIRMED:
            letters.child_changed(locked, reason)
    return locked


def confirm_identity(actor: Actor, *, child: Child, documents: str) -> Child:
    """Record at a desk that the child's identity is proved: who, when, which documents were shown.

    Refused while the record is provisional (the merge queue decides first) or already confirmed.
    """
    policy.CHILD.require(actor, "confirm")
    if not documents.strip():
        raise Refused(Reason("documents_missing", "Запишите, какие документы показаны.", field="documents"))
    with act(actor):
        policy.CHILD.get(actor, "confirm", pk=child.pk)
        locked = Child.objects.select_for_update(no_key=True).get(pk=child.pk)
        if locked.state != Child.State.LIVING:
            raise Refused(_undecided())
        if locked.identity == Child.Identity.CONFIRMED:
            raise Refused(Reason("already_confirmed", "Личность ребёнка уже подтверждена."))
        locked.identity = Child.Identity.CONFIRMED
        locked.identity_documents = documents.strip()
        locked.identity_confirmed_at = clock.now()
        locked.identity_confirmed_by_id = actor.account_id
        locked.save()
        Guardianship.objects.filter(child=locked, confirmed_at__isnull=True, ended_at__isnull=True).update(
            confirmed_at=clock.now()
        )
        emit(
            "child.changed",
            "child",
            locked.pk,
            municipality_id=locked.municipality_id,
            act="identity_confirmed",
        )
        letters.identity_confirmed(locked)
    return locked


def add_guardian(actor: Actor, *, child: Child, account: Account, relation: str) -> Guardianship:
    """Give a second guardian access to the child, at a desk after documents; a desk's act only."""
    policy.CHILD.require(actor, "confirm")
    with act(actor):
        policy.CHILD.get(actor, "confirm", pk=child.pk)
        row, _ = Guardianship.objects.update_or_create(
            account=account,
            child=child,
            defaults={"relation": relation, "confirmed_at": clock.now(), "ended_at": None},
        )
        emit("child.changed", "child", child.pk, municipality_id=child.municipality_id, act="guardian_added")
        letters.guardian_added(child, account)
    return row


def end_guardianship(actor: Actor, *, guardianship: Guardianship) -> None:
    """End one account's access to a child; the last guardian of a child stays until a desk decides."""
    with act(actor):
        row = policy.GUARDIANSHIP.get(actor, "end", pk=guardianship.pk)
        others = Guardianship.objects.filter(child_id=row.child_id, ended_at__isnull=True).exclude(pk=row.pk)
        if not others.exists() and not policy.CHILD.allowed(actor, "confirm"):
            raise Refused(
                Reason(
                    "last_guardian",
                    "Вы единственный представитель ребёнка в системе.",
                    hint="Чтобы убрать карточку совсем, отзовите согласие на обработку данных.",
                )
            )
        Guardianship.objects.filter(pk=row.pk).update(ended_at=clock.now())


def tidy(data: ChildData) -> ChildData:
    """Put spelling in order and check the values; Refused with every failing field at once."""
    reasons: list[Reason] = []
    last, first = names.tidy_part(data.last_name), names.tidy_part(data.first_name)
    for field, label, value in (("last_name", "фамилию", last), ("first_name", "имя", first)):
        if not names.part_key(value):
            reasons.append(Reason("name_missing", f"Напишите {label} ребёнка буквами.", field=field))
    reasons += rules.name_reasons(last_name=last, first_name=first, patronymic=names.tidy_patronymic(data.patronymic))
    snils = ""
    if data.snils.strip():
        try:
            snils = identifiers.snils(data.snils)
        except ValueError as error:
            reasons.append(Reason("snils", str(error), field="snils"))
    for reason in rules.birth_date_reasons(data.birth_date, clock.today(clock.EASTERNMOST)):
        reasons.append(dataclasses.replace(reason, field="birth_date"))
    if data.sex not in Child.Sex.values:
        reasons.append(Reason("sex", "Выберите: девочка или мальчик.", field="sex"))
    if reasons:
        raise Refused(reasons)
    return dataclasses.replace(
        data,
        last_name=last,
        first_name=first,
        patronymic=names.tidy_patronymic(data.patronymic),
        snils=snils,
        address=" ".join(data.address.split()),
        school_name=" ".join(data.school_name.split()),
        school_class=" ".join(data.school_class.split()),
    )


def _fill(child: Child, data: ChildData) -> None:
    for field in dataclasses.fields(data):
        if field.name != "locality_id":
            setattr(child, field.name, getattr(data, field.name))
    child.match_key = names.match_key(child.last_name, child.first_name, child.patronymic)


def _check_change(actor: Actor, child: Child, changed: set[str], reason: str) -> None:
    if not changed or child.identity != Child.Identity.CONFIRMED:
        return
    if not policy.CHILD.allowed(actor, "confirm"):
        raise Refused(
            Reason(
                "identity_confirmed",
                "Личность ребёнка подтверждена, поэтому эти сведения меняют только в пункте приёма.",
                hint="Придите в пункт приёма с документом, в котором верные данные.",
            )
        )
    if not reason.strip():
        raise Refused(Reason("reason_missing", "Укажите причину изменения и документ.", field="reason"))


def _locality(actor: Actor, locality_id: int, channel: str) -> Locality:
    row = Locality.objects.select_related("municipality").filter(pk=locality_id).first()
    if row is None or not row.municipality.is_served:
        raise Refused(Reason("locality", "Выберите населённый пункт из списка.", field="locality"))
    reached = actor.municipalities(*policy.DESK)
    if channel == "desk" and not actor.system and row.municipality_id not in reached:
        raise Refused(
            Reason(
                "foreign_locality",
                "Ваш пункт приёма не обслуживает этот населённый пункт.",
                hint="Семье нужно обратиться в пункт приёма своего муниципалитета.",
                field="locality",
            )
        )
    return row


def _exists(same: Child, actor: Actor) -> Reason:
    known = policy.CHILD.can(actor, "view", same)
    return Reason(
        "child_exists",
        "Такой ребёнок уже есть в системе.",
        hint="Найдите его карточку и добавьте представителя там."
        if known
        else "Карточка ведётся в другом муниципалитете: попросите семью оформить переезд.",
        field="last_name",
    )


def _undecided() -> Reason:
    return Reason(
        "record_undecided",
        "Карточка похожа на уже известного ребёнка, и решение ещё не принято.",
        hint="Сначала решите её в списке возможных двойников.",
    )
