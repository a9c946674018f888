"""Addresses of the look: `path("", include("opora.core.ui.urls"))`."""

from django.urls import path

from opora.core.ui import views

urlpatterns = [
    path("view/", views.view_settings, name="view_settings"),
    path("style/", views.style_gallery, name="style_gallery"),
]
