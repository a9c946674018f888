"""Forms of planning: people write as they are used to, the services understand."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms

from opora.core import measures, publications
from opora.core.measures import Measure
from opora.core.registers.forms import RegisterForm
from opora.core.ui.forms import BigRadioSelect, DateInput
from opora.planning import policy, queries
from opora.planning.models import (
    Concept,
    ConceptStage,
    ConceptTarget,
    FoundingStep,
    Plan,
    PlanItem,
    PlanPublication,
    PlanSection,
)
from opora.planning.rules.states import ITEM_STATES
from opora.planning.services.evidence import KINDS


class OfCentreForm(RegisterForm):
    """A new paper of a centre: only such centres are offered whose papers the actor writes."""

    centres_for = ""
    """The action of `policy.centres`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        centre = self.fields.get("centre")
        if self.instance.pk is None and isinstance(centre, forms.ModelChoiceField):
            rows = policy.centres.rows(self.actor, self.centres_for).order_by("sort_name", "pk")
            centre.queryset = rows
            only = list(rows[:2])
            if len(only) == 1:
                centre.initial = only[0]


class PlanForm(OfCentreForm):
    """A plan: whose, for which year."""

    centres_for = "plan"

    class Meta:
        model = Plan
        fields = ("centre", "year", "title", "act")
        help_texts = {"year": "Год и два плановых года за ним.", "act": "Заполняется при утверждении."}


class SectionForm(RegisterForm):
    """A section of a plan."""

    class Meta:
        model = PlanSection
        fields = ("plan", "number", "title")


class PublicationForm(publications.PublicationForm):
    """Where an approved plan was published."""

    of = "plan"
    too_early = "Публикация раньше утверждения плана."

    class Meta:
        model = PlanPublication
        fields = ("plan", *publications.FIELDS)
        help_texts = {"site": "Сайт администрации, портал центра, районная газета."}

    def day_of(self, document: Plan) -> dt.date | None:
        return queries.approved_on(document, self.instance.version if self.instance.pk else document.version)


class SectionChoice(forms.ModelChoiceField):
    """Sections with their plan beside them."""

    def label_from_instance(self, obj: PlanSection) -> str:
        return f"{obj.plan.year}: {obj.number}. {obj.title}"[:120]


