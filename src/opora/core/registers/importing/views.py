"""The import page: check the file first, see the verdict with row numbers, then write all or nothing."""

from __future__ import annotations

import tempfile
from typing import Any

from django import forms
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from opora.core.access import Actor
from opora.core.reasons import Hidden
from opora.core.registers import export
from opora.core.registers.declaration import Register
from opora.core.registers.importing import jobs, uploads
from opora.core.registers.importing.declaration import ImportColumn
from opora.core.registers.importing.plan import Plan
from opora.core.registers.importing.reading import Unreadable
from opora.core.registers.importing.report import Report
from opora.core.registers.importing.uploads import Upload
from opora.core.registers.views import page


class UploadForm(forms.Form):
    """The file."""

    file = forms.FileField(
        label="Файл",
        help_text="CSV, XLSX, JSON или таблица в DOCX, до 64 МБ. Кодировка и разделитель узнаются сами.",
        widget=forms.FileInput({"accept": ".csv,.txt,.xlsx,.json,.docx"}),
        error_messages={"required": "Выберите файл.", "empty": "Файл пуст."},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@page("import")
def import_page(request: HttpRequest, register: Register, actor: Actor) -> HttpResponse:
    """GET shows the form or, with `?upload=`, the state of an upload; POST checks or writes."""
    if register.importer is None:
        return render(request, "404.html", status=404)
    if request.method == "POST":
        return _posted(request, register, actor)
    upload = uploads.find(request.GET.get("upload", ""), actor.account_id, register.slug)
    return _shown(request, register, upload, UploadForm())


def _posted(request: HttpRequest, register: Register, actor: Actor) -> HttpResponse:
    assert actor.account_id is not None
    wanted = request.POST.get("do", "check")
    if wanted == "check":
        form = UploadForm(request.POST, request.FILES)
        if not form.is_valid():
            return _shown(request, register, None, form, status=422)
        try:
            into = request.POST.get("into", "") if register.importer and register.importer.parent else ""
            upload = uploads.keep(form.cleaned_data["file"], actor.account_id, register.slug, into)
        except Unreadable as error:
            form.add_error("file", str(error))
            return _shown(request, register, None, form, status=422)
    else:
        found = uploads.find(request.POST.get("upload", ""), actor.account_id, register.slug)
        if found is None or found.state not in ("checked",):
            messages.warning(request, "Файл уже загружен или его срок хранения истёк. Выберите его снова.")
            return HttpResponseRedirect(register.import_address)
        upload = found
    _start(actor, upload, write=wanted in ("write", "write_valid"), accept_valid=wanted == "write_valid")
    return HttpResponseRedirect(f"{register.import_address}?upload={upload.token}")


def _start(actor: Actor, upload: Upload, *, write: bool, accept_valid: bool) -> None:
    """Small files at once, large ones by the worker."""
    if upload.path.stat().st_size <= jobs.INLINE_BYTES:
        jobs.perform(actor, upload, write=write, accept_valid=accept_valid)
        return
    upload.state, upload.progress, upload.rows, upload.writing = "running", 0, 0, write
    upload.save()
    jobs.run_upload.enqueue(upload.token, upload.account_id, upload.register, write, accept_valid)


def _shown(
    request: HttpRequest, register: Register, upload: Upload | None, form: UploadForm, status: int = 200
) -> HttpResponse:
    assert register.importer is not None
    context: dict[str, Any] = {"register": register, "form": form, "import_columns": described(register)}
    context["into"] = request.GET.get("into", "") or request.POST.get("into", "") or (upload.into if upload else "")
    if upload is not None:
        context |= {"upload": upload.token, "name": upload.name, "refusal": upload.refusal}
        if upload.state == "running":
            address = f"{register.import_address}?upload={upload.token}"
            context["running"] = {"url": address, "upload": upload}
        elif upload.report is not None and not upload.refusal:
            context["report"] = Report.from_json(upload.report, layout=upload.layout)
    return render(request, "opora/registers/import.html", context, status=status)


def described(register: Register) -> list[dict[str, Any]]:
    """Import columns for people: heading, what to write, whether it is needed."""
    assert register.importer is not None
    plan = Plan(register, [column.name for column in register.importer.columns])
    return [
        {
            "title": item.column.title,
            "hint": item.column.hint or _hint(item.column, item.field),
            "required": item.required,
        }
        for item in plan.columns
    ]


def _hint(column: ImportColumn, field: Any) -> str:
    if column.ref is not None:
        related = field.related_model._meta
        ways = [str(related.get_field(by).verbose_name) for by in column.ref.by]
        return f"{str(related.verbose_name).capitalize()}: {' или '.join(ways)}"
    options = column.choices or (dict(field.flatchoices) if field.choices else None)
    if options:
        return "Одно из: " + ", ".join(f"«{label}»" for label in options.values())
    kinds = {
        "DateField": "Дата, 31.12.2026",
        "DateTimeField": "Дата и время",
        "TimeField": "Время, 16:30",
        "BooleanField": "да или нет",
        "DecimalField": "Число, 1250,98",
        "FloatField": "Число, 51,53",
    }
    kind = field.get_internal_type()
    return kinds.get(kind, "Целое число" if "Integer" in kind else "Текст")


@require_safe
@page("import")
def template_page(request: HttpRequest, register: Register, actor: Actor) -> FileResponse:
    """An empty XLSX with the headings; a register that takes no files has none."""
    if register.importer is None:
        raise Hidden("import")
    file = tempfile.NamedTemporaryFile(suffix=".xlsx")  # noqa: SIM115 – FileResponse closes it
    export.write_xlsx(register, register.model._default_manager.none(), ["pk"], file.name)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{register.slug}-образец.xlsx")
