"""All addresses; rooms bring their own."""

from __future__ import annotations

from django.urls import include, path

handler500 = "opora.core.ui.errors.server_error"

urlpatterns = [
    path("", include("opora.core.ui.urls")),
    path("account/", include("allauth.urls")),
    path("", include("opora.people.urls")),
    path("", include("opora.certificates.urls")),
]
