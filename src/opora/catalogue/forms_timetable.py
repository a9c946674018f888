"""The weekly timetable as rows that a person fills in; works without a script."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms import formset_factory

from opora.catalogue.forms import SlotForm, slot_choices

SPARE_ROWS = 3
"""Empty lines of the timetable editor: it works without a script."""


class _Slots(forms.BaseFormSet):
    """Lines of the timetable; a line without a start is empty, a marked one goes away."""

    def lines(self) -> list[dict[str, Any]]:
        found = []
        for form in self.forms:
            data = form.cleaned_data
            if data.get("starts_at") and not data.get("DELETE"):
                found.append({name: value for name, value in data.items() if name != "DELETE"})
        return found


class _SlotLine(SlotForm):
    """A line that may stay empty and takes its group's choices from the formset's arguments."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.empty_permitted, self.use_required_attribute = True, False

    def has_changed(self) -> bool:
        return bool(self.data.get(self.add_prefix("starts_at")) or self.data.get(self.add_prefix("ends_at")))


def timetable_form(data: Any, *, initial: list[dict[str, Any]], organisation_id: int) -> Any:
    """The formset over the lines in `initial`; after `is_valid()` its `lines()` are the kept ones."""
    made = formset_factory(_SlotLine, formset=_Slots, extra=SPARE_ROWS, can_delete=True, max_num=40)
    kwargs = {"organisation_id": organisation_id, "choices": slot_choices(organisation_id)}
    return made(data, initial=initial, prefix="slot", form_kwargs=kwargs)
