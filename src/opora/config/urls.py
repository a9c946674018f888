"""All addresses; rooms bring their own."""

from __future__ import annotations

from django.urls import include, path

from opora.core import health
from opora.exchange.api.api import api

handler500 = "opora.core.ui.errors.server_error"

urlpatterns = [
    path("api/v1/", api.urls),  # first: what machines ask most is found without trying the pages
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("", include("opora.core.ui.urls")),
    path("", include("opora.navigator.urls")),
    path("", include("opora.surveys.urls")),
    path("", include("opora.monitoring.requests.urls")),
    path("", include("opora.monitoring.urls")),
    path("", include("opora.reporting.urls")),
    path("", include("opora.people.urls")),
    path("", include("opora.providers.urls")),
    path("", include("opora.governance.urls")),
    path("", include("opora.catalogue.urls")),
    path("", include("opora.certificates.urls")),
    path("", include("opora.enrolment.urls")),
    path("", include("opora.enrolment.urls_cabinet")),
    path("", include("opora.settlement.urls")),
    path("", include("opora.planning.urls")),
    path("", include("opora.outreach.urls")),
    path("account/", include("allauth.urls")),
    path("office/", include("opora.core.office.urls")),  # last: any slug of a register
]
