"""The gallery at /style/: one invented example of every component, for developers and for tests of accessibility."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest

from opora.core import russian
from opora.core.ui.forms import BigRadioSelect, DateInput, MoneyField, UnitInput
from opora.core.ui.shapes import FOCUS_AREAS, Chart, OutlineMap, Pin, ProgrammeCard, Series, Stat


class ExampleForm(forms.Form):
    """One field of every kind."""

    last_name = forms.CharField(label="Фамилия ребёнка", help_text="Как в свидетельстве о рождении")
    birth_date = forms.DateField(label="Дата рождения", widget=DateInput)
    email = forms.EmailField(label="Электронная почта", required=False, help_text="Сюда придёт ответ организации")
    area = forms.ChoiceField(label="Направленность", choices=[("", "Любая"), *FOCUS_AREAS.items()], required=False)
    basis = forms.ChoiceField(
        label="Как будете платить",
        choices=[("certificate", "Сертификатом"), ("budget", "Бесплатно, по квоте"), ("own", "Самостоятельно")],
        widget=BigRadioSelect(
            hints={
                "certificate": "Хватит на 4 месяца, дальше – 350,00 ₽ в месяц",
                "budget": "Осталось 3 бесплатных места",
            }
        ),
    )
    days = forms.MultipleChoiceField(
        label="В какие дни удобно",
        choices=list(enumerate(russian.WEEKDAYS[:6], 1)),
        widget=forms.CheckboxSelectMultiple(attrs={"class": "inline"}),
        required=False,
    )
    price = MoneyField(label="Цена занятия")
    hours = forms.IntegerField(label="Часов в неделю", widget=UnitInput("ч", decimal=False), required=False)
    remark = forms.CharField(label="Что важно знать педагогу", widget=forms.Textarea, required=False)
    paper = forms.FileField(label="Справка", required=False, help_text="Фотография или файл PDF, до 10 МБ")
    consent = forms.BooleanField(
        label="Согласна на обработку данных ребёнка", help_text="Можно отозвать в любой день в личном кабинете"
    )


class FilterExample(forms.Form):
    """The filter panel of an office list."""

    q = forms.CharField(label="Фамилия или номер", required=False)
    state = forms.ChoiceField(
        label="Состояние", choices=[("", "Все"), ("new", "Новые"), ("confirmed", "Подтверждённые")], required=False
    )
    since = forms.DateField(label="Поданы с", widget=DateInput, required=False)


def _cards() -> list[ProgrammeCard]:
    return [
        ProgrammeCard(
            title="Робототехника: от винта до манипулятора",
            url="#robots",
            focus_area="technical",
            provider="Станция юных техников",
            age="9–12 лет",
            place="ул. Заводская, д. 14, каб. 208",
            schedule="вт и чт, 16:30–18:00",
            teacher="Ковалёв Илья Сергеевич",
            distance_km=Decimal("1.2"),
            free_places=2,
            price=Decimal("9180.00"),
            guardian_sum=Decimal("1250.98"),
            certificate_sum=Decimal("7929.02"),
            child_name="Маша",
            compare_url="#compare",
        ),
        ProgrammeCard(
            title="Студия акварели «Белый лист»",
            url="#paint",
            focus_area="artistic",
            provider="Дом детского творчества",
            age="7–11 лет",
            place="пер. Садовый, д. 3",
            schedule="сб, 10:00–12:15",
            teacher="Ермолаева Нина Павловна",
            distance_km=Decimal("0.34"),
            free_places=9,
            price=Decimal(0),
            badge="Есть места для детей с ОВЗ",
            compare_url="#compare",
            compared=True,
        ),
        ProgrammeCard(
            title="Тропами степного края",
            url="#walk",
            focus_area="tourism",
            provider="Центр туризма и краеведения",
            age="от 12 лет",
            place="с. Ольховка, ул. Школьная, д. 1",
            schedule="вс, 9:00–14:00, раз в две недели",
            free_places=0,
            price=Decimal("4200.00"),
        ),
    ]


def _stats() -> list[Stat]:
    return [
        Stat(
            "Охват дополнительным образованием",
            "44,4",
            "%",
            "на 1 октября 2026",
            "#coverage",
            "выше прошлого года на 2,1 пункта",
            "positive",
            "3 761 ребёнок из 8 468",
        ),
        Stat("Зачисления", russian.number(8352), "", "на 1 октября 2026", "#enrolments", "без изменений за месяц"),
        Stat("Ждут решения дольше срока", "6", "заявок", "сегодня", "#late", "вчера было 2", "danger"),
        Stat("Остаток денег сертификатов", "1,28", "млн ₽", "на 22 ноября 2026", "#money"),
    ]


def _charts() -> dict[str, Chart]:
    areas = list(FOCUS_AREAS)
    return {
        "areas": Chart(
            "chart-areas",
            "Зачисления по направленностям",
            list(FOCUS_AREAS.values()),
            [Series("Зачисления", [1204, 2390, 1655, 1790, 720, 593])],
            kind="hbar",
            areas=areas,
            category_title="Направленность",
            source="По записям реестра зачислений на 1 октября 2026",
        ),
        "years": Chart(
            "chart-years",
            "Охват по годам",
            ["2022", "2023", "2024", "2025", "2026"],
            [
                Series("План", [Decimal("36"), Decimal("38"), Decimal("40"), Decimal("42"), Decimal("44")]),
                Series(
                    "Достигнуто", [Decimal("35.1"), Decimal("38.7"), Decimal("40.2"), Decimal("42.3"), Decimal("44.4")]
                ),
            ],
            kind="line",
            unit="%",
            places=1,
            category_title="Год",
        ),
    }


def _map() -> OutlineMap:
    def square(name: str, west: float, south: float, mine: bool) -> dict[str, Any]:
        ring = [
            [west, south],
            [west + 0.4, south + 0.05],
            [west + 0.45, south + 0.3],
            [west + 0.05, south + 0.28],
            [west, south],
        ]
        shape = {"type": "Polygon", "coordinates": [ring]}
        return {"type": "Feature", "properties": {"name": name, "mine": mine}, "geometry": shape}

    return OutlineMap(
        "map-places",
        "Где занимаются",
        [
            Pin(46.42, 48.15, "Станция юных техников", "#robots", "5 программ, свободно 12 мест"),
            Pin(46.51, 48.33, "Дом детского творчества", "#paint", "14 программ, свободно 61 место"),
        ],
        [square("Ольховский район", 48.0, 46.3, True), square("Заречный район", 48.45, 46.32, False)],
    )


OFFICE_MENU = [
    {
        "title": "",
        "items": [{"title": "Сегодня", "url": "/style/?frame=office", "icon": "layout-dashboard", "active": True}],
    },
    {
        "title": "Дети",
        "items": [
            {"title": "Заявки", "url": "#applications", "icon": "inbox", "count": 14},
            {"title": "Сертификаты", "url": "#certificates", "icon": "ticket"},
            {"title": "Листы ожидания", "url": "#waitlist", "icon": "hourglass", "count": 3},
            {"title": "Объединение записей", "url": "#merge", "icon": "merge"},
        ],
    },
    {
        "title": "Организации",
        "items": [
            {"title": "Организации и площадки", "url": "#organisations", "icon": "building-2"},
            {"title": "Проверка программ", "url": "#moderation", "icon": "clipboard-check", "count": 1205},
            {"title": "Показатели", "url": "#indicators", "icon": "chart-column"},
        ],
    },
]

ROWS = [
    (
        "З-2026-00184",
        russian.short_name("Кузнецова М И"),
        "7 лет",
        "Студия акварели",
        "12.10.2026",
        "Ждёт решения",
        "warning",
        Decimal("0.00"),
    ),
    (
        "З-2026-00183",
        russian.short_name("Бадмаев Э С"),
        "10 лет",
        "Робототехника",
        "11.10.2026",
        "Подтверждена",
        "positive",
        Decimal("1250.98"),
    ),
    (
        "З-2026-00180",
        russian.short_name("Островская-Ким А Д"),
        "12 лет",
        "Тропами степного края",
        "09.10.2026",
        "В очереди",
        "info",
        Decimal("4200"),
    ),
    (
        "З-2026-00171",
        russian.short_name("Фёдоров Л П"),
        "9 лет",
        "Робототехника",
        "02.10.2026",
        "Отказано",
        "danger",
        Decimal("1250.98"),
    ),
]


def gallery_context(request: HttpRequest) -> dict[str, Any]:
    """Examples for the gallery templates."""
    wrong = ExampleForm(
        {"wrong-birth_date": "31.02.2019", "wrong-price": "много", "wrong-email": "мама@"}, prefix="wrong"
    )
    return {
        "cards": _cards(),
        "stats": _stats(),
        "charts": _charts(),
        "map": _map(),
        "blank": ExampleForm(),
        "wrong": wrong,
        "filters": FilterExample(),
        "rows": ROWS,
        "page": Paginator(range(230), 20).get_page(request.GET.get("page", 3)),
        "bulk_actions": [
            {"text": "Подтвердить", "name": "do", "value": "confirm"},
            {
                "text": "Отказать",
                "name": "do",
                "value": "refuse",
                "kind": "danger",
                "confirm": "Отказать по выбранным заявкам?",
            },
        ],
        "tab_items": [
            {"title": "Все", "url": "#all", "count": 214, "active": True},
            {"title": "Ждут решения", "url": "#waiting", "count": 14},
            {"title": "В очереди", "url": "#queue", "count": 3},
        ],
        "step_titles": ["Ребёнок", "Группа", "Оплата", "Проверка"],
        "summary": [
            ("Ребёнок", "Кузнецова Мария Ильинична", "#child"),
            ("Программа", "Студия акварели «Белый лист»", "#programme"),
            ("Занятия", russian.period(dt.date(2026, 9, 15), dt.date(2027, 5, 31))),
            ("Платит сертификат", russian.money(Decimal("7929.02"))),
            ("Платите вы", russian.money(Decimal("1250.98"))),
        ],
        "events": [
            {
                "when": "12 октября, пн, 14:20",
                "who": russian.short_name("Ермолаева Н П"),
                "what": "Заявка подтверждена",
                "note": "Ждём вас на первом занятии в субботу.",
            },
            {"when": "11 октября, вс, 21:04", "who": russian.short_name("Кузнецова О В"), "what": "Заявка подана"},
        ],
        "office_menu": OFFICE_MENU,
        "office_name": russian.short_name("Соколова Т А"),
        "office_role": "Методист муниципального центра",
        "office_place": "Ольховский район",
        "now_money": Decimal("1250.98"),
        "now_date": dt.date(2026, 10, 12),
    }
