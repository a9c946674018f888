"""/healthz (the process lives), /readyz (it can serve), /metrics (Prometheus; from this machine or with a token)."""

from __future__ import annotations

import ipaddress
import shutil

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from opora.config.env import env
from opora.core.models import Job, Letter
from opora.core.outage import BUSY, forget_connection, outage_of

OLDEST_SERVER = 170000
LEAST_FREE = 16 * 2**20
"""Bytes without which a write fails soon."""


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked."""
    return HttpResponse("ok", content_type="text/plain")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Database reachable, writable and new enough, room on the disk; else 503 with the reason, in Russian too."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_is_in_recovery()")
            row = cursor.fetchone()
        version = connection.pg_version  # type: ignore[attr-defined]
    except Exception as error:
        outage = outage_of(error)
        if outage is None:
            raise
        forget_connection(error)
        if outage is BUSY:
            return _not_ready("busy", "Все соединения с базой заняты.")
        return _not_ready("database", "База данных не отвечает.")
    if row and row[0]:
        return _not_ready("database read-only", "База только для чтения: это реплика, ведущий сервер ещё не выбран.")
    if version < OLDEST_SERVER:
        return _not_ready("database too old", "Нужен PostgreSQL 17 или новее.")
    if env.home.exists() and shutil.disk_usage(env.home).free < LEAST_FREE:
        return _not_ready("disk", "На диске с данными кончилось место.")
    return JsonResponse({"ready": True})


def _not_ready(reason: str, detail: str) -> JsonResponse:
    answer = JsonResponse({"ready": False, "reason": reason, "detail": detail}, status=503)
    answer["Retry-After"] = "5"
    return answer


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Figures of operation, only for callers on this machine (a proxy adds X-Forwarded-For and is refused)."""
    address = request.META.get("REMOTE_ADDR", "") or "127.0.0.1"
    if request.headers.get("X-Forwarded-For") or not ipaddress.ip_address(address).is_loopback:
        return HttpResponse(status=404)
    registry = CollectorRegistry()
    jobs = Gauge("opora_jobs", "Jobs by state", ["state"], registry=registry)
    for state in (Job.State.READY, Job.State.RUNNING, Job.State.FAILED):
        jobs.labels(state).set(Job.objects.filter(state=state).count())
    Gauge("opora_letters_waiting", "Letters not sent yet", registry=registry).set(
        Letter.objects.filter(sent_at__isnull=True).exclude(address="").count()
    )
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
