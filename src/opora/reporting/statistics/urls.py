"""Addresses of statistics forms. Included at the root, before the registers."""

from __future__ import annotations

from django.urls import path

from opora.reporting.statistics import views

app_name = "statistics"
FORM = "office/statistics_forms/<int:pk>/"
urlpatterns = [
    path("office/statistics_forms/new/", views.new, name="new"),
    path(FORM, views.card, name="form"),
    path(f"{FORM}sections/<str:section>/", views.section, name="section"),
    path(f"{FORM}cells/<str:section>/<str:row>/<str:column>/", views.behind, name="behind"),
    path(f"{FORM}differences/", views.differences, name="differences"),
    path(f"{FORM}do/<slug:act>/", views.do, name="do"),
    path(f"{FORM}form.xlsx", views.workbook, name="workbook"),
]
