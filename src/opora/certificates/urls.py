"""Addresses of certificates: cabinet, desk, funding. Included at the root."""

from __future__ import annotations

from django.urls import path, re_path

from opora.certificates import (
    views_cabinet,
    views_desk,
    views_desk_acts,
    views_funding,
    views_rates,
    views_simulation,
    views_standing,
)

app_name = "certificates"
OWN = "cabinet/certificates/<uuid:public_id>/"
CHILD = "office/desk/children/<uuid:public_id>/"
PAPER = "office/desk/certificates/<uuid:public_id>/"
PERIOD = "office/funding/periods/<int:pk>/"
STANDING = "office/standings/<int:pk>/"
VARIANT = "office/funding/variants/<int:pk>/"
UUID = "(?P<public_id>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
urlpatterns = [
    path("cabinet/children/<uuid:public_id>/certificate/", views_cabinet.apply, name="apply"),
    path(OWN, views_cabinet.card, name="card"),
    path(f"{OWN}statement/", views_cabinet.statement, name="statement"),
    path(f"{OWN}freeze/", views_cabinet.freeze, name="freeze"),
    path(f"{OWN}move/", views_cabinet.move, name="move"),
    path(f"{OWN}do/<slug:act>/", views_cabinet.do, name="do"),
    path("office/desk/", views_desk.desk, name="desk"),
    path("office/desk/new/", views_desk.register_family, name="desk_family"),
    path(CHILD, views_desk.desk_child, name="desk_child"),
    path(f"{CHILD}identity/", views_desk.desk_identity, name="desk_identity"),
    path(f"{CHILD}edit/", views_desk.desk_edit, name="desk_edit"),
    path(f"{CHILD}apply/", views_desk_acts.desk_apply, name="desk_apply"),
    re_path(
        rf"^office/desk/children/{UUID}/add/(?P<what>guardian|consent|category)/$",
        views_desk.desk_add,
        name="desk_add",
    ),
    path(PAPER, views_desk.desk_certificate, name="desk_certificate"),
    path(f"{PAPER}do/<slug:act>/", views_desk_acts.desk_act, name="desk_act"),
    re_path(
        rf"^office/desk/certificates/{UUID}/(?P<act>refuse|freeze|annul|to-accounting)/$",
        views_desk_acts.desk_reasoned,
        name="desk_reasoned",
    ),
    path(f"{PAPER}group/", views_desk_acts.desk_regroup, name="desk_regroup"),
    path(f"{PAPER}move/", views_desk_acts.desk_move, name="desk_move"),
    path(f"{PAPER}statement/", views_desk.desk_statement, name="desk_statement"),
    path("office/funding/", views_funding.funding, name="funding"),
    path("office/funding/programmes/new/", views_funding.programme, name="programme_new"),
    path("office/funding/programmes/<int:pk>/", views_funding.programme, name="programme_edit"),
    path("office/funding/programmes/<int:programme_pk>/periods/new/", views_funding.edit_period, name="period_new"),
    path(
        "office/funding/programmes/<int:programme_pk>/periods/<int:pk>/",
        views_funding.edit_period,
        name="period_edit",
    ),
    path(PERIOD, views_funding.period, name="period"),
    path(f"{PERIOD}parameters/", views_funding.parameters, name="parameters"),
    path(f"{PERIOD}limits/", views_funding.focus_limits, name="focus_limits"),
    path(f"{PERIOD}approve/", views_funding.approve, name="approve"),
    path(f"{PERIOD}do/<slug:act>/", views_funding.period_act, name="period_act"),
    path("office/funding/periods/<int:period_pk>/groups/new/", views_funding.edit_group, name="group_new"),
    path("office/funding/periods/<int:period_pk>/groups/<int:pk>/", views_funding.edit_group, name="group_edit"),
    path("office/funding/groups/<int:pk>/delete/", views_funding.delete_group, name="group_delete"),
    path("office/funding/groups/<int:pk>/queue/", views_funding.queue, name="queue"),
    path(f"{PERIOD}rates/", views_rates.rates, name="rates"),
    path(f"{PERIOD}return/", views_rates.send_back, name="period_return"),
    path(f"{PERIOD}act/", views_rates.act_file, name="act_file"),
    path(f"{PERIOD}recalculate/", views_rates.recalculate, name="recalculate"),
    path(f"{PERIOD}simulation/", views_simulation.simulation, name="simulation"),
    path(f"{PERIOD}simulation/as-is/", views_simulation.as_is, name="simulation_as_is"),
    path(f"{PERIOD}simulation/new/", views_simulation.new_variant, name="variant_new"),
    path(VARIANT, views_simulation.variant, name="variant"),
    path(f"{VARIANT}edit/", views_simulation.edit_variant, name="variant_edit"),
    path(f"{VARIANT}do/<slug:act>/", views_simulation.variant_act, name="variant_act"),
    path("office/standings/", views_standing.standings, name="standings"),
    path(STANDING, views_standing.standing, name="standing"),
    path(f"{STANDING}<slug:register>/include/", views_standing.include, name="register_include"),
    path(f"{STANDING}<slug:register>/exclude/", views_standing.exclude, name="register_exclude"),
    path(f"{STANDING}modules/<int:module>/formula/", views_standing.cost_by_formula, name="cost_by_formula"),
    path(f"{STANDING}modules/<int:module>/by-hand/", views_standing.cost_by_hand, name="cost_by_hand"),
    path(f"{STANDING}modules/<int:module>/file/", views_standing.cost_file, name="cost_file"),
]
