"""What a family asks for on the page of an application: read from the address or the form, priced, submitted."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from urllib.parse import urlencode

from django.http import QueryDict

from opora.catalogue.models import Group
from opora.core.access import Actor
from opora.core.reasons import Hidden
from opora.enrolment import explaining, queries_cabinet, services
from opora.enrolment.services.apply import Applied
from opora.enrolment.services.quote import Quote
from opora.enrolment.wording import FUNDING_MEANINGS, FUNDING_TITLES, Remedy, remedies, schedule, split_sentence
from opora.people import queries as people
from opora.people.models import Child

APPLY = "/cabinet/apply/"
MOST_CHILDREN = 10


@dataclass(frozen=True, slots=True)
class Ask:
    """The group, the children, how each is paid for, the wished start; `others`: a child's own group of the house."""

    group: Group
    children: tuple[Child, ...] = ()
    fundings: dict[int, str] = field(default_factory=dict)
    starts_on: dt.date | None = None
    starts_text: str = ""
    others: dict[int, Group] = field(default_factory=dict)

    def group_of(self, child: Child) -> Group:
        """Where this child goes: siblings of different ages rarely fit one group."""
        return self.others.get(child.pk, self.group)

    def without(self, child: Child) -> Ask:
        """The same for the other children."""
        rest = tuple(one for one in self.children if one.pk != child.pk)
        return replace(self, children=rest, others=self.others if len(rest) > 1 else {})

    @property
    def complete(self) -> bool:
        """Everything is answered: the check page may be shown."""
        return bool(self.children) and all(child.pk in self.fundings for child in self.children)

    @property
    def starts_invalid(self) -> bool:
        return bool(self.starts_text) and self.starts_on is None

    def address(self, *, step: str = "") -> str:
        """The page of one step: "" the check, "pay" the choice of payment, "who" the choice of children."""
        pairs: list[tuple[str, str]] = [("group", str(self.group.pk))]
        if step == "who":
            return f"{APPLY}?{urlencode(pairs)}"
        pairs += [("child", str(child.public_id)) for child in self.children]
        pairs += [(f"group-{c.public_id}", str(self.others[c.pk].pk)) for c in self.children if c.pk in self.others]
        if self.starts_on:
            pairs.append(("starts_on", self.starts_on.isoformat()))
        if step != "pay":
            pairs += [(f"funding-{c.public_id}", self.fundings[c.pk]) for c in self.children if c.pk in self.fundings]
        return f"{APPLY}?{urlencode(pairs)}"


def read(actor: Actor, data: QueryDict, group: Group) -> Ask:
    """Understand the address or the form. A stranger's child is Hidden; an unknown funding is as if not chosen."""
    children: list[Child] = []
    for public_id in dict.fromkeys(data.getlist("child")):
        if public_id:
            children.append(people.my_child(actor, public_id))
    children = children[:MOST_CHILDREN]
    others = _others(data, group, children)
    fundings = {}
    for child in children:
        chosen = data.get(f"funding-{child.public_id}") or data.get("funding", "")
        if chosen in queries_cabinet.fundings_of(others.get(child.pk, group)):
            fundings[child.pk] = chosen
    text = data.get("starts_on", "").strip()
    return Ask(group, tuple(children), fundings, _date(text), text, others)


def _others(data: QueryDict, group: Group, children: Sequence[Child]) -> dict[int, Group]:
    """Own groups of siblings; one that is not public or of another house is Hidden."""
    found = {}
    for child in children if len(children) > 1 else ():
        text = data.get(f"group-{child.public_id}", "")
        if not text or text == str(group.pk):
            continue
        other = queries_cabinet.group(group_number(text))
        if other.organisation_id != group.organisation_id:
            raise Hidden("group")
        found[child.pk] = other
    return found


def group_number(text: str) -> int:
    """The id of a group in an address; anything else is Hidden."""
    if not text.isascii() or not text.isdigit() or len(text) > 12:
        raise Hidden("group")
    return int(text)


