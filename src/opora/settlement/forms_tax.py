"""Forms of certificates for the tax office."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from opora.core import russian
from opora.core.ui.forms import DateInput
from opora.settlement.queries_tax import Line
from opora.settlement.rules import tax
from opora.settlement.rules.tax import Person

_CODES = [("", "Не указан"), *tax.DOCUMENTS.items()]
_CHILD = "child_"


class DetailsForm(forms.Form):
    """What the tax office wants to know of the two persons beside their names; ИНН makes the document needless."""

    inn = forms.CharField(label="Ваш ИНН", max_length=20, required=False, help_text="12 цифр. С ним документ не нужен")
    birth_date = forms.DateField(label="Ваша дата рождения", widget=DateInput)
    child_inn = forms.CharField(
        label="ИНН ребёнка", max_length=20, required=False, help_text="12 цифр. Узнать можно на сайте налоговой службы"
    )
    document_code = forms.ChoiceField(label="Ваш документ", choices=_CODES, required=False)
    document_number = forms.CharField(label="Серия и номер", max_length=25, required=False)
    document_date = forms.DateField(label="Когда выдан", widget=DateInput, required=False)
    child_document_code = forms.ChoiceField(label="Документ ребёнка", choices=_CODES, required=False)
    child_document_number = forms.CharField(label="Серия и номер", max_length=25, required=False)
    child_document_date = forms.DateField(label="Когда выдан", widget=DateInput, required=False)

    FIRST = ("inn", "birth_date", "child_inn")
    PAPERS = (
        "document_code", "document_number", "document_date", "child_document_code", "child_document_number",
        "child_document_date",
    )  # fmt: skip

    def persons(self) -> tuple[Person, Person]:
        """Payer and learner without their names."""
        return self._person(""), self._person(_CHILD)

    def _person(self, prefix: str) -> Person:
        given = {
            name: self.cleaned_data.get(f"{prefix}{name}") or ""
            for name in ("inn", "birth_date", "document_code", "document_number", "document_date")
        }
        texts = {name: value if isinstance(value, str) else value.isoformat() for name, value in given.items()}
        texts["inn"] = "".join(texts["inn"].split())
        return Person("", "", **texts)

    @property
    def first(self) -> list[forms.BoundField]:
        return [self[name] for name in self.FIRST]

    @property
    def papers(self) -> list[forms.BoundField]:
        return [self[name] for name in self.PAPERS]

    @property
    def papers_open(self) -> bool:
        """The part about documents is open when something is in it or wrong there."""
        return any(self.errors.get(name) for name in self.PAPERS) or any(self[name].value() for name in self.PAPERS)


def initial_of(payer: Person, learner: Person) -> dict[str, Any]:
    """The form filled in by the last request."""
    names = ("inn", "birth_date", "document_code", "document_number", "document_date")
    own = {name: getattr(payer, name) for name in names}
    return own | {f"{_CHILD}{name}": getattr(learner, name) for name in names if name != "birth_date"}


class IssueForm(forms.Form):
    """Which payments the paper counts; those of the payer are ticked."""

    payments = forms.MultipleChoiceField(
        label="Платежи",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Отметьте хотя бы один платёж. Если подтверждать нечего, откажите с объяснением."},
    )

    def __init__(self, lines: Sequence[Line], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["payments"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(str(one.payment.pk), _label(one)) for one in lines]
        field.initial = [str(one.payment.pk) for one in lines if one.counts]


def _label(one: Line) -> str:
    text = f"{russian.date_full(one.payment.paid_on)}: {russian.money(one.amount)}"
    if one.amount != one.payment.amount:
        text += f" из {russian.money(one.payment.amount)}, остальное вернули"
    return f"{text}, {one.payment.payer_name or 'плательщик не назван'}"


class TaxReasonForm(forms.Form):
    """Why refused, corrected or annulled."""

    reason = forms.CharField(
        label="Причина", max_length=300, widget=forms.Textarea({"rows": 3}), help_text="Прочитает семья"
    )
