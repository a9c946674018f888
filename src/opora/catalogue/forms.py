"""Forms of the programme editor, of modules, groups, timetable and moderation."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django import forms

from opora.catalogue import queries_office as queries
from opora.catalogue.models import Group, LessonException, Module, Programme, Slot
from opora.catalogue.vocabulary import FocusArea
from opora.core.access import Actor
from opora.core.ui.forms import DateInput, MoneyField, TimeInput, UnitInput

SPECIAL_NEEDS = (
    ("any", "Любые особенности: программа адаптируется под ребёнка"),
    ("hearing", "Нарушения слуха"),
    ("vision", "Нарушения зрения"),
    ("speech", "Нарушения речи"),
    ("musculoskeletal", "Нарушения опорно-двигательного аппарата"),
    ("mental", "Задержка психического развития"),
    ("autism", "Расстройства аутистического спектра"),
    ("intellectual", "Нарушения интеллекта"),
)
ACADEMIC_MINUTES = 45


def _text(rows: int) -> forms.Textarea:
    return forms.Textarea({"rows": rows})


class ProgrammeForm(forms.ModelForm[Programme]):
    """Everything a parent reads about a programme, and how it is classified."""

    special_needs = forms.MultipleChoiceField(
        label="Для детей с ОВЗ",
        choices=SPECIAL_NEEDS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Отметьте, если программа рассчитана на детей с особенностями здоровья.",
    )
    sections: tuple[tuple[str, tuple[str, ...]], ...] = (
        ("О программе", ("name", "annotation", "results", "requirements", "keywords")),
        ("Для кого", ("age_from", "age_to", "audience", "special_needs")),
        ("Направленность и уровень", ("focus_area", "activity_direction", "kind", "level", "study_form")),
        (
            "Особенности",
            ("is_short", "is_prevocational", "is_mobile", "mobile_stops", "is_network", "network_partners"),
        ),
    )

    class Meta:
        model = Programme
        fields = (
            *("name", "annotation", "audience", "results", "requirements", "keywords", "focus_area"),
            *("activity_direction", "kind", "level", "study_form", "age_from", "age_to", "is_short", "is_mobile"),
            *("mobile_stops", "is_network", "network_partners", "is_prevocational", "special_needs"),
        )
        labels = {"age_from": "Возраст с", "age_to": "Возраст по"}
        help_texts = {
            "name": "Так, как это видят родители: «Робототехника для начинающих».",
            "annotation": "Чем дети занимаются на занятиях. Две-три фразы простыми словами, от 150 знаков.",
            "results": "Что ребёнок будет знать и уметь в конце.",
            "requirements": "Форма, инструмент, справка – всё, что семья готовит сама.",
            "keywords": "Слова, которыми родители могут искать: «лего, роботы, конструктор».",
            "audience": "Нужна ли подготовка, есть ли отбор, кому подойдёт.",
        }
        widgets = {
            "annotation": _text(5),
            "audience": _text(2),
            "results": _text(3),
            "requirements": _text(2),
            "mobile_stops": _text(2),
            "network_partners": _text(2),
            "age_from": UnitInput("лет", decimal=False),
            "age_to": UnitInput("лет", decimal=False),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.label = str(field.label)[:1].upper() + str(field.label)[1:]
        self.fields["activity_direction"].queryset = queries.directions()  # type: ignore[attr-defined]
        self.fields["activity_direction"].empty_label = "Не выбран"  # type: ignore[attr-defined]

    def parts(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Sections of the page with their fields."""
        return [(title, [self[name] for name in names if name in self.fields]) for title, names in self.sections]

    def values(self) -> dict[str, Any]:
        """What the services take."""
        return {name: self.cleaned_data[name] for name in self.fields if name != "organisation"}


class NewProgrammeForm(ProgrammeForm):
    """The first step: name, organisation, ages, focus area; the rest in the editor."""

    organisation: Any = forms.ModelChoiceField(None, label="Организация")
    sections = (("", ("organisation", "name", "focus_area", "age_from", "age_to")),)

    class Meta(ProgrammeForm.Meta):
        fields = ("name", "focus_area", "age_from", "age_to")  # type: ignore[assignment]

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        forms.ModelForm.__init__(self, *args, **kwargs)
        del self.fields["special_needs"]
        rows = queries.own_organisations(actor)
        field = self.fields["organisation"]
        field.queryset = rows  # type: ignore[attr-defined]
        found = list(rows[:2])
        if len(found) == 1:
            field.initial = found[0].pk
            field.widget = forms.HiddenInput()
        self.order_fields(["organisation", "name", "focus_area", "age_from", "age_to"])
        for one in self.fields.values():
            one.label = str(one.label)[:1].upper() + str(one.label)[1:]


