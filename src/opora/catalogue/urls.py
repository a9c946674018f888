"""Office addresses of programmes, groups and moderation. Included at the root, before the registers."""

from __future__ import annotations

from django.urls import path

from opora.catalogue import views_groups, views_moderation, views_openings, views_programmes

app_name = "catalogue"
PROGRAMME = "office/programmes/<int:pk>/"
GROUP = "office/groups/<int:pk>/"
urlpatterns = [
    path("office/programmes/new/", views_programmes.programme_new, name="programme_new"),
    path(f"{PROGRAMME}editor/", views_programmes.programme_edit, name="programme_edit"),
    path(f"{PROGRAMME}withdraw-changes/", views_programmes.revision_withdraw, name="revision_withdraw"),
    path(f"{PROGRAMME}modules/new/", views_programmes.module_edit, name="module_new"),
    path(f"{PROGRAMME}modules/<int:module>/", views_programmes.module_edit, name="module_edit"),
    *(
        path(f"{PROGRAMME}{step}/", views_programmes.programme_move, {"step": step}, name=f"programme_{step}")
        for step in views_programmes.MOVES
    ),
    path("office/modules/<int:module>/groups/new/", views_groups.group_new, name="group_new"),
    path(f"{GROUP}editor/", views_groups.group_edit, name="group_edit"),
    path(f"{GROUP}timetable/", views_groups.timetable, name="timetable"),
    path(f"{GROUP}timetable/change/", views_groups.exception_new, name="exception_new"),
    path("office/moderation/", views_moderation.queue, name="moderation"),
    path("office/moderation/quality/", views_moderation.quality, name="quality"),
    path("office/moderation/<int:pk>/", views_moderation.moderate, name="moderate"),
    path("office/openings/<int:pk>/announce/", views_openings.announce, name="opening_announce"),
    path("office/openings/<int:pk>/move/", views_openings.move, name="opening_move"),
    path("office/openings/<int:pk>/finish/", views_openings.finish, name="opening_finish"),
    path("office/focus_area_mappings/<int:pk>/map/", views_moderation.mapping, name="mapping"),
]
