"""Forms of the office: refusing, desk applications, bulk lists, orders, capacity, lessons."""

from __future__ import annotations

from typing import Any

from django import forms

from opora.core.ui.forms import DateInput, PersonNameField, UnitInput
from opora.enrolment import queries_office as queries
from opora.enrolment import refusals
from opora.enrolment.documents.orders import MOST_BYTES
from opora.enrolment.models import Order
from opora.people import queries as people
from opora.providers.models import Organisation


class RefuseForm(forms.Form):
    """Why an application is refused: a coded reason, words of one's own where needed."""

    code = forms.ChoiceField(label="Причина", choices=refusals.CHOICES, widget=forms.RadioSelect)
    text = forms.CharField(
        label="Пояснение для семьи", required=False, max_length=300, widget=forms.Textarea({"rows": 2})
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("code") == refusals.OTHER and not (data.get("text") or "").strip():
            self.add_error("text", "Напишите причину: её прочитает семья.")
        return data


class TerminateForm(forms.Form):
    """The provider's ground for ending a contract."""

    def __init__(self, grounds: dict[str, str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ground"] = forms.ChoiceField(
            label="Основание", choices=list(grounds.items()), widget=forms.RadioSelect
        )


class CapacityForm(forms.Form):
    """How many places a group has."""

    capacity = forms.IntegerField(
        label="Мест в группе", min_value=1, max_value=1000, widget=UnitInput("мест", decimal=False),
        help_text="Не меньше занятых. Добавленные места сразу предложат тем, кто ждёт.",
    )  # fmt: skip


class PriorityForm(forms.Form):
    """The priority class of a waiting application, proved by a document."""

    priority_class = forms.IntegerField(
        label="Класс очерёдности", min_value=1, max_value=999, widget=UnitInput("", decimal=False),
        help_text="Обычная очередь – 100. Меньшее число идёт раньше: например, 10 – внеочередное право, 50 – первоочередное.",
    )  # fmt: skip


class DeskForm(forms.Form):
    """An application on paper: the child, the group, who pays, the guardian's consent."""

    last_name = PersonNameField(label="Фамилия ребёнка")
    first_name = PersonNameField(label="Имя")
    patronymic = PersonNameField(label="Отчество", required=False)
    birth_date = forms.DateField(label="Дата рождения", widget=DateInput)
    sex = forms.ChoiceField(label="Пол", choices=(("f", "Девочка"), ("m", "Мальчик")), widget=forms.RadioSelect)
    locality = forms.ChoiceField(label="Где живёт ребёнок")
    giver_name = PersonNameField(
        label="Законный представитель", max_length=200, help_text="Фамилия, имя, отчество того, кто подписал заявление."
    )
    group: Any = forms.ModelChoiceField(None, label="Группа", empty_label="Выберите")
    funding = forms.ChoiceField(
        label="Кто платит",
        choices=(("budget", "Бюджет"), ("certificate", "Сертификат"), ("paid", "Семья")),
        widget=forms.RadioSelect,
    )
    consent = forms.BooleanField(label="Согласие на обработку данных на бумаге получено, заявление подписано")

    def __init__(self, groups: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["group"].queryset = groups  # type: ignore[attr-defined]
        options = [("", "Выберите")]
        options += [(title, places) for title, places in people.localities()]  # type: ignore[misc]
        self.fields["locality"].choices = options  # type: ignore[attr-defined]


class ListForm(forms.Form):
    """A file with children for one group."""

    file = forms.FileField(
        label="Список детей",
        help_text="XLSX или CSV с колонками «Фамилия», «Имя», «Отчество», «Дата рождения», «СНИЛС».",
        widget=forms.FileInput({"accept": ".xlsx,.csv"}),
    )
    funding = forms.ChoiceField(
        label="Кто платит", choices=(("budget", "Бюджет"), ("certificate", "Сертификат"), ("paid", "Семья"))
    )
    consent = forms.BooleanField(label="Заявления и согласия родителей на бумаге собраны")


class OrderStartForm(forms.Form):
    """Which order of which organisation."""

    organisation: Any = forms.ModelChoiceField(None, label="Организация", empty_label=None)
    kind = forms.ChoiceField(
        label="О чём приказ",
        choices=[(code, Order.Kind(code).label) for code in Order.BY_HAND],
        widget=forms.RadioSelect,
    )

    def __init__(self, organisations: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = organisations  # type: ignore[attr-defined]


class OrderLinesForm(forms.Form):
    """Children of the order, the day it takes effect, what it leads to."""

    effective_on = forms.DateField(label="С какого дня", widget=DateInput)
    to_group: Any = forms.ModelChoiceField(None, label="В какую группу", empty_label="Не выбрана", required=False)
    ground = forms.CharField(
        label="Основание",
        max_length=300,
        required=False,
        help_text="Заявление законного представителя, если не указано иное.",
    )

    def __init__(self, organisation: Organisation, kind: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to_group"].queryset = queries.groups_of(organisation)  # type: ignore[attr-defined]
        if kind != "transfer":
            del self.fields["to_group"]
        if kind == "withdrawal":
            self.fields["effective_on"].label = "Последний день занятий"
            self.fields["ground"].required, self.fields["ground"].label = True, "Причина отчисления"
            self.fields["ground"].help_text = ""
        if kind == "transfer":
            self.fields["effective_on"].help_text = "Перевод происходит в день издания приказа."


class IssueForm(forms.Form):
    """Who signs and on what date."""

    signatory: Any = forms.ModelChoiceField(None, label="Кто подписывает", empty_label=None)
    date = forms.DateField(label="Дата приказа", widget=DateInput)

    def __init__(self, signatories: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["signatory"].queryset = signatories  # type: ignore[attr-defined]


class TemplateForm(forms.Form):
    """The organisation's own template of an order."""

    file = forms.FileField(label="Шаблон в формате DOCX", widget=forms.FileInput({"accept": ".docx"}))

    def clean_file(self) -> Any:
        found = self.cleaned_data["file"]
        if found.size > MOST_BYTES:
            raise forms.ValidationError("Файл шаблона больше 2 МБ. Уберите из него рисунки.")
        return found
