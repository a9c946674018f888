"""Addresses of planning. Included at the root, before the registers."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from opora.planning import views_concept as concepts
from opora.planning import views_forecast as forecasts
from opora.planning import views_item as items
from opora.planning import views_plan as plans

app_name = "planning"
BASE = "office/planning/"
PLAN = f"{BASE}<int:pk>/"
ITEM = f"{BASE}items/<int:pk>/"
EVIDENCE = f"{BASE}evidence/<int:pk>/"
STEP = f"{BASE}founding/<int:pk>/"
urlpatterns: list[URLPattern | URLResolver] = [
    path(BASE, plans.newest, name="newest"),
    path(f"{BASE}forecast/", forecasts.take, name="forecast"),
    path(f"{BASE}overdue/", plans.overdue, name="overdue"),
    path(PLAN, plans.plan, name="plan"),
    path(f"{PLAN}calendar/", plans.calendar, name="calendar"),
    path(f"{PLAN}approval/", plans.approval, name="approval"),
    path(f"{PLAN}do/<slug:act>/", plans.act, name="act"),
    path(f"{PLAN}versions/<int:number>/", plans.version, name="version"),
    path(f"{PLAN}plan.<slug:kind>", plans.paper, name="paper"),
    path(ITEM, items.item, name="item"),
    path(f"{ITEM}evidence/", items.evidence, name="evidence"),
    path(f"{ITEM}measure/", items.measure, name="measure"),
    path(f"{ITEM}cancel/", items.cancel, name="cancel"),
    path(f"{ITEM}restore/", items.restore, name="restore"),
    path(f"{EVIDENCE}withdraw/", items.withdraw, name="withdraw"),
    path(f"{EVIDENCE}file/", items.evidence_file, name="evidence_file"),
    path(f"{BASE}concepts/<int:pk>/", concepts.concept, name="concept"),
    path(f"{BASE}targets/<int:pk>/", concepts.target, name="target"),
    path(f"{BASE}founding/", concepts.founding, name="founding"),
    path(f"{BASE}founding/centres/<int:pk>/begin/", concepts.begin_founding, name="begin_founding"),
    path(f"{STEP}close/", concepts.close_step, name="close_step"),
    path(f"{STEP}file/", concepts.step_file, name="step_file"),
]