class ModuleForm(forms.ModelForm[Module]):
    """A module: name, hours, price of a year for a family without a certificate."""

    price = MoneyField(label="Цена для семьи без сертификата", help_text="За весь модуль. Бесплатно – ноль.")
    normative_cost = MoneyField(
        label="Нормативная стоимость",
        required=False,
        help_text="Её утверждает плательщик; без неё запись по сертификату не открыть.",
    )

    class Meta:
        model = Module
        fields = ("name", "hours", "price", "normative_cost", "normative_basis", "description")
        labels = {"name": "Название", "hours": "Академических часов", "description": "Содержание"}
        widgets = {"hours": UnitInput("часов", decimal=False), "description": _text(3)}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.label = str(field.label)[:1].upper() + str(field.label)[1:]


class GroupForm(forms.ModelForm[Group]):
    """A group: when, where, who teaches, for whom, how it is paid, when enrolment is open."""

    capacity = forms.IntegerField(label="Мест", min_value=1, max_value=1000, widget=UnitInput("мест", decimal=False))
    sections = (
        ("Группа", ("name", "capacity", "starts_on", "ends_on", "teacher", "venue")),
        ("Кого принимаем", ("age_from", "age_to", "sex", "residents_only", "needs_medical", "has_entrance_tests")),
        ("Кто платит", ("for_budget", "for_certificate", "for_paid")),
        ("Запись", ("window_from", "window_to")),
    )

    class Meta:
        model = Group
        fields = (
            *("name", "starts_on", "ends_on", "venue", "teacher", "age_from", "age_to", "sex", "residents_only"),
            *("needs_medical", "has_entrance_tests", "for_budget", "for_certificate", "for_paid"),
            *("window_from", "window_to"),
        )
        labels = {"window_from": "Запись открывается", "window_to": "Запись закрывается"}
        help_texts = {"window_from": "Не указано – сразу после открытия группы."}
        widgets = {
            "starts_on": DateInput,
            "ends_on": DateInput,
            "age_from": UnitInput("лет", decimal=False),
            "age_to": UnitInput("лет", decimal=False),
            "window_from": forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
            "window_to": forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        }

    def __init__(self, *args: Any, organisation_id: int, new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["teacher"].queryset = queries.teachers(organisation_id)  # type: ignore[attr-defined]
        self.fields["venue"].queryset = queries.venues(organisation_id)  # type: ignore[attr-defined]
        for name in ("teacher", "venue"):
            self.fields[name].empty_label = "Не указано"  # type: ignore[attr-defined]
        if not new:
            del self.fields["capacity"]
        for field in self.fields.values():
            field.label = str(field.label)[:1].upper() + str(field.label)[1:]

    def parts(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Sections of the page with their fields."""
        return [(title, [self[name] for name in names if name in self.fields]) for title, names in self.sections]


def slot_choices(organisation_id: int) -> dict[str, list[tuple[Any, str]]]:
    """Teachers and venues that the lines of a timetable offer."""
    return {
        "teacher": [(one.pk, str(one)) for one in queries.teachers(organisation_id)],
        "venue": [(one.pk, str(one)) for one in queries.venues(organisation_id)],
    }


class SlotForm(forms.ModelForm[Slot]):
    """One weekly lesson. Academic hours follow from the times (45 minutes) when they are not given."""

    academic_hours = forms.DecimalField(
        label="Ак. часов",
        required=False,
        max_digits=4,
        decimal_places=2,
        min_value=Decimal("0.25"),
        widget=forms.TextInput({"inputmode": "decimal", "class": "tiny"}),
    )

    class Meta:
        model = Slot
        fields = ("weekday", "starts_at", "ends_at", "academic_hours", "room", "venue", "teacher")
        labels = {"weekday": "День", "starts_at": "С", "ends_at": "До", "room": "Кабинет"}
        widgets = {"starts_at": TimeInput, "ends_at": TimeInput, "room": forms.TextInput({"class": "short"})}

    def __init__(
        self, *args: Any, organisation_id: int, choices: dict[str, list[tuple[Any, str]]] | None = None, **kwargs: Any
    ) -> None:
        """`choices`: teachers and venues by field, read once for all lines of a timetable (:func:`slot_choices`)."""
        super().__init__(*args, **kwargs)
        self.fields["teacher"].queryset = queries.teachers(organisation_id)  # type: ignore[attr-defined]
        self.fields["venue"].queryset = queries.venues(organisation_id)  # type: ignore[attr-defined]
        days = [(code, name) for code, name in self.fields["weekday"].choices if code]  # type: ignore[attr-defined]
        self.fields["weekday"].choices = [("", "Не выбран"), *days]  # type: ignore[attr-defined]
        self.fields["teacher"].empty_label = "Педагог группы"  # type: ignore[attr-defined]
        self.fields["venue"].empty_label = "Площадка группы"  # type: ignore[attr-defined]
        for name, rows in (choices or {}).items():
            self.fields[name].choices = [("", self.fields[name].empty_label), *rows]  # type: ignore[attr-defined]
        for field in self.fields.values():
            field.label = str(field.label)[:1].upper() + str(field.label)[1:]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        start, end = data.get("starts_at"), data.get("ends_at")
        if start and end and start >= end:
            self.add_error("ends_at", "Конец занятия не позже начала.")
        elif start and end and not data.get("academic_hours"):
            minutes = (dt.datetime.combine(dt.date.min, end) - dt.datetime.combine(dt.date.min, start)).seconds // 60
            data["academic_hours"] = Decimal(max(1, round(minutes / ACADEMIC_MINUTES)))
        return data


class ExceptionForm(forms.ModelForm[LessonException]):
    """Cancel, move, add a lesson, name a substitute."""

    class Meta:
        model = LessonException
        fields = ("kind", "date", "slot", "new_date", "new_starts_at", "new_ends_at", "substitute", "reason")
        labels = {
            "kind": "Что изменилось",
            "date": "Дата по расписанию",
            "slot": "Какое занятие",
            "new_date": "Новая дата",
            "new_starts_at": "Новое начало",
            "new_ends_at": "Новый конец",
            "substitute": "Кто заменяет",
            "reason": "Причина",
        }
        help_texts = {
            "date": "У дополнительного занятия – день, когда оно будет.",
            "slot": "Не выбрано – все занятия этого дня.",
            "reason": "Её увидят родители: «Педагог заболел», «Праздник в школе».",
        }
        widgets = {
            "date": DateInput,
            "new_date": DateInput,
            "new_starts_at": TimeInput,
            "new_ends_at": TimeInput,
            "kind": forms.RadioSelect,
        }

    def __init__(self, *args: Any, group: Group, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = LessonException.Kind.choices  # type: ignore[attr-defined]
        self.fields["slot"].queryset = group.slots.all()  # type: ignore[attr-defined]
        self.fields["slot"].required = False
        self.fields["slot"].empty_label = "Все занятия дня"  # type: ignore[attr-defined]
        self.fields["substitute"].queryset = queries.teachers(group.organisation_id)  # type: ignore[attr-defined]
        self.fields["substitute"].empty_label = "Не указано"  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("kind") == "substitute" and not data.get("substitute"):
            self.add_error("substitute", "Укажите, кто заменяет педагога.")
        return data


REMARK_FIELDS = (
    ("", "Программа в целом"),
    ("name", "Название"),
    ("annotation", "О программе"),
    ("results", "Чему научится"),
    ("audience", "Для кого"),
    ("requirements", "Что понадобится"),
    ("age_from", "Возраст"),
    ("focus_area", "Направленность"),
    ("activity_direction", "Вид деятельности"),
    ("level", "Уровень"),
    ("modules", "Модули, часы, цена"),
    ("groups", "Группы и расписание"),
)


def remarks_from(data: Any) -> list[tuple[str, str]]:
    """Remarks of a moderator from the posted page: `remark_<field>` → text, empty ones left out."""
    return [(code, text) for code, _ in REMARK_FIELDS if (text := str(data.get(f"remark_{code}", "")).strip())]


class MappingForm(forms.Form):
    """Which focus area a text from a file means."""

    focus_area = forms.ChoiceField(label="Направленность", choices=(("", "Не выбрана"), *FocusArea.choices))
