"""Start-up checks: each model of Opora declares its personal fields."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig, apps
from django.core.checks import CheckMessage, Error, register

from opora.core.personal import Personal


@register()
def personal_fields_declared(app_configs: Sequence[AppConfig] | None = None, **_: Any) -> list[CheckMessage]:
    """Return an error for each Opora model without a sound ``PERSONAL`` declaration."""
    errors: list[CheckMessage] = []
    for model in apps.get_models():
        if not model.__module__.startswith("opora."):
            continue
        declared = model.__dict__.get("PERSONAL", getattr(model, "PERSONAL", None))
        if declared is None:
            errors.append(Error(f"{model._meta.label} declares no PERSONAL fields", obj=model, id="opora.E001"))
            continue
        names = {field.name for field in model._meta.get_fields()}
        for name, reason in declared.items():
            if name not in names or not isinstance(reason, Personal):
                errors.append(Error(f"{model._meta.label}.PERSONAL names {name!r} wrongly", obj=model, id="opora.E002"))
    return errors