def _date(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        return None


def money(text: str) -> Decimal | None:
    """The sum that the page carried in a hidden field; None when it is not a sum."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


@dataclass(frozen=True, slots=True)
class Choice:
    """One way of paying for one child as the page shows it."""

    quote: Quote
    title: str
    meaning: str
    sentence: str
    remedies: list[Remedy]

    @property
    def code(self) -> str:
        return self.quote.funding

    @property
    def possible(self) -> bool:
        return self.quote.possible


@dataclass(frozen=True, slots=True)
class ChildChoices:
    """A child with all ways of paying; `chosen` is preselected."""

    child: Child
    choices: list[Choice]
    chosen: str
    group: Group
    groups: list[tuple[int, str]]
    """(id, name with its times) of groups of the house where this child may go, the asked and the chosen one
    among them; empty for a single child."""
    rest_url: str = ""
    """The same page for the brothers and sisters alone."""

    @property
    def group_field(self) -> str:
        return f"group-{self.child.public_id}"

    @property
    def field(self) -> str:
        return f"funding-{self.child.public_id}"

    @property
    def common(self) -> list[Remedy]:
        """What stands in the way of every way of paying: said once."""
        if self.possible:
            return []
        shared = [{item.reason.code for item in choice.remedies} for choice in self.choices]
        codes = set.intersection(*shared) if shared else set()
        return [item for item in self.choices[0].remedies if item.reason.code in codes] if codes else []

    @property
    def own(self) -> list[tuple[Choice, list[Remedy]]]:
        """What else stands in the way of each way of paying that is not possible."""
        said = {item.reason.code for item in self.common}
        rows = [(one, [item for item in one.remedies if item.reason.code not in said]) for one in self.impossible]
        return [(one, rest) for one, rest in rows if rest]

    @property
    def possible(self) -> list[Choice]:
        return [choice for choice in self.choices if choice.possible]

    @property
    def impossible(self) -> list[Choice]:
        return [choice for choice in self.choices if not choice.possible]


def choice(ask: Ask, child: Child, quote: Quote) -> Choice:
    """A quote in words."""
    return Choice(
        quote,
        FUNDING_TITLES[quote.funding],
        FUNDING_MEANINGS[quote.funding],
        split_sentence(quote.certificate, quote.guardian),
        remedies(quote.reasons, child, ask.group_of(child), ask.address(step="pay")),
    )


def choices(actor: Actor, ask: Ask) -> list[ChildChoices]:
    """Step 2: what each way of paying means for each child."""
    found = []
    several = len(ask.children) > 1
    known = queries_cabinet.groups_beside(ask.group, ask.others.values()) if several else []
    for child in ask.children:
        quotes = queries_cabinet.options(actor, child, ask.group_of(child), ask.starts_on)
        listed = [choice(ask, child, quote) for quote in quotes]
        first = next((one.code for one in listed if one.possible), "")
        found.append(
            ChildChoices(
                child,
                listed,
                ask.fundings.get(child.pk, first),
                ask.group_of(child),
                [
                    (one.pk, _named(one))
                    for one in known
                    if one.pk in (ask.group.pk, ask.group_of(child).pk) or queries_cabinet.takes(one, child)
                ],
                ask.without(child).address(step="pay") if several else "",
            )
        )
    return found


def _named(group: Group) -> str:
    times = schedule(queries_cabinet.slots_of(group))
    return f"{group.programme.name}: {group.name}{f', {times}' if times else ''}"


@dataclass(frozen=True, slots=True)
class Checked:
    """Step 3: one child with the exact split of the chosen way of paying."""

    child: Child
    choice: Choice
    sum_steps: list[explaining.Step]
    group: Group
    schedule: str

    @property
    def quote(self) -> Quote:
        return self.choice.quote


def checked(actor: Actor, ask: Ask) -> list[Checked]:
    """The last look before submitting."""
    found = []
    for child in ask.children:
        group = ask.group_of(child)
        quote = services.quote(
            people.as_guardian(actor),
            child=child,
            group=group,
            funding=ask.fundings[child.pk],
            starts_on=ask.starts_on,
        )
        steps = explaining.of_quote(quote, group) if quote.possible else []
        times = schedule(queries_cabinet.slots_of(group))
        found.append(Checked(child, choice(ask, child, quote), steps, group, times))
    return found


def submit(
    actor: Actor, ask: Ask, *, sums: dict[int, Decimal | None], key: str, together: bool, comment: str
) -> list[Applied]:
    """One child: one application. Several: all or nothing, or each alone, as the family chose.

    `sums`: what the page said each family pays; the services refuse another sum. Raises Refused.
    """
    who = people.as_guardian(actor)
    if len(ask.children) == 1:
        child = ask.children[0]
        return [
            services.apply(
                who,
                child=child,
                group=ask.group,
                funding=ask.fundings[child.pk],
                starts_on=ask.starts_on,
                expected_guardian_sum=sums.get(child.pk),
                idempotency_key=key,
                comment=comment,
            )
        ]
    return services.apply_together(
        who, wishes=_wishes(ask, sums, comment), all_or_nothing=together, idempotency_key=key
    )


def _wishes(ask: Ask, sums: dict[int, Decimal | None], comment: str) -> Sequence[services.Wish]:
    return [
        services.Wish(
            child_id=child.pk,
            group_id=ask.group_of(child).pk,
            funding=ask.fundings[child.pk],
            starts_on=ask.starts_on,
            expected_guardian_sum=sums.get(child.pk),
            comment=comment.strip()[:500],
        )
        for child in ask.children
    ]


def fresh_key() -> str:
    """A key of one submit: a repeat of the same page makes no second application."""
    return f"cabinet-{uuid.uuid4()}"
