"""Ready papers as PDF by Typst: confirmation of study, group list, excursion list, journal of a month (E5).

Texts travel as JSON beside the template, never as markup. The fonts are those that Typst carries (Libertinus, OFL).
"""

from __future__ import annotations

import json
from importlib.resources import files as package_files
from typing import Any

import typst


def paper(name: str, data: dict[str, Any]) -> bytes:
    """PDF of the template `name`.typ with `data` (JSON values only)."""
    source = package_files("opora.enrolment.documents") / f"{name}.typ"
    return bytes(
        typst.compile(source.read_bytes(), sys_inputs={"data": json.dumps(data, ensure_ascii=False)}, format="pdf")
    )
