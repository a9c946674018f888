"""Where a plan was published: each approved version anew; what is published nowhere is listed."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from opora.core.office import work
from opora.core.reasons import Refused
from opora.planning import queries, services
from opora.planning.models import PlanPublication

from .world import TODAY, Town

BEFORE = TODAY - dt.timedelta(days=1)


def publish(town: Town, date: dt.date = TODAY) -> PlanPublication:
    data = {"plan": town.plan, "site": "Сайт администрации", "url": "", "date": date}
    return services.save_publication(town.head, PlanPublication(), data)


def waiting(town: Town) -> list[str]:
    return [item.url for item in work.waiting_for(town.head) if item.title == "Опубликовать планы"]


def test_each_version_is_published_anew(town: Town, client: Client) -> None:
    town.item("1.1")
    with pytest.raises(Refused, match="публиковать нечего"):
        publish(town)
    assert waiting(town) == []
    town.approve()
    assert [one.pk for one in queries.unpublished_for(town.head)] == [town.plan.pk]
    assert waiting(town) == ["/office/plans/?published=0"]
    with pytest.raises(Refused, match="ещё не наступил"):
        publish(town, TODAY + dt.timedelta(days=1))
    assert publish(town).version == 1
    assert waiting(town) == []
    services.act_on_plan(town.head, plan=town.plan, code="amend")
    town.item("1.2")
    town.approve()
    assert town.plan.version == 2
    client.force_login(town.access.accounts["centre_head"], backend="opora.people.backends.AccountBackend")
    address = reverse("planning:plan", args=[town.plan.pk])
    assert "Версия 2 ещё не опубликована" in client.get(address).content.decode()
    form = {"plan": town.plan.pk, "site": "Портал центра", "url": "портал", "date": TODAY.isoformat()}
    new = "/office/plan_publications/new/"
    assert client.post(new, form).status_code == 422
    early = client.post(new, form | {"url": "", "date": BEFORE.isoformat()})
    assert "Публикация раньше утверждения плана" in early.content.decode()
    assert client.post(new, form | {"url": "https://centre.example/plan"}).status_code == 302
    page = client.get(address).content.decode()
    assert "Портал центра" in page
    assert "Сайт администрации" not in page
    assert str(town.plan) not in client.get("/office/plans/?published=0").content.decode()
    card = client.get(f"/office/plans/{town.plan.pk}/").content.decode()
    assert "Сайт администрации" in card
