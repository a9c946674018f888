"""Addresses under /office/: the home page, then registers; rooms put their own pages before these."""

from __future__ import annotations

from django.urls import include, path

from opora.core.office import views

urlpatterns = [
    path("", views.home, name="office_home"),
    path("", include("opora.core.registers.urls")),
]
