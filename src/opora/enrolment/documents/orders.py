"""Rendering orders from DOCX templates; uploaded templates run in a sandbox and are tried before they are kept."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from importlib.resources import files as package_files
from typing import Any

from docxtpl import DocxTemplate
from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from opora.core import russian
from opora.core.reasons import Reason
from opora.enrolment.models import Order

MOST_BYTES = 2_000_000
MOST_UNPACKED = 40_000_000


def shipped(kind: str) -> bytes:
    """The template that comes with Opora."""
    return (package_files("opora.enrolment.documents") / f"order_{kind}.docx").read_bytes()


def render_order(order: Order, template: bytes) -> bytes:
    """The DOCX of an order."""
    return _render(template, context_of(order))


def context_of(order: Order) -> dict[str, Any]:
    """What templates may use: organisation, order, signatory, lines, groups."""
    lines = [
        {
            "number": place,
            "child": line.child.full_name,
            "born": f"{line.child.birth_date:%d.%m.%Y}",
            "from_group": line.from_group.name if line.from_group else "",
            "to_group": line.to_group.name if line.to_group else "",
            "programme": (line.to_group or line.from_group).programme.name,
            "effective_on": f"{line.effective_on:%d.%m.%Y}",
            "ground": line.ground or "заявление законного представителя",
            "funding": line.application.get_funding_display().lower() if line.application else "",
        }
        for place, line in enumerate(_sorted(order), start=1)
    ]
    organisation = order.organisation
    return {
        "organisation": {"full_name": organisation.full_name, "short_name": organisation.short_name,
                         "address": organisation.address, "inn": organisation.inn,
                         "phone": organisation.phone, "email": organisation.email},
        "order": {"number": order.number, "date": russian.date_long(order.date or dt.date.min),
                  "kind": order.get_kind_display().lower()},
        "place": order.organisation.locality.name if order.organisation.locality else order.municipality.name,
        "signatory": {"name": order.signatory.name if order.signatory else "",
                      "short": russian.short_name(order.signatory.name) if order.signatory else "",
                      "post": order.signatory.post if order.signatory else "",
                      "ground": order.signatory.ground if order.signatory else ""},
        "lines": lines,
        "count": russian.plural(len(lines), "ребёнок", "ребёнка", "детей"),
    }  # fmt: skip


def _sorted(order: Order) -> list[Any]:
    """By programme, group, child."""
    rows = order.lines.select_related("child", "from_group__programme", "to_group__programme", "application")

    def key(line: Any) -> tuple[str, str, str]:
        group = line.to_group or line.from_group
        return group.programme.sort_name, group.name, line.child.sort_name

    return sorted(rows, key=key)


def template_reasons(data: bytes, kind: str) -> list[Reason]:
    """What is wrong with an uploaded template; empty when it can be used."""
    if len(data) > MOST_BYTES:
        return [_reason("Файл шаблона больше 2 МБ. Уберите из него рисунки.")]
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if "word/document.xml" not in archive.namelist():
                return [_reason("Это не документ Word. Нужен файл DOCX.")]
            if sum(info.file_size for info in archive.infolist()) > MOST_UNPACKED:
                return [_reason("Файл недопустимо велик после распаковки.")]
            if any(name.endswith("vbaProject.bin") for name in archive.namelist()):
                return [_reason("В документе есть макросы. Сохраните его как DOCX без макросов.")]
    except zipfile.BadZipFile:
        return [_reason("Это не документ Word. Нужен файл DOCX.")]
    try:
        used = DocxTemplate(io.BytesIO(data)).get_undeclared_template_variables(jinja_env=_sandbox())
        missing = {"lines"} - used
        unknown = used - set(_sample())
        if unknown:
            return [_reason(f"В шаблоне есть неизвестные поля: {', '.join(sorted(unknown))}.")]
        if missing:
            return [_reason("В шаблоне нет списка детей: нужна строка таблицы с полями lines.")]
        _render(data, _sample())
    except Exception as error:  # whatever a person's template breaks is told, not raised
        return [_reason(f"Шаблон не заполняется: {error}")]
    return []


def _reason(text: str) -> Reason:
    return Reason("template", text, hint="Скачайте образец, поправьте его в Word и загрузите снова.", field="file")


def _sample() -> dict[str, Any]:
    line = dict.fromkeys(
        ("child", "born", "from_group", "to_group", "programme", "effective_on", "ground", "funding"), "Образец"
    )
    return {
        "organisation": dict.fromkeys(("full_name", "short_name", "address", "inn", "phone", "email"), "Образец"),
        "order": {"number": "1", "date": "1 сентября 2026 года", "kind": "о зачислении"},
        "place": "Образец",
        "signatory": dict.fromkeys(("name", "short", "post", "ground"), "Образец"),
        "lines": [{"number": 1, **line}],
        "count": "1 ребёнок",
    }


def _sandbox() -> ImmutableSandboxedEnvironment:
    return ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)


def _render(template: bytes, context: dict[str, Any]) -> bytes:
    document = DocxTemplate(io.BytesIO(template))
    document.render(context, jinja_env=_sandbox(), autoescape=True)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()
