"""Rendering: PDF by Typst, DOCX by docxtpl. Texts travel as JSON, never as markup."""

from __future__ import annotations

import io
import json
from importlib.resources import files as package_files
from typing import Any

import typst
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

HERE = "opora.settlement.documents"


def pdf(name: str, data: dict[str, Any]) -> bytes:
    """PDF of `name`.typ with `data` (JSON values only); `look.typ` holds what the papers share."""
    folder = package_files(HERE)
    source = (folder / "look.typ").read_bytes() + (folder / f"{name}.typ").read_bytes()
    return bytes(typst.compile(source, sys_inputs={"data": json.dumps(data, ensure_ascii=False)}, format="pdf"))


def docx(name: str, data: dict[str, Any]) -> bytes:
    """DOCX of the shipped template `name`.docx."""
    template = DocxTemplate(io.BytesIO((package_files(HERE) / f"{name}.docx").read_bytes()))
    environment = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    template.render(data, jinja_env=environment, autoescape=True)
    out = io.BytesIO()
    template.save(out)
    return out.getvalue()
