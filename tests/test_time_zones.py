"""Days around midnight where they differ from Moscow's: Magadan (UTC+11) and Kaliningrad (UTC+2)."""

import datetime as dt

import pytest

from opora.catalogue import queries as catalogue
from opora.certificates import queries as certificates
from opora.core import clock
from opora.core.access import SYSTEM
from opora.core.registers import get
from opora.core.registers.listing import cells_of
from opora.enrolment import queries_office as office
from opora.enrolment.models import Application
from opora.people.actors import actor_of
from opora.people.models import Account, RoleAssignment
from opora.providers.models import Signatory
from opora.providers.queries import today_of
from opora.territory.models import Municipality
from tests.enrolment.world import World, make_world

pytestmark = pytest.mark.django_db
MAGADAN, KALININGRAD = "Asia/Magadan", "Europe/Kaliningrad"


def utc(*parts: int) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=dt.UTC)


@pytest.fixture(params=[MAGADAN, KALININGRAD])
def world(request) -> World:
    made = make_world()
    Municipality.objects.filter(pk=made.municipality.pk).update(time_zone=request.param)
    made.municipality.refresh_from_db()
    return made


# the first moment of 15 October there, and a moment of 14 October there when Moscow has another date or the same
MIDNIGHT = {MAGADAN: utc(2026, 10, 14, 13), KALININGRAD: utc(2026, 10, 14, 22)}


def around(world: World) -> tuple[dt.datetime, dt.datetime]:
    """A minute before and a minute after midnight of 14 → 15 October in the municipality."""
    middle = MIDNIGHT[world.municipality.time_zone]
    return middle - dt.timedelta(minutes=1), middle + dt.timedelta(minutes=1)


def test_a_deadline_is_counted_by_the_days_of_its_place(world):
    deadline, zone = MIDNIGHT[world.municipality.time_zone], world.municipality.time_zone
    with clock.frozen(deadline - dt.timedelta(hours=1, minutes=30)):
        assert office.deadline_text(deadline, zone) == ("ответить сегодня", "warning")
    with clock.frozen(deadline - dt.timedelta(hours=23)):
        assert office.deadline_text(deadline, zone) == ("ответить сегодня", "warning")
    with clock.frozen(deadline - dt.timedelta(hours=25)):
        assert office.deadline_text(deadline, zone)[0].replace("\u00a0", " ") == "остался 1 рабочий день"


def test_the_register_shows_each_row_in_its_own_zone(world):
    family = world.family()
    row = Application.objects.create(
        child=family.child,
        group=world.group(),
        organisation=world.organisation,
        municipality=world.municipality,
        applicant=family.account,
        funding="budget",
        state="submitted",
        starts_on=dt.date(2026, 11, 1),
        deadline=MIDNIGHT[world.municipality.time_zone],
    )
    before, after = around(world)
    register = get("applications")
    for moment, day in ((before, "14"), (after, "15")):
        Application.objects.filter(pk=row.pk).update(submitted_at=moment)
        with clock.frozen(before - dt.timedelta(hours=1)):
            cells = cells_of(register, SYSTEM, Application.objects.all(), [row.pk], register.list_columns)[0].cells
        texts = {cell.column.name: cell.text for cell in cells}
        assert texts["submitted_at"].startswith(day) and texts["due"] == "ответить сегодня"


def test_groups_balances_signatories_end_with_their_own_day(world):
    group = world.group(ends_on=dt.date(2026, 10, 14), starts_on=dt.date(2026, 9, 1))
    family = world.family()
    certificate = world.certificate(family.child)
    type(world.period_a).objects.filter(pk=world.period_a.pk).update(ends_on=dt.date(2026, 10, 14))
    Signatory.objects.create(
        organisation=world.organisation,
        name="Дубов Иван Петрович",
        post="директор",
        starts_on=dt.date(2020, 1, 1),
        ends_on=dt.date(2026, 10, 14),
    )
    type(world.programme).objects.filter(pk=world.programme.pk).update(state="published")

    def shown() -> set[str]:
        found = {
            "running": office.running_groups(SYSTEM).filter(pk=group.pk).exists(),
            "card": group.pk
            in [one.pk for one in catalogue.cards([world.programme.pk])[world.programme.pk].groups.all()],
            "balance": certificate.pk in certificates.balances_for([certificate.pk]),
            "order": office.groups_of(world.organisation).filter(pk=group.pk).exists(),
            "signatory": office.signatories(world.organisation.pk).filter(ends_on__isnull=False).exists(),
        }
        return {name for name, here in found.items() if here}

    before, after = around(world)
    with clock.frozen(before):
        assert shown() == {"running", "card", "balance", "order", "signatory"}
    with clock.frozen(after):
        assert shown() == set()


def test_a_manager_works_by_the_days_of_the_organisation_and_a_role_loses_no_hour(world):
    account = Account.objects.create(email="day@example.org", first_name="Ольга", last_name="Дубова")
    RoleAssignment.objects.create(
        account=account,
        role="provider_manager",
        place_kind="organisation",
        place_id=world.organisation.pk,
        starts_on=dt.date(2026, 10, 14),
        ends_on=dt.date(2026, 10, 14),
    )
    before, after = around(world)
    with clock.frozen(before):
        assert today_of(actor_of(account)) == dt.date(2026, 10, 14)
        assert actor_of(account).has("provider_manager")
    with clock.frozen(after):
        assert today_of(actor_of(account)) == dt.date(2026, 10, 15) or not actor_of(account).has("provider_manager")
    with clock.frozen(MIDNIGHT[world.municipality.time_zone] - dt.timedelta(days=1)):
        assert actor_of(account).has("provider_manager")
