"""/healthz (the process lives), /readyz (it can serve), /metrics (Prometheus; from this machine or with a token)."""

from __future__ import annotations

import ipaddress

from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from opora.core.models import Job, Letter

OLDEST_SERVER = 170000


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked."""
    return HttpResponse("ok", content_type="text/plain")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Database reachable and new enough; 503 otherwise."""
    try:
        connection.ensure_connection()
        version = connection.pg_version  # type: ignore[attr-defined]
    except OperationalError:
        return JsonResponse({"ready": False, "reason": "database"}, status=503)
    if version < OLDEST_SERVER:
        return JsonResponse({"ready": False, "reason": "database too old"}, status=503)
    return JsonResponse({"ready": True})


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
