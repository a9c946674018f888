"""All addresses; rooms bring their own."""

from __future__ import annotations

from django.urls import include, path

from opora.exchange.api.api import api

handler500 = "opora.core.ui.errors.server_error"

urlpatterns = [
    path("", include("opora.core.ui.urls")),
    path("account/", include("allauth.urls")),
    path("api/v1/", api.urls),
    path("", include("opora.navigator.urls")),
]
