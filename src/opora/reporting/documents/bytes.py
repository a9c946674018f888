"""The same content, the same bytes: Office files are archives that remember when they were made; here they forget it."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile

EARLIEST = (1980, 1, 1, 0, 0, 0)
_DATES = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:)")
_NESTED = (".xlsx", ".docx", ".pptx")


def settled(data: bytes, date: dt.date) -> bytes:
    """An Office file whose members bear a fixed time and whose properties bear `date`; embedded books too."""
    out = io.BytesIO()
    stamp = f"{date.isoformat()}T00:00:00Z".encode()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            content = old.read(member)
            if member.filename.endswith("docProps/core.xml"):
                content = _DATES.sub(rb"\g<1>" + stamp + rb"\g<3>", content)
            elif member.filename.endswith(_NESTED):
                content = settled(content, date)
            fixed = zipfile.ZipInfo(member.filename, EARLIEST)
            fixed.compress_type, fixed.external_attr, fixed.create_system = zipfile.ZIP_DEFLATED, 0o600 << 16, 0
            new.writestr(fixed, content)
    return out.getvalue()
