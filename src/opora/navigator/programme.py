"""What a programme's page says, as values ready to show."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from opora.catalogue.kept_pages import Places
from opora.catalogue.live import live
from opora.catalogue.models import Group, Module, Programme
from opora.catalogue.search.index import Hit, SearchQuery
from opora.core import clock, russian
from opora.core.ui.shapes import ProgrammeCard
from opora.navigator import card_rows, cards
from opora.navigator.cost import Cost, costs

APPLY = "/cabinet/apply/"
SIMILAR = 3
ACCESSIBILITY = {
    "ramp": "пандус",
    "lift": "лифт",
    "toilet": "доступный туалет",
    "parking": "стоянка",
    "tactile": "тактильные указатели",
    "sign_language": "жестовый язык",
}


@dataclass(frozen=True, slots=True)
class GroupView:
    """One group on the page. `free` and `waiting` are true at this moment."""

    group: Group
    schedule: str
    free: int
    waiting: int
    cost: Cost
    takes: bool
    """One can apply or queue now."""
    opens: str
    """Since when one can apply, empty when one can already or no more."""
    subscribed: bool

    @property
    def apply_url(self) -> str:
        return f"{APPLY}?group={self.group.pk}"

    @property
    def calendar_url(self) -> str:
        return f"/calendar/group-{self.group.pk}.ics"

    @property
    def places(self) -> tuple[str, str, str]:
        """(state, icon, text) of the free places."""
        if self.opens:
            return "neutral", "clock", f"Запись откроется {self.opens}"
        if not self.takes:
            return "neutral", "lock", "Запись закрыта"
        if self.free > 3:
            return "positive", "users", f"Свободно {russian.plural(self.free, 'место', 'места', 'мест')}"
        if self.free > 0:
            return "warning", "users", f"Осталось {russian.plural(self.free, 'место', 'места', 'мест')}"
        queue = f", в{russian.NBSP}очереди {russian.plural(self.waiting, 'ребёнок', 'ребёнка', 'детей')}"
        return "neutral", "hourglass", f"Мест нет{queue if self.waiting else ''}"

    @property
    def conditions(self) -> list[str]:
        """What the group asks of a child."""
        group = self.group
        found = []
        if group.sex:
            found.append("только девочки" if group.sex == "f" else "только мальчики")
        if group.residents_only:
            found.append("только жители муниципалитета")
        if group.needs_medical:
            found.append("нужна справка от врача")
        if group.has_entrance_tests:
            found.append("есть вступительные испытания")
        return found

    @property
    def ways_to_pay(self) -> str:
        """«бесплатно, по сертификату или платно»."""
        flags = (
            (self.group.for_budget, "бесплатно"),
            (self.group.for_certificate, "по сертификату"),
            (self.group.for_paid, "платно"),
        )
        return russian.joined([name for on, name in flags if on], "или")


def window_open(group: Group, now: dt.datetime) -> bool:
    """Can one apply to the group now, as far as its state and its window of enrolment go?"""
    begun = group.window_from is None or group.window_from <= now
    return group.state == Group.State.OPEN and begun and (group.window_to is None or now <= group.window_to)


def point_of(group: Group) -> tuple[float, float] | None:
    """Where the group meets: the venue's pin, else its locality's centre."""
    venue = group.venue
    for place in (venue, venue.locality if venue else None):
        if place is not None and place.latitude is not None and place.longitude is not None:
            return place.latitude, place.longitude
    return None


def group_views(
    programme: Programme, places: Places, prices: Mapping[int, Cost], subscribed: set[int]
) -> list[GroupView]:
    """Groups in order: those that take children first, then by beginning."""
    now = clock.now()
    zone = clock.zone(programme.municipality.time_zone)
    found = []
    for group in programme.groups.all():
        free, waiting = places.get(group.pk, (0, 0))
        opens = group.window_from if group.state == "open" and group.window_from and group.window_from > now else None
        found.append(
            GroupView(
                group=group,
                schedule=cards.schedule(cards.lines_of(group.slots.all(), now.astimezone(zone).date())),
                free=max(0, free),
                waiting=waiting,
                cost=prices[group.pk],
                takes=window_open(group, now),
                opens=_moment(opens.astimezone(zone)) if opens else "",
                subscribed=group.pk in subscribed,
            )
        )
    return sorted(found, key=lambda view: (not view.takes, view.free == 0, view.group.starts_on, view.group.pk))


def _moment(when: dt.datetime) -> str:
    return russian.day_and_time(when, clock.now().astimezone(when.tzinfo).date())


def similar(actor: Any, programme: Programme, near: tuple[float, float] | None) -> list[ProgrammeCard]:
    """Cards of a few programmes of the same focus area: alike by words first, then any with places."""
    direction = programme.activity_direction
    words = direction.name if direction else programme.name
    area = (programme.focus_area,) if programme.focus_area else ()
    queries = [
        SearchQuery(q=words, focus_areas=area, near=near, per_page=SIMILAR * 2, facets=()),
        SearchQuery(focus_areas=area, near=near, free_only=True, per_page=SIMILAR * 2, facets=()),
    ]
    hits: dict[int, Hit] = {}
    for query in queries:
        if len(hits) < SIMILAR:
            hits |= {hit.id: hit for hit in live.search(query).items if hit.id != programme.pk and hit.id not in hits}
    chosen = list(hits.values())[:SIMILAR]
    rows = card_rows.rows(hit.id for hit in chosen)
    groups = [group for row in rows.values() for group in row.groups]
    prices = costs(actor, groups)
    return [
        cards.card(rows[hit.id], cards.shown_groups(rows[hit.id], hit), prices, here=near)
        for hit in chosen
        if hit.id in rows
    ]


def headline(programme: Programme, views: Sequence[GroupView]) -> dict[str, Any]:
    """The ten seconds: age, when, where, price, places over all groups."""
    groups = [view.group for view in views]
    open_views = [view for view in views if view.takes]
    free = sum(view.free for view in open_views)
    waiting = sum(view.waiting for view in open_views)
    venues = list(dict.fromkeys(group.venue for group in groups if group.venue))
    teachers = list(dict.fromkeys(group.teacher for group in groups if group.teacher))
    leader = views[0] if views else None
    low, high = programme.age_from, programme.age_to
    if groups:
        low, high = min(g.age_from for g in groups), max(g.age_to for g in groups)
    return {
        "age": russian.age_range(low, high),
        "free": free,
        "waiting": waiting,
        "leader": leader,
        "more_groups": max(0, len(views) - 1),
        "venues": venues,
        "teachers": teachers,
        "cheapest": min((view.cost for view in open_views or views), key=_payable, default=None),
        "prices_differ": len({_payable(view.cost) for view in open_views or views}) > 1,
        "can_apply": next((view for view in views if view.takes and view.free > 0), None),
        "can_wait": next((view for view in views if view.takes), None),
        "opens": next((view.opens for view in views if view.opens), ""),
    }


def _payable(price: Cost) -> Any:
    return price.price if price.guardian is None else price.guardian


def description(programme: Programme, facts: Mapping[str, Any]) -> str:
    """One sentence for search engines and messengers, at most about 160 characters."""
    first = programme.annotation.strip().split("\n")[0]
    text = f"{facts['age']}, {programme.organisation.short_name}. {first}"
    return text if len(text) <= 160 else text[:157].rsplit(" ", 1)[0].rstrip(",.;:–") + "…"


def details(programme: Programme, modules: Sequence[Module]) -> list[tuple[str, str]]:
    """Label and value of what is worth knowing after the ten seconds; empty ones are left out."""
    hours = sum(module.hours for module in modules)
    volume = russian.plural(hours, "академический час", "академических часа", "академических часов") if hours else ""
    if volume and len(modules) > 1:
        volume += f", {russian.plural(len(modules), 'модуль', 'модуля', 'модулей')}"
    rows = [
        ("Для кого", programme.audience),
        ("Что понадобится", programme.requirements),
        ("Уровень", programme.get_level_display()),
        ("Форма занятий", programme.get_study_form_display()),
        ("Вид программы", programme.get_kind_display()),
        ("Вид деятельности", programme.activity_direction.name if programme.activity_direction else ""),
        ("Объём", volume),
        ("Выездные занятия", programme.mobile_stops if programme.is_mobile else ""),
        ("Сетевые партнёры", programme.network_partners if programme.is_network else ""),
    ]
    return [row for row in rows if row[1]]
