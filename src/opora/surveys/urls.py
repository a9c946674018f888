"""Addresses of the builder of forms. Included at the root, before the registers."""

from __future__ import annotations

from django.urls import path

from opora.surveys import views

app_name = "surveys"
FORM = "office/form_templates/<int:pk>/"
urlpatterns = [
    path("office/form_templates/new/", views.new, name="new"),
    path(FORM, views.form_card, name="form"),
    path(f"{FORM}preview/", views.preview, name="preview"),
    path(f"{FORM}do/<slug:act>/", views.do, name="do"),
    path(f"{FORM}fields/<str:code>/", views.field, name="field"),
    path(f"{FORM}sections/<str:section>/checks/<str:code>/", views.check, name="check"),
]
