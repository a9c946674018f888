"""Named filters of a list: keep the present one, forget one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from opora.core.access import Actor
from opora.core.reasons import Refused
from opora.core.registers import saved
from opora.core.registers.declaration import Register
from opora.core.registers.views import page


@page("view", "list")
@require_POST
def save_filter(request: HttpRequest, register: Register, actor: Actor) -> HttpResponse:
    """POST `name` and `query` (the list's own): the list again, with the filter above it."""
    query = request.POST.get("query", "")
    try:
        row = saved.save(actor, register, name=request.POST.get("name", ""), query=query)
    except Refused as refused:
        for reason in refused.reasons:
            messages.error(request, reason.message)
        return HttpResponseRedirect(f"{register.url()}?{query}" if query else register.url())
    messages.success(request, f"Отбор «{row.name}» сохранён.")
    return HttpResponseRedirect(f"{register.url()}?{row.query}")


@page("view", "list")
@require_POST
def delete_filter(request: HttpRequest, register: Register, actor: Actor, pk: int) -> HttpResponse:
    """Forget one's own named filter."""
    saved.delete(actor, register, pk)
    messages.success(request, "Отбор удалён.")
    return HttpResponseRedirect(register.url())
