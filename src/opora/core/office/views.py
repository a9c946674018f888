"""The office home by role: what waits for me, what is on today, figures within reach, the links used most."""

from __future__ import annotations

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from opora.core.access import Actor
from opora.core.office.context import places_for
from opora.core.office.figures import figures_for
from opora.core.office.panels import panels_for
from opora.core.office.shortcuts import shortcuts_for
from opora.core.office.work import waiting_for
from opora.core.reasons import Forbidden


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Staff only; a guardian's place is the cabinet (403)."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.account_id is None and not actor.system:
        return redirect_to_login(request.get_full_path())
    if not actor.is_staff:
        raise Forbidden("office")
    context = {
        "work": waiting_for(actor),
        "panels": panels_for(actor),
        "figures": figures_for(actor),
        "shortcuts": shortcuts_for(actor),
        "places": places_for(actor),
    }
    return render(request, "opora/office/home.html", context)
