"""Files attached to the rows of a register (`Register.files`): adding one, reading one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from opora.core import files, papers
from opora.core.access import Actor
from opora.core.journal import log_access
from opora.core.reasons import Hidden, Refused
from opora.core.registers import access
from opora.core.registers.declaration import Register
from opora.core.registers.views import page
from opora.core.transactions import act


class FileForm(forms.Form):
    """One file to attach."""

    file = forms.FileField(
        label="Файл",
        help_text="PDF, DOCX, XLSX или снимок, до 20 МБ",
        widget=forms.FileInput({"accept": papers.ACCEPT}),
        error_messages={"required": "Выберите файл.", "empty": "Файл пуст."},
    )


def attach(register: Register, actor: Actor, obj: Any, *, name: str, data: bytes) -> None:
    """Keep a file with the row on behalf of whoever may change the row."""
    with act(actor):
        if not register.policy.can(actor, register.granted("change"), obj):
            raise Hidden("change")
        papers.keep(actor, owner=obj, name=name, data=data, field="file")


@require_http_methods(["GET", "HEAD", "POST"])
@page("change")
def add_page(request: HttpRequest, register: Register, actor: Actor, key: str) -> HttpResponse:
    """Attach a file to a row."""
    obj = access.row(register, actor, "change", key)
    if not register.files:
        raise Http404("files")
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            attach(register, actor, obj, name=file.name, data=file.read())
        except Refused as refused:
            for reason in refused.reasons:
                form.add_error(reason.field or None, f"{reason.message} {reason.hint}".strip())
        else:
            messages.success(request, "Файл приложен.")
            return HttpResponseRedirect(register.url("card", obj))
    context = {"register": register, "obj": obj, "name": access.name_of(register, actor, obj), "form": form}
    status = 422 if request.method == "POST" else 200
    return render(request, "opora/registers/file_form.html", context, status=status)


@require_safe
@page("view")
def file_page(request: HttpRequest, register: Register, actor: Actor, key: str, file: UUID) -> HttpResponse:
    """The file of a row that the actor sees."""
    obj = access.row(register, actor, "view", key)
    paper = papers.of(obj).filter(public_id=file).first() if register.files else None
    if paper is None:
        raise Http404("file")
    if register.personal_fields:
        log_access(actor, "file", obj, by=register.policy)
    return files.download(files.read(paper), name=paper.name, content_type=paper.content_type)
