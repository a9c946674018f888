"""Forms of class lists, pupils and answers of families."""

from __future__ import annotations

from typing import Any

from django import forms

from opora.core import clock, identifiers, names
from opora.core.registers.forms import RegisterForm
from opora.core.ui.forms import check_person_names
from opora.enrolment.rules.rollover import school_year_of, school_year_title
from opora.outreach import rules
from opora.outreach.models import CATEGORIES, ClassList, Invitation, Pupil
from opora.providers.queries import today_of


class ClassListForm(RegisterForm):
    """A list: the school, the school year, on what ground the school gives the data."""

    class Meta:
        model = ClassList
        fields = ("organisation", "year", "basis")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = school_year_of(today_of(self.actor))
        years = sorted({now, now + 1, self.instance.year or now}, reverse=True)
        choices = [(year, school_year_title(year)) for year in years]
        self.fields["year"] = forms.TypedChoiceField(
            label="Учебный год", choices=choices, coerce=int, initial=self.instance.year or now
        )
        offered = self.fields["organisation"]
        if isinstance(offered, forms.ModelChoiceField) and offered.queryset is not None:
            current = self.instance.organisation_id or 0
            offered.queryset = offered.queryset.filter(kind="school") | offered.queryset.filter(pk=current)


class PupilForm(RegisterForm):
    """One pupil by hand; names, class and СНИЛС are checked as in a file."""

    categories = forms.MultipleChoiceField(
        label="Категории", choices=list(CATEGORIES.items()), required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Pupil
        fields = (
            "class_list", "last_name", "first_name", "patronymic", "birth_date", "school_class", "snils",
            "categories", "guardian_name", "guardian_contact",
        )  # fmt: skip
        help_texts = {"school_class": "Например, 5А", "guardian_contact": "Телефон или электронная почта"}

    def clean_snils(self) -> str:
        text = str(self.cleaned_data["snils"]).strip()
        if not text:
            return ""
        try:
            return identifiers.snils(text)
        except ValueError as error:
            raise forms.ValidationError(identifiers.at_its_field(error)) from error

    def clean_patronymic(self) -> str:
        return names.tidy_patronymic(str(self.cleaned_data["patronymic"]))

    def clean_school_class(self) -> str:
        try:
            return str(rules.school_class(self.cleaned_data["school_class"]))
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        check_person_names(self, "last_name", "first_name", "patronymic")
        born = data.get("birth_date")
        problem = rules.birth_problem(born, None, clock.today(clock.EASTERNMOST)) if born else None
        if problem and problem[1] == "error":
            self.add_error("birth_date", problem[0])
        return data


class InvitationForm(RegisterForm):
    """What the family answered by word of mouth; a study and an application are seen by themselves."""

    class Meta:
        model = Invitation
        fields = ("answer", "answer_note")
        help_texts = {"answer_note": "Почему отказались, где занимается, куда переехал"}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("answer") in (Invitation.Answer.REFUSED, Invitation.Answer.ELSEWHERE) and not data.get(
            "answer_note"
        ):
            said = "почему" if data["answer"] == Invitation.Answer.REFUSED else "где"
            self.add_error("answer_note", f"Напишите, {said}: без этого не понять, чем помочь.")
        return data
