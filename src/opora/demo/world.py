"""A whole district in memory, from its description and a seed: plain objects, no database."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from opora.demo.courses import Programme, Teacher, plan_organisation
from opora.demo.districts import District
from opora.demo.families import Child, Family, populate
from opora.demo.frame import Frame
from opora.demo.seating import choose_active, seat
from opora.demo.timetable import schedule

SEED = "opora-1"


@dataclass(slots=True)
class World:
    """People, programmes and groups of one district."""

    frame: Frame
    district: District
    teachers: dict[str, list[Teacher]]
    """By key of the organisation."""
    programmes: list[Programme]
    families: list[Family]
    children: list[Child]


def source(district: District, part: str, seed: str = SEED) -> Random:
    """A random source of its own for each part, so that one part's changes do not move the others."""
    return Random(f"{seed}/{district.slug}/{part}")


def build(frame: Frame, district: District, seed: str = SEED) -> World:
    """Everything of a district up to who learns where."""
    teachers: dict[str, list[Teacher]] = {}
    programmes: list[Programme] = []
    for organisation in district.organisations:
        rng = source(district, f"courses/{organisation.key}", seed)
        staff, planned = plan_organisation(rng, district, organisation)
        schedule(rng, organisation, planned)
        teachers[organisation.key] = staff
        programmes += planned
    families, children = populate(source(district, "families", seed), frame, district)
    rng = source(district, "seating", seed)
    choose_active(rng, district, children)
    seat(rng, district, programmes, children)
    return World(frame, district, teachers, programmes, families, children)
