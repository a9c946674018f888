"""Forms of certificates and of the desk."""

from __future__ import annotations

from typing import Any

from django import forms

from opora.certificates.models import CertificateGroup
from opora.core.ui.forms import BigRadioSelect, DateInput
from opora.people import queries as people
from opora.people.forms import REQUIRED, ChildForm, text_field
from opora.people.models import ChildCategory, ConsentText

DATE = {"required": "Укажите дату.", "invalid": "Укажите дату полностью: день, месяц, год."}
WHOLE = {"required": "Укажите число.", "invalid": "Напишите целое число.", "min_value": "Не меньше %(limit_value)s."}


class ApplyForm(forms.Form):
    """What the family asks for."""

    funding = forms.ChoiceField(
        label="Какой сертификат нужен",
        choices=[("funded", "С деньгами на кружки"), ("accounting", "Только для бесплатных кружков")],
        widget=BigRadioSelect(
            hints={
                "funded": "На нём будет сумма на учебный год. Если деньги закончились, встанете в очередь",
                "accounting": "Нужен, чтобы записаться на бюджетное место. Деньги можно попросить позже",
            }
        ),
        error_messages={"required": "Выберите, какой сертификат нужен."},
    )


class MoveForm(forms.Form):
    """Where the family moved."""

    locality = forms.ChoiceField(
        label="Где ребёнок теперь живёт", error_messages={"required": "Выберите населённый пункт."}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["locality"].choices = [("", "Выберите"), *people.localities()]  # type: ignore[attr-defined]


class IdentityForm(forms.Form):
    """Which documents were shown at the desk."""

    kind = forms.ChoiceField(
        label="Какой документ ребёнка показан",
        choices=[
            ("Свидетельство о рождении", "Свидетельство о рождении"),
            ("Паспорт ребёнка", "Паспорт ребёнка"),
            ("Документ другого государства", "Документ другого государства"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Отметьте, какой документ показан."},
    )
    number = text_field("Серия и номер, кем и когда выдан", max_length=150)
    guardian = text_field(
        "Документ представителя", max_length=120, help_text="Например: паспорт 6312 456789, доверенность"
    )

    def documents(self) -> str:
        values = self.cleaned_data
        return f"{values['kind']} {values['number']}; представитель: {values['guardian']}"


class FamilyForm(ChildForm):
    """A family registered at a desk from a paper application."""

    guardian_last_name = text_field("Фамилия представителя")
    guardian_first_name = text_field("Имя")
    guardian_patronymic = text_field("Отчество", required=False)
    email = forms.EmailField(
        label="Электронная почта",
        required=False,
        help_text="Если есть: семья сможет войти в кабинет через «Забыли пароль»",
        error_messages={"invalid": "Проверьте адрес: он выглядит так: anna@example.ru"},
    )
    phone = text_field("Телефон", required=False, max_length=30)
    relation = forms.ChoiceField(
        label="Кем приходится ребёнку",
        choices=[("mother", "Мать"), ("father", "Отец"), ("guardian", "Опекун или попечитель")],
        widget=forms.RadioSelect,
        error_messages={"required": "Отметьте, кем приходится ребёнку."},
    )
    consent = forms.BooleanField(
        label="Согласие на обработку данных подписано на бумаге и хранится в пункте",
        error_messages={"required": "Без подписанного согласия записывать данные нельзя."},
    )
    certificate = forms.ChoiceField(
        label="Заявление на сертификат",
        choices=[("funded", "С деньгами"), ("accounting", "Сертификат учёта"), ("none", "Не подаётся")],
        widget=forms.RadioSelect,
        initial="funded",
    )
    field_order = (
        "guardian_last_name",
        "guardian_first_name",
        "guardian_patronymic",
        "email",
        "phone",
        "relation",
        *ChildForm.field_order,
        "certificate",
        "consent",
    )


class PaperConsentForm(forms.Form):
    """A consent signed on paper."""

    kind = forms.ChoiceField(label="На что согласие", choices=ConsentText.Kind.choices, widget=forms.RadioSelect)
    giver_name = text_field("Кто подписал", max_length=300, help_text="Фамилия, имя, отчество")


class DeskCategoryForm(forms.Form):
    """A category by a document shown."""

    code = forms.ChoiceField(label="Категория", choices=ChildCategory.Code.choices)
    document = text_field("Документ", max_length=200)
    ends_on = forms.DateField(label="Действует до", required=False, widget=DateInput, error_messages=DATE)


class SecondGuardianForm(forms.Form):
    """A second guardian by documents shown at the desk."""

    email = forms.EmailField(label="Электронная почта", error_messages={"invalid": "Проверьте адрес.", **REQUIRED})
    last_name = text_field("Фамилия")
    first_name = text_field("Имя")
    patronymic = text_field("Отчество", required=False)
    relation = forms.ChoiceField(
        label="Кем приходится ребёнку",
        choices=[("mother", "Мать"), ("father", "Отец"), ("guardian", "Опекун или попечитель")],
        widget=forms.RadioSelect,
    )


class RegroupForm(forms.Form):
    """Another certificate group for the child."""

    group = forms.ChoiceField(label="Группа сертификатов")
    reason = text_field("Причина", max_length=300)

    def __init__(self, *args: Any, groups: list[CertificateGroup], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        from opora.core import russian

        self.fields["group"].choices = [  # type: ignore[attr-defined]
            (row.pk, f"{row.name}, {russian.money(row.nominal)}") for row in groups
        ]
