"""A bare Django application: settings, one view that writes the rows of an application by raw SQL, nothing else.

What the same server, framework and database can do at most; ``rush.http`` divides by it.
"""

from __future__ import annotations

import json
import re

from django.core.wsgi import get_wsgi_application
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path

from opora.config.settings import DATABASES
from opora.demo.bench.floor import STATEMENTS

SECRET_KEY = "bare"
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = __name__
USE_TZ = True
__all__ = ["DATABASES", "application", "urlpatterns"]

_QUERIES = tuple(re.sub(r"(?<!:):([a-z_]+)", r"%(\1)s", text.replace("%", "%%")) for text in STATEMENTS)


def apply(request: HttpRequest) -> HttpResponse:
    """Write what the body says; numbers come ready from the client."""
    values = json.loads(request.body)
    with transaction.atomic(), connection.cursor() as cursor:
        for number, query in enumerate(_QUERIES):
            cursor.execute(query, values)
            if number in (1, 2):
                row = cursor.fetchone()
                assert row is not None
                values["application" if number == 1 else "contract"] = row[0]
    return JsonResponse({"application": values["application"]}, status=201)


def health(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


urlpatterns = [path("applications", apply), path("healthz", health)]
application = get_wsgi_application()
