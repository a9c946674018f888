"""Inviting pupils who are covered nowhere, and what their families answered."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError

from opora.core import clock
from opora.core.access import Actor
from opora.core.models import Letter
from opora.core.outbox import emit
from opora.core.reasons import Reason, Refused
from opora.core.transactions import act
from opora.outreach import policy, queries_offers, rules, states
from opora.outreach.models import Invitation, Pupil
from opora.people.models import Consent, Guardianship
from opora.people.rules import full_years

MOST = 2000
SUBJECT = "Приглашаем в кружки и секции рядом со школой"


@dataclass(slots=True)
class Plan:
    """Whom an invitation would reach: rows by what happens to them."""

    letters: list[Pupil] = field(default_factory=list)
    papers: list[Pupil] = field(default_factory=list)
    lately: list[Pupil] = field(default_factory=list)
    """Invited within :data:`rules.INVITED_LATELY` days."""
    covered: int = 0
    undecided: int = 0
    others: int = 0
    """Those who left, and those outside of 5–17 years."""
    accounts: dict[int, list[tuple[int, str]]] = field(default_factory=dict)
    """By child: (account, address) of its guardians who get letters."""

    @property
    def ready(self) -> int:
        return len(self.letters) + len(self.papers)


def plan(actor: Actor, *, keys: Iterable[str]) -> Plan:
    """Sort the picked pupils that the actor may invite; strangers' keys are as if they were not there. Three queries."""
    policy.pupils.require(actor, "invite")
    rows = policy.pupils.rows(actor, "invite").select_related("class_list__organisation__municipality")
    picked = list(
        rows.filter(public_id__in=_uuids(keys)[:MOST])
        .annotate(status=states.status(), invited=states.latest("invited_on"))
        .order_by("class_list_id", "grade", "letter", "sort_name", "pk")
    )
    found = Plan(accounts=_accounts([row.child_id for row in picked if row.child_id]))
    for row in picked:
        _place(found, row)
    return found


def _place(found: Plan, row: Any) -> None:
    if row.state != Pupil.State.STUDYING or row.status == rules.Status.OUT_OF_AGE:
        found.others += 1
    elif row.status == rules.Status.COVERED:
        found.covered += 1
    elif row.status == rules.Status.UNDECIDED:
        found.undecided += 1
    elif rules.invited_lately(row.invited, today_of(row)):
        found.lately.append(row)
    else:
        (found.letters if found.accounts.get(row.child_id) else found.papers).append(row)


def today_of(row: Pupil) -> dt.date:
    """Today where the pupil's school is."""
    return clock.today(row.class_list.organisation.municipality.time_zone)


def _uuids(keys: Iterable[str]) -> list[uuid.UUID]:
    found = []
    for key in keys:
        try:
            found.append(uuid.UUID(str(key)))
        except (ValueError, ValidationError):
            continue
    return found


def _accounts(children: Sequence[int]) -> dict[int, list[tuple[int, str]]]:
    """Guardians with an account, without those who withdrew their consent to messages and have not given it again."""
    said = Consent.objects.filter(child_id__in=children, text__kind="messages", account__isnull=False)
    withdrawn = set(said.filter(withdrawn_at__isnull=False).values_list("child_id", "account_id"))
    withdrawn -= set(said.filter(withdrawn_at__isnull=True).values_list("child_id", "account_id"))
    found: dict[int, list[tuple[int, str]]] = defaultdict(list)
    rows = Guardianship.objects.filter(child_id__in=children, ended_at__isnull=True, account__is_active=True)
    rows = rows.exclude(relation=Guardianship.Relation.SELF).order_by("pk")
    for child, account, address in rows.values_list("child_id", "account_id", "account__email"):
        if (child, account) not in withdrawn:
            found[child].append((account, address))
    return found


@dataclass(frozen=True, slots=True)
class Invited:
    """What an invitation did; `batch` names its printable sheets."""

    batch: uuid.UUID
    letters: int
    papers: int


def invite(actor: Actor, *, keys: Iterable[str], again: bool = False) -> Invited:
    """Invite the picked pupils: a letter to guardians with an account, a printed sheet to the others.

    Those who already learn, have left or wait for a decision are passed over; those invited lately too, unless
    `again`. Refused when nobody remains.
    """
    picked = list(keys)
    policy.pupils.require(actor, "invite")
    with act(actor):
        # a repeat of the same button waits here and then finds the invitations
        list(policy.pupils.model._default_manager.select_for_update(no_key=True, of=("self",))
             .filter(public_id__in=_uuids(picked)[:MOST]).order_by("pk").values_list("pk", flat=True))  # fmt: skip
        found = plan(actor, keys=picked)
        by_paper, by_letter = list(found.papers), list(found.letters)
        for row in found.lately if again else ():
            (by_letter if found.accounts.get(row.child_id or 0) else by_paper).append(row)
        if not by_paper and not by_letter:
            raise Refused(_nobody(found))
        batch = uuid.uuid4()
        made = _write(actor, batch, by_letter, by_paper)
        _send(made, found)
        emit("pupils.invited", "invitation", 0, batch=str(batch), count=len(made))
    return Invited(batch, len(by_letter), len(by_paper))