class ItemForm(RegisterForm):
    """A line of the table, in the words of the people who write plans."""

    section = SectionChoice(queryset=queries.sections_with_plans(), label="Раздел")
    number = forms.CharField(
        label="№", max_length=12, required=False, help_text="1.5, часть пункта – 1.5.1. Пусто – следующий в разделе."
    )

    class Meta:
        model = PlanItem
        fields = ("section", "number", "content", "quantity", "report_form", "due", "responsible")
        help_texts = {
            "quantity": "Например: «не менее 6 договоров», «100 % работников», «увеличение охвата на 10 %».",
            "report_form": "Аналитическая справка, соглашение, приказ, реестр, копии удостоверений…",
            "due": "Например: «сентябрь», «июнь–август», «2 квартал», «до 01.09.2026», «в течение года».",
        }
        widgets = {"content": forms.Textarea({"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.initial.get("section")
        section = self.fields["section"]
        if chosen and isinstance(section, forms.ModelChoiceField) and section.queryset is not None:
            pk = chosen.pk if isinstance(chosen, PlanSection) else chosen
            if str(pk).isdigit():
                section.queryset = section.queryset.filter(plan__sections=int(pk))


class ConceptForm(OfCentreForm):
    """A concept and its years."""

    centres_for = "concept"

    class Meta:
        model = Concept
        fields = ("centre", "title", "text", "act", "starts_on", "ends_on")


class StageForm(RegisterForm):
    """A stage of a concept."""

    class Meta:
        model = ConceptStage
        fields = ("concept", "number", "title", "text", "starts_on", "ends_on")


class TargetForm(RegisterForm):
    """A target result with its indicator."""

    measure = forms.ChoiceField(label="Показатель", required=False)

    class Meta:
        model = ConceptTarget
        fields = (
            "concept", "number", "title", "due_on", "operator", "amount", "unit", "persons", "measure", "baseline",
            "baseline_on",
        )  # fmt: skip
        help_texts = {
            "persons": "Число людей, названное в документе рядом с процентом.",
            "baseline": "От чего считается увеличение: охват был 3 761, увеличить на 10 % – на 376.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["measure"].choices = measure_choices("Подтверждается документами")  # type: ignore[attr-defined]


class StepForm(OfCentreForm):
    """A step of founding; it is closed on a page of its own, by its document."""

    centres_for = "found"

    class Meta:
        model = FoundingStep
        fields = ("centre", "number", "title", "result_kind", "responsible", "due_on")


def measure_choices(empty: str) -> list[tuple[str, Any]]:
    """Measures under their headings, for a choice."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for measure in measures.every():
        groups.setdefault(measure.group or "Прочее", []).append((measure.code, measure.title))
    return [("", empty), *groups.items()]


class MeasureForm(forms.Form):
    """By what an item counts itself: first the measure, then what it is narrowed by."""

    measure = forms.ChoiceField(label="Показатель", required=False)
    baseline = forms.DecimalField(
        label="Исходное значение",
        required=False,
        help_text="Пусто – подсчитаем сами на конец года перед планом.",
    )
    baseline_on = forms.DateField(label="Исходное значение на", required=False, widget=DateInput())
    counted_from = forms.DateField(
        label="Считать с",
        required=False,
        widget=DateInput(),
        help_text="Пусто – с начала работы, для одного месяца – с начала года.",
    )

    def __init__(
        self, *args: Any, item: PlanItem, measure: Measure | None, places: frozenset[int], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["measure"].choices = measure_choices("Не считать, подтверждения вручную")  # type: ignore[attr-defined]
        if item.operator != "increase":
            del self.fields["baseline"], self.fields["baseline_on"]
        self.narrowed = []
        for one in measure.narrowings if measure else ():
            name = f"by_{one.name}"
            self.fields[name] = forms.ChoiceField(
                label=one.title,
                required=False,
                choices=[("", "Все"), *one.options_in(places).items()],
                initial=item.narrowing.get(one.name, "") if item.measure == (measure and measure.code) else "",
            )
            self.narrowed.append(one.name)

    def narrowing(self) -> dict[str, str]:
        return {name: self.cleaned_data[f"by_{name}"] for name in self.narrowed if self.cleaned_data[f"by_{name}"]}


class EvidenceForm(forms.Form):
    """What proves that the work is done."""

    date = forms.DateField(label="Дата", widget=DateInput())
    text = forms.CharField(
        label="Что подтверждает",
        max_length=1000,
        widget=forms.Textarea({"rows": 2}),
        help_text="Например: «Аналитическая справка о социальном заказе, 12 страниц».",
    )
    file = forms.FileField(
        label="Файл",
        required=False,
        help_text="До 20 МБ.",
        widget=forms.FileInput({"accept": ",".join(KINDS)}),
    )
    link = forms.CharField(
        label="Ссылка", max_length=500, required=False, help_text="Адрес карточки в системе или страницы на сайте."
    )
    amount = forms.DecimalField(label="Сколько подтверждает", required=False, min_value=0)
    closes = forms.BooleanField(label="Этого достаточно, пункт выполнен", required=False)

    def __init__(self, *args: Any, is_counted: bool, unit: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_counted:
            self.fields["amount"].help_text = f"Число, {unit}." if unit else "Число из количественного показателя."
        else:
            del self.fields["amount"]


class ReasonForm(forms.Form):
    """Why something is taken back."""

    reason = forms.CharField(label="Причина", max_length=300, widget=forms.Textarea({"rows": 2}))


class ApproveForm(forms.Form):
    """The coordinator's decision: approved by which act, or what to correct."""

    decision = forms.ChoiceField(
        label="Решение",
        choices=(("approve", "Утвердить"), ("return", "Вернуть с замечаниями")),
        widget=BigRadioSelect(),
    )
    document = forms.CharField(
        label="Утверждён актом", max_length=300, required=False, help_text="Например: «Приказ от 12.01.2026 № 7»."
    )
    remark = forms.CharField(
        label="Замечания к плану", max_length=2000, required=False, widget=forms.Textarea({"rows": 3})
    )


class FilterForm(forms.Form):
    """What the plan's page shows."""

    section = forms.ChoiceField(label="Раздел", required=False)
    state = forms.ChoiceField(label="Состояние", required=False, choices=[("", "Все"), *ITEM_STATES.items()])
    responsible = forms.ChoiceField(label="Ответственный", required=False)
    year = forms.ChoiceField(label="Год", required=False)

    def __init__(self, data: Any, *, plan: Plan, sections: list[PlanSection], responsibles: list[str]) -> None:
        super().__init__(data)
        self.fields["section"].choices = [  # type: ignore[attr-defined]
            ("", "Все"),
            *((str(one.number), f"{one.number}. {one.title}"[:80]) for one in sections),
        ]
        self.fields["responsible"].choices = [("", "Все"), *((name, name) for name in responsibles)]  # type: ignore[attr-defined]
        years = [(str(year), str(year)) for year in range(plan.year, plan.year + 3)]
        self.fields["year"].choices = [("", "Все"), *years]  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """What narrows the page; a wrong value narrows nothing."""
        found = self.cleaned_data if self.is_valid() else getattr(self, "cleaned_data", {})
        return {
            "state": found.get("state", ""),
            "responsible": found.get("responsible", ""),
            "section": int(found["section"]) if found.get("section") else None,
            "year": int(found["year"]) if found.get("year") else None,
        }


class CloseForm(forms.Form):
    """The document that closes a step of founding."""

    done_on = forms.DateField(label="Выполнен", widget=DateInput())
    legal_act = forms.ChoiceField(label="Правовой акт", required=False)
    file = forms.FileField(
        label="Или файл", required=False, help_text="До 20 МБ.", widget=forms.FileInput({"accept": ",".join(KINDS)})
    )
    document = forms.CharField(
        label="Документ", max_length=400, required=False, help_text="Название, дата и номер, как их писать в отчёте."
    )

    def __init__(self, *args: Any, acts: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["legal_act"].choices = [("", "Не выбран"), *((str(pk), name) for pk, name in acts)]  # type: ignore[attr-defined]
