"""Forms of reports."""

from __future__ import annotations

from typing import Any

from django import forms

from opora.core import clock
from opora.core.access import Actor
from opora.reporting import queries, rules
from opora.reporting.models import Report
from opora.territory.queries import served_zone

KINDS = [(code, label) for code, label in Report.Kind.choices if code != Report.Kind.SELF]
"""What a centre or a region begins; organisations begin self-assessments on their own page."""


class OpenForm(forms.Form):
    """Whose report, of which kind and year."""

    place = forms.ChoiceField(label="Чей отчёт")
    kind = forms.ChoiceField(label="Что готовим", choices=KINDS)
    year = forms.TypedChoiceField(label="За какой год", coerce=int)

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.centres = {f"centre-{one.pk}": one for one in queries.centres(actor)}
        self.regions = {f"region-{one.pk}": one for one in queries.regions(actor)}
        named = [
            *((key, one.name) for key, one in self.regions.items()),
            *((k, c.name) for k, c in self.centres.items()),
        ]
        self.fields["place"].choices = named  # type: ignore[attr-defined]
        this = clock.today(served_zone()).year
        years = [(year, str(year)) for year in range(this, this - rules.YEARS_BACK - 1, -1)]
        self.fields["year"].choices = years  # type: ignore[attr-defined]

    @property
    def is_offered(self) -> bool:
        """Is there anything that this actor may begin?"""
        return bool(self.centres or self.regions)


class TextForm(forms.Form):
    """The narrative of a section with the version that the editor began with."""

    text = forms.CharField(
        label="Текст раздела",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 14}),
        help_text="Абзацы разделяйте пустой строкой. Показатель вставляйте в фигурных скобках, например {coverage}.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
