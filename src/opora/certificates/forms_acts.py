"""The act that grounds a decision: one of the register of legal acts, or a new one written on the same page."""

from __future__ import annotations

from typing import Any

from django import forms

from opora.certificates.services_acts import Ground
from opora.certificates.services_papers import ACCEPT
from opora.core.reasons import Refused
from opora.core.ui.forms import DateInput
from opora.people.forms import add_reasons, text_field
from opora.territory.models import LegalAct

DATE = {"invalid": "Укажите дату полностью: день, месяц, год."}
NO_ACT = "Выберите акт из реестра или напишите номер и дату нового."


class GroundFields(forms.Form):
    """Choice of an act and the requisites of a new one; call `offer` with the acts of the register."""

    act = forms.ChoiceField(
        label="Акт из реестра", required=False, help_text="Если акта в списке нет, запишите его ниже"
    )
    act_kind = forms.ChoiceField(
        label="Вид нового акта", required=False, choices=LegalAct.Kind.choices, initial=LegalAct.Kind.DECREE
    )
    act_number = text_field("Номер нового акта", required=False, max_length=60)
    act_date = forms.DateField(label="Дата нового акта", required=False, widget=DateInput, error_messages=DATE)

    def offer(self, acts: list[LegalAct]) -> None:
        """Choose among these acts of the register."""
        known = [(row.pk, f"{row}. {row.title[:80]}") for row in acts]
        self.fields["act"].choices = [("", "Новый акт"), *known]  # type: ignore[attr-defined]

    def ground(self) -> Ground:
        """What was filled in, as services take it."""
        values = self.cleaned_data
        file = values.get("paper")
        return Ground(
            act_id=int(values["act"]) if values.get("act") else None,
            kind=values.get("act_kind") or LegalAct.Kind.DECREE,
            number=values.get("act_number") or "",
            date=values.get("act_date"),
            paper=(file.name, file.read()) if file else None,
        )


class ActForm(GroundFields):
    """The act of an approval or of an amendment, with its file; an act must be given."""

    paper = forms.FileField(
        label="Файл акта",
        required=False,
        help_text="PDF, DOCX или снимок, до 20 МБ. Его увидят все, кто видит период",
        widget=forms.FileInput({"accept": ACCEPT}),
        error_messages={"empty": "Файл пуст."},
    )

    def __init__(self, *args: Any, acts: list[LegalAct], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer(acts)
        for name in ("act", "act_kind", "act_number", "act_date"):
            self.fields[name].conditional = True  # type: ignore[attr-defined]  # one or the other: never "optional"

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if not values.get("act") and not (values.get("act_number") and values.get("act_date")) and not self.errors:
            raise forms.ValidationError(NO_ACT)
        return values


def put_reasons(error: Refused, form: forms.BaseForm, ground: forms.BaseForm | None) -> None:
    """Each reason at the field that it names, be it of the page's form or of the act's."""
    for reason in error.reasons:
        at_act = ground is not None and reason.field in ground.fields
        add_reasons(ground if ground is not None and at_act else form, Refused(reason))
