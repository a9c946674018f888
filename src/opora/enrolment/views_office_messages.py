"""Messages of a group at work: writing to the families, who has read (E7)."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from opora.catalogue.models import Group
from opora.catalogue.pages import office_page, put_reasons
from opora.certificates.services_papers import latest_of
from opora.core import files
from opora.core.access import Actor
from opora.core.reasons import Refused
from opora.enrolment import policy
from opora.enrolment import queries_office as office
from opora.enrolment import queries_talk as queries
from opora.enrolment.forms_talk import MessageForm
from opora.enrolment.models import GroupMessage
from opora.enrolment.services import messages as service


@require_http_methods(["GET", "HEAD", "POST"])
@office_page
def group_messages(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """All messages of a group with how many have read them; the form of a new one above."""
    one = _group(actor, pk)
    form = MessageForm(request.POST, request.FILES) if request.method == "POST" else MessageForm()
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            sent = service.send(
                actor,
                group=one,
                text=form.cleaned_data["text"],
                file_name=file.name if file else "",
                file_data=file.read() if file else None,
            )
        except Refused as refused:
            put_reasons(form, refused)
        else:
            messages.success(request, "Сообщение отправлено семьям группы.")
            return HttpResponseRedirect(reverse("enrolment:message", args=[pk, sent.pk]))
    context = {
        "group": one,
        "form": form,
        "sent": queries.messages_of(actor, one)[:100],
        "families": len(service.recipients(one)),
        "zone": one.municipality.time_zone,
    }
    status = 422 if form.is_bound else 200
    return render(request, "enrolment/office/messages.html", context, status=status)


@require_safe
@office_page
def group_message(request: HttpRequest, actor: Actor, pk: int, message: int) -> HttpResponse:
    """One message and who has said that it was read."""
    one = _group(actor, pk)
    found = queries.message_of(actor, one, message)
    context = {
        "group": one,
        "message": found,
        "readers": queries.readers_of(found),
        "file": latest_of(found),
        "zone": one.municipality.time_zone,
    }
    return render(request, "enrolment/office/message.html", context)


@require_safe
@office_page
def message_file(request: HttpRequest, actor: Actor, pk: int, message: int) -> HttpResponse:
    """The file that went with a message."""
    return file_of(queries.message_of(actor, _group(actor, pk), message))


def file_of(message: GroupMessage) -> HttpResponse:
    """The message's file as a download; the caller asked the policy."""
    file = latest_of(message)
    if file is None:
        raise Http404
    return files.download(files.read(file), name=file.name, content_type=file.content_type)


def _group(actor: Actor, pk: int) -> Group:
    policy.MESSAGES.get(actor, "write", pk=pk)
    return office.group_at_work(actor, pk)
