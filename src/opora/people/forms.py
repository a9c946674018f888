"""Forms of families: what a person types; rules answer in the services."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms

from opora.core import identifiers
from opora.core.reasons import Refused
from opora.core.ui.forms import BigRadioSelect, DateInput, PersonNameField
from opora.people import queries
from opora.people.models import Child, ChildCategory, Guardianship
from opora.people.services import ChildData

REQUIRED = {"required": "Заполните это поле."}
RELATIONS = [choice for choice in Guardianship.Relation.choices if choice[0] != "self"]


def add_reasons(form: forms.BaseForm, error: Refused) -> None:
    """Show a service's reasons at the fields they name, the others on top of the form."""
    for reason in error.reasons:
        text = f"{reason.message} {reason.hint}".strip()
        form.add_error(reason.field if reason.field in form.fields else None, text)


def text_field(label: str, *, required: bool = True, max_length: int = 100, **options: Any) -> forms.CharField:
    """A line of text with our message for an empty one."""
    return forms.CharField(label=label, required=required, max_length=max_length, error_messages=REQUIRED, **options)


def name_field(label: str, *, required: bool = True, **options: Any) -> PersonNameField:
    """A part of a person's name."""
    return PersonNameField(label=label, required=required, error_messages=REQUIRED, **options)


class WhoForm(forms.Form):
    """Step 1 of adding a child: who it is."""

    last_name = name_field("Фамилия ребёнка", help_text="Как в свидетельстве о рождении или паспорте")
    first_name = name_field("Имя")
    patronymic = name_field("Отчество", required=False)
    birth_date = forms.DateField(
        label="Дата рождения",
        widget=DateInput,
        error_messages={"required": "Укажите дату рождения.", "invalid": "Укажите дату полностью: день, месяц, год."},
    )
    sex = forms.ChoiceField(
        label="Пол",
        choices=Child.Sex.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Выберите: девочка или мальчик."},
    )


