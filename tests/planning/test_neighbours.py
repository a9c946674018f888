"""Two centres serve one municipality: each reads the other's papers and writes its own alone."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from opora.core.reasons import Hidden
from opora.people.actors import actor_of
from opora.people.models import RoleAssignment
from opora.planning import policy, services
from opora.planning.models import FoundingStep, PlanItem, PlanSection
from opora.planning.rules.sections import FOUNDING_STEPS
from opora.territory.models import Centre, CentreService

from .world import TODAY, Town

START = dt.date(2020, 1, 1)


@pytest.fixture
def theirs(town: Town) -> dict[str, object]:
    """What the centre beside ours has in the same municipality."""
    sibling = town.access.sibling
    assert sibling.world.municipality == town.own.world.municipality
    return sibling.objects


def test_the_neighbours_plan_is_read_and_not_written(town: Town, theirs: dict) -> None:
    plan, item = theirs["plan"], theirs["plan_item"]
    plan.state = "draft"
    plan.save()
    for role in ("centre_head", "methodologist", "organiser"):
        actor = town.actor(role)
        assert policy.plans.can(actor, "view", plan), role
        for action in ("write", "submit", "change", "create"):
            assert not policy.plans.can(actor, action, plan), (role, action)
        with pytest.raises(Hidden):
            services.save_item(actor, PlanItem(), {"section": item.section, "number": "", "content": "Чужое"})
        with pytest.raises(Hidden):
            services.cancel_item(actor, item=item, reason="Чужое")
        with pytest.raises(Hidden):
            services.add_evidence(actor, item=item, date=TODAY, text="Чужое")
    with pytest.raises(Hidden):
        services.add_evidence(town.head, target=theirs["concept_target"], date=TODAY, text="Чужое")
    with pytest.raises(Hidden):
        services.create_plan(town.head, centre=theirs["centre"], year=2026)
    assert PlanItem.objects.get(plan=plan).content == item.content
    # the authority stands above both
    assert policy.concepts.can(town.coordinator, "change", theirs["concept"])


def test_a_new_plan_is_offered_for_the_own_centre_only(town: Town, theirs: dict, client: Client) -> None:
    client.force_login(town.access.accounts["centre_head"], backend="opora.people.backends.AccountBackend")
    form = client.get("/office/plans/new/").context["form"]
    assert [one.pk for one in form.fields["centre"].queryset] == [town.centre.pk]
    refused = client.post("/office/plans/new/", {"centre": theirs["centre"].pk, "year": 2027, "title": "План"})
    assert refused.status_code == 422
    section = PlanSection.objects.filter(plan=theirs["plan"]).get()
    data = {"section": section.pk, "content": "Чужое", "due": "май"}
    assert client.post("/office/plan_items/new/", data).status_code in (404, 422)
    assert PlanItem.objects.filter(plan=theirs["plan"]).count() == 1


def test_the_head_of_a_new_centre_begins_its_checklist_by_a_button(town: Town, theirs: dict, client: Client) -> None:
    head = town.access.accounts["centre_head"]
    place = town.own.world.municipality
    new = Centre.objects.create(slug="new-centre", name="Новый центр", municipality=place)
    CentreService.objects.create(centre=new, municipality=place, starts_on=START)
    FoundingStep.objects.filter(centre=theirs["centre"]).delete()
    RoleAssignment.objects.filter(account=head).update(place_id=new.pk)
    client.force_login(head, backend="opora.people.backends.AccountBackend")
    page = client.get(reverse("planning:founding")).content.decode()
    begin = reverse("planning:begin_founding", args=[new.pk])
    assert begin in page
    assert reverse("planning:begin_founding", args=[theirs["centre"].pk]) not in page
    answer = client.post(begin, follow=True)
    assert "Список готов" in answer.content.decode()
    assert FoundingStep.objects.filter(centre=new).count() == len(FOUNDING_STEPS)
    again = client.post(begin, follow=True)
    assert "уже есть" in again.content.decode()
    assert FoundingStep.objects.filter(centre=new).count() == len(FOUNDING_STEPS)
    assert client.post(reverse("planning:begin_founding", args=[theirs["centre"].pk])).status_code == 404
    step = FoundingStep.objects.filter(centre=new).select_related("municipality").get(number=2)
    act = town.own.objects["legal_act"]
    services.close_step(actor_of(head), step=step, done_on=TODAY, document="", legal_act=act)
    assert "Сделано 1 из" in client.get(f"{reverse('planning:founding')}?centre={new.pk}").content.decode().replace(
        "\u00a0", " "
    )
