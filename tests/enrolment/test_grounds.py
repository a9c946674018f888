"""A refusal by the rules of funding names the act that approved the period."""

from __future__ import annotations

import datetime as dt

import pytest

from opora.core import clock
from opora.enrolment import services
from opora.territory.models import LegalAct

from .world import REQUEST_DAY, World

ACT = "постановление от 18.08.2026 № 391-п «Об утверждении программы „Кружки рядом“»"


@pytest.mark.parametrize(("with_act", "named"), [(True, ACT), (False, "параметры периода")])
def test_ground_names_the_act_of_the_period(world: World, with_act: bool, named: str) -> None:
    if with_act:
        world.period_a.act = LegalAct.objects.create(
            municipality=world.municipality,
            kind=LegalAct.Kind.DECREE,
            issuer="Администрация",
            number="391-п",
            date=dt.date(2026, 8, 18),
            title="Об утверждении программы «Кружки рядом»",
        )
        world.period_a.save()
    family = world.family()
    world.certificate(family.child, kind="accounting")
    with clock.frozen(REQUEST_DAY):
        shown = services.quote(family.actor, child=family.child, group=world.group(), funding="certificate")
    assert shown.reasons
    assert shown.reasons[0].ground == f"правила персонифицированного финансирования; {named}"
