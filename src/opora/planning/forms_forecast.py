"""The form by which needs of the forecast go into a plan."""

from __future__ import annotations

from typing import Any

from django import forms

from opora.planning.models import PlanSection

USUAL_SECTION = 2
"""Equal access: where the centre's plan speaks of new groups."""


class NeedsForm(forms.Form):
    """Where the chosen lines go, what is counted, by when, who answers."""

    section = forms.ChoiceField(label="План и раздел")
    by = forms.ChoiceField(
        label="Что считать",
        choices=(("groups", "Открытые группы"), ("places", "Открытые места")),
        widget=forms.RadioSelect(attrs={"class": "inline"}),
        initial="groups",
    )
    due = forms.CharField(
        label="Срок",
        max_length=120,
        initial="в течение года",
        help_text="Как в плане: «сентябрь», «до 01.09.2027», «в течение года».",
    )
    responsible = forms.CharField(label="Ответственный", max_length=250, required=False)

    def __init__(self, *args: Any, sections: list[PlanSection], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plans: dict[str, list[tuple[str, str]]] = {}
        for one in sections:
            name = f"{one.plan}, {one.plan.get_state_display().lower()}: {one.plan.centre.name}"
            plans.setdefault(name, []).append((str(one.pk), f"{one.plan.year}: {one.number}. {one.title}"[:120]))
        self.fields["section"].choices = [*plans.items()]  # type: ignore[attr-defined]
        usual = next((one for one in sections if one.number == USUAL_SECTION), None)
        self.fields["section"].initial = str(usual.pk) if usual else None