def _nobody(found: Plan) -> Reason:
    if found.lately:
        return Reason(
            "invited_lately",
            f"Этих детей уже приглашали за последние {rules.INVITED_LATELY}\u00a0дней.",
            hint="Подтвердите, что хотите пригласить их ещё раз.",
        )
    return Reason("nobody", "Приглашать некого: выбранные дети занимаются, выбыли или ждут решения, кто это.")


def _write(actor: Actor, batch: uuid.UUID, by_letter: list[Pupil], by_paper: list[Pupil]) -> list[Invitation]:
    pick = queries_offers.picker(row.class_list.organisation_id for row in (*by_letter, *by_paper))
    rows = [(row, Invitation.Channel.LETTER) for row in by_letter]
    rows += [(row, Invitation.Channel.PAPER) for row in by_paper]
    now, made = clock.now(), []
    for row, channel in rows:
        day = today_of(row)
        assert row.birth_date is not None
        groups = pick(row.class_list.organisation_id, full_years(row.birth_date, day))
        made.append(
            Invitation(
                pupil=row, batch=batch, channel=channel, groups=groups, invited_on=day, invited_at=now,
                invited_by_id=actor.account_id,
            )
        )  # fmt: skip
    return Invitation.objects.bulk_create(made)


def _send(made: list[Invitation], found: Plan) -> None:
    """One letter to each guardian of each child; the subject names nobody."""
    rows = [one for one in made if one.channel == Invitation.Channel.LETTER]
    cards = queries_offers.cards(pk for one in rows for pk in one.groups)
    letters = [
        Letter(
            account_id=account,
            address=address,
            kind="invitation",
            subject=SUBJECT,
            body=letter_text(one.pupil, [cards[pk] for pk in one.groups if pk in cards]),
            link="/navigator/",
            dedup=f"invitation-{one.public_id}-{account}",
            created_at=one.invited_at,
        )
        for one in rows
        for account, address in found.accounts.get(one.pupil.child_id or 0, ())
    ]
    Letter.objects.bulk_create(letters, ignore_conflicts=True)


def letter_text(pupil: Pupil, offers: Sequence[queries_offers.OfferCard]) -> str:
    """Paragraphs of the letter: no more of the child than the given name."""
    school = pupil.class_list.organisation.short_name
    parts = [f"Здравствуйте. {pupil.first_name} сейчас не занимается ни в одном кружке или секции, о которых мы знаем."]
    if offers:
        parts.append(f"Вот где сейчас есть свободные места, ближайшее к школе ({school}) первым:")
        parts += [offer_text(number, one) for number, one in enumerate(offers, start=1)]
    else:
        parts.append("В навигаторе можно выбрать занятие по возрасту, дню недели и расстоянию от дома.")
    parts.append("Если ребёнок уже занимается в другом месте, скажите об этом классному руководителю: мы отметим.")
    return "\n\n".join(parts)


def offer_text(number: int, one: queries_offers.OfferCard) -> str:
    """A numbered paragraph about a programme."""
    where = ", ".join(part for part in (one.provider, one.place) if part)
    when = f", {one.schedule}" if one.schedule else ""
    return f"{number}. {one.name}, {one.ages}{when}. {where}. {one.address}"


def save_answer(actor: Actor, instance: Invitation, data: dict[str, Any]) -> Invitation:
    """Keep what the family said; only an existing invitation is answered."""
    instance.answer, instance.answer_note = data["answer"], str(data["answer_note"]).strip()
    instance.save(update_fields=["answer", "answer_note"])
    return instance


def offered_rows(actor: Actor, invitation: Invitation) -> tuple[list[str], list[list[Any]]]:
    """The programmes of an invitation for its card."""
    cards = queries_offers.cards(invitation.groups)
    rows: list[list[Any]] = [
        [(cards[pk].name, cards[pk].page), cards[pk].provider, cards[pk].schedule]
        for pk in invitation.groups
        if pk in cards
    ]
    return ["Программа", "Организация", "Когда"], rows