class WhereForm(forms.Form):
    """Step 2: where the child lives and learns."""

    locality = forms.ChoiceField(
        label="Где ребёнок живёт",
        help_text="Населённый пункт: по нему подбираем кружки рядом и выдаём сертификат",
        error_messages={
            "required": "Выберите населённый пункт.",
            "invalid_choice": "Выберите населённый пункт из списка.",
        },
    )
    school_name = text_field("Школа или детский сад", required=False, max_length=200)
    school_class = text_field("Класс", required=False, max_length=10, widget=forms.TextInput(attrs={"class": "tiny"}))
    snils = text_field(
        "СНИЛС ребёнка",
        required=False,
        max_length=20,
        help_text="11 цифр с зелёной карточки. Поможет не перепутать ребёнка с тёзкой",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "short"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = queries.localities()
        self.fields["locality"].choices = [("", "Выберите"), *groups]  # type: ignore[attr-defined]

    def clean_school_class(self) -> str:
        """«4А класс» → «4А»: pages add the word themselves."""
        return str(self.cleaned_data["school_class"]).strip().removesuffix("класс").strip()

    def clean_snils(self) -> str:
        value = self.cleaned_data["snils"].strip()
        if not value:
            return ""
        try:
            return identifiers.snils(value)
        except ValueError as error:
            raise forms.ValidationError(identifiers.at_its_field(error)) from error


class ConsentStepForm(forms.Form):
    """Step 3: who the adult is to the child, and the consent."""

    relation = forms.ChoiceField(
        label="Кем вы приходитесь ребёнку",
        choices=RELATIONS,
        widget=forms.RadioSelect,
        error_messages={"required": "Выберите, кем вы приходитесь ребёнку."},
    )
    consent = forms.BooleanField(
        label="Согласна (согласен) на обработку данных ребёнка",
        help_text="Можно отозвать в любой день в личном кабинете",
        error_messages={"required": "Без согласия мы не вправе хранить данные ребёнка. Отметьте, если согласны."},
    )


class ChildForm(WhoForm, WhereForm):
    """Everything of a child on one page: for changing, and for a desk."""

    address = text_field("Адрес проживания", required=False, max_length=300)
    reason = text_field(
        "Причина изменения и документ",
        required=False,
        max_length=300,
        help_text="Нужна, если личность уже подтверждена. Например: смена фамилии, свидетельство от 12.10.2026",
    )
    field_order: tuple[str, ...] = (
        "last_name",
        "first_name",
        "patronymic",
        "birth_date",
        "sex",
        "snils",
        "locality",
        "address",
        "school_name",
        "school_class",
        "reason",
    )

    def __init__(self, *args: Any, with_reason: bool = False, locked: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not with_reason:
            del self.fields["reason"]
        if locked:
            for name in ("last_name", "first_name", "patronymic", "birth_date", "sex", "snils"):
                self.fields[name].disabled = True
                self.fields[name].help_text = ""

    @staticmethod
    def initial_of(child: Child) -> dict[str, Any]:
        """The present values for the form."""
        return {
            "last_name": child.last_name,
            "first_name": child.first_name,
            "patronymic": child.patronymic,
            "birth_date": child.birth_date,
            "sex": child.sex,
            "snils": child.snils,
            "locality": str(child.locality_id or ""),
            "address": child.address,
            "school_name": child.school_name,
            "school_class": child.school_class,
        }


def child_data(values: dict[str, Any]) -> ChildData:
    """The service's input from cleaned values of :class:`ChildForm` or of the steps together."""
    return ChildData(
        last_name=values["last_name"],
        first_name=values["first_name"],
        patronymic=values.get("patronymic", ""),
        birth_date=values["birth_date"],
        sex=values["sex"],
        locality_id=int(values["locality"]),
        snils=values.get("snils", ""),
        address=values.get("address", ""),
        school_name=values.get("school_name", ""),
        school_class=values.get("school_class", ""),
    )


class CategoryForm(forms.Form):
    """A category of the child that changes its nominal or conditions."""

    code = forms.ChoiceField(
        label="Категория",
        choices=ChildCategory.Code.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Выберите категорию."},
    )
    document = text_field(
        "Документ",
        required=False,
        max_length=200,
        help_text="Название, номер и дата. Сам документ покажете в пункте приёма",
    )
    ends_on = forms.DateField(
        label="Действует до",
        required=False,
        widget=DateInput,
        error_messages={"invalid": "Укажите дату полностью: день, месяц, год."},
    )
    sensitive_consent = forms.BooleanField(
        label="Даю отдельное согласие на обработку сведений о здоровье и льготах",
        required=False,
        help_text="Нужно для категорий о здоровье и положении семьи. Эти сведения видят только специалисты центра",
    )


class ProfileForm(forms.Form):
    """Names and phone of an account."""

    last_name = name_field("Фамилия")
    first_name = name_field("Имя")
    patronymic = name_field("Отчество", required=False)
    phone = text_field(
        "Телефон",
        required=False,
        max_length=30,
        help_text="По нему звонят из кружка, если что-то срочное",
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )


class ReasonForm(forms.Form):
    """One reason in words."""

    reason = forms.CharField(
        label="Причина", max_length=300, widget=forms.Textarea(attrs={"rows": 3}), error_messages=REQUIRED
    )

    def __init__(self, *args: Any, label: str = "", help_text: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = label or "Причина"
        self.fields["reason"].help_text = help_text


class MergeForm(forms.Form):
    """The decision about two similar records."""

    decision = forms.ChoiceField(
        label="Что это за карточки",
        widget=BigRadioSelect,
        error_messages={"required": "Выберите решение."},
    )
    reason = text_field("Пояснение", required=False, max_length=300, help_text="Обязательно, если это разные дети")

    def __init__(self, *args: Any, left: Child, right: Child, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["decision"].choices = [  # type: ignore[attr-defined]
            (f"keep_{left.pk}", "Один ребёнок, основная карточка – слева"),
            (f"keep_{right.pk}", "Один ребёнок, основная карточка – справа"),
            ("apart", "Это разные дети"),
        ]


class FamilySearchForm(forms.Form):
    """How a desk finds a child."""

    q = text_field(
        "Номер сертификата или фамилия с именем",
        required=False,
        help_text="Например: 6401123456 или Иванова Маша",
    )
    birth_date = forms.DateField(
        label="Дата рождения",
        required=False,
        widget=DateInput,
        error_messages={"invalid": "Укажите дату полностью: день, месяц, год."},
    )

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        text = (values.get("q") or "").strip()
        if len(text) < 3 and not isinstance(values.get("birth_date"), dt.date):
            raise forms.ValidationError("Введите номер сертификата, хотя бы три буквы фамилии или дату рождения.")
        return values
