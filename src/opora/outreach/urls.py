"""Addresses of outreach. Included at the root, before the registers."""

from __future__ import annotations

from django.urls import path

from opora.outreach import views, views_matches

app_name = "outreach"
urlpatterns = [
    path("office/uncovered/", views.overview, name="overview"),
    path("office/uncovered/table.xlsx", views.table, name="table"),
    path("office/class_lists/<int:pk>/load/", views.load, name="load"),
    path("office/pupils/invite/", views.invite, name="invite"),
    path("office/invitations/batch/<uuid:batch_id>.docx", views.sheets, name="sheets"),
    path("office/invitations/<uuid:key>/sheet.docx", views.sheet_of, name="sheet_of"),
    path("office/pupil-matches/", views_matches.waiting, name="matches"),
    path("office/pupil-matches/<uuid:public_id>/", views_matches.one, name="match"),
]
