"""Figures of simulated variants as pages show them: bands in words, charts with their tables, what they stand on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from opora.certificates.models_funding import SimulationVariant
from opora.certificates.rules.behaviour import SETTINGS, Settings
from opora.certificates.rules.months import months_touched
from opora.certificates.rules.simulation import Plan
from opora.core import russian
from opora.core.ui.shapes import Chart, Series
from opora.people.models import ChildCategory

FIGURES = (
    ("asked", "Попросят деньги", False),
    ("given", "Получат сертификат", False),
    ("refused", "Не получат", False),
    ("returned", "Вернут без договора", False),
    ("contracts", "Договоров", False),
    ("no_money", "Договоров не хватит денег", False),
    ("nominals", "Выдано номиналами", True),
    ("spent", "Будет списано", True),
    ("left", "Не потратят с сертификатов", True),
    ("rest", "Останется от предела", True),
)
"""(code of the summary, title, is it money)."""
SHORT = {
    "given": "Получат",
    "refused": "Не получат",
    "contracts": "Договоров",
    "spent": "Спишется",
    "rest": "Останется",
}
"""The figures of the comparison with their short titles."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure: the middle run and the band of the p10–p90 runs."""

    title: str
    middle: str
    band: str


@dataclass(frozen=True, slots=True)
class VariantView:
    """A counted variant ready to show."""

    variant: SimulationVariant
    plan: Plan
    figures: list[Shown]
    short: list[Shown]
    out: str
    out_short: str
    changes: list[str]
    group_names: list[str]
    by_figure: list[tuple[str, list[tuple[str, Shown]]]]
    """(title of the figure, [(certificate group, figure)])."""
    group_outs: list[tuple[str, str]]


def shown(title: str, values: Sequence[int], is_money: bool, thousands: bool = False) -> Shown:
    """[p10, p50, p90] as «1 853» and «1 825–1 880»; sums in whole roubles, or in thousands of them."""
    scale = (100_000 if thousands else 100) if is_money else 1
    texts = [russian.number(round(value / scale)) for value in values]
    unit = (f"{russian.NBSP}тыс.{russian.NBSP}₽" if thousands else f"{russian.NBSP}₽") if is_money else ""
    span = "" if texts[0] == texts[2] else f"{texts[0]}–{texts[2]}{unit}"
    return Shown(title, f"{texts[1]}{unit}", span)


def view(variant: SimulationVariant) -> VariantView | None:
    """A variant with its figures; None while it is being counted."""
    if not variant.result:
        return None
    plan, result = Plan.from_json(variant.plan), variant.result
    whole, groups = result["whole"], result["groups"]
    shown_codes = [one for one in FIGURES if one[0] != "no_money" or any(whole["no_money"])]
    money = {code: is_money for code, _, is_money in FIGURES}
    return VariantView(
        variant,
        plan,
        figures=[shown(title, whole[code], is_money) for code, title, is_money in shown_codes],
        short=[shown(title, whole[code], money[code], thousands=True) for code, title in SHORT.items()],
        out=out_text(whole["out"]),
        out_short=out_short(whole["out"]),
        changes=settings_text(Settings.from_json(variant.settings), plan),
        group_names=[one["name"] for one in groups],
        by_figure=[
            (title, [(one["name"], shown(title, one[code], is_money)) for one in groups])
            for code, title, is_money in shown_codes
        ],
        group_outs=[(one["name"], out_text(one["out"])) for one in groups],
    )


def out_text(out: Mapping[str, Any]) -> str:
    """«7 октября (в 83 % прогонов, обычно 1–20 октября)»; «хватит до конца»."""
    if not out["days"]:
        return "хватит до конца периода"
    first, middle, last = (dt.date.fromisoformat(day) for day in out["days"])
    span = "" if first == last else f", между {russian.date_full(first)} и {russian.date_full(last)}"
    return f"{russian.date_full(middle)} (в {out['percent']}{russian.NBSP}% прогонов{span})"


def out_short(out: Mapping[str, Any]) -> str:
    """«07.10.2027, в 83 % прогонов», «хватит»."""
    if not out["days"]:
        return "хватит"
    return f"{russian.date_short(dt.date.fromisoformat(out['days'][1]))}, в {out['percent']}{russian.NBSP}% прогонов"


def settings_text(settings: Settings, plan: Plan) -> list[str]:
    """What differs from what was seen, in words."""
    found = []
    for name, label in SETTINGS.items():
        value = getattr(settings, name)
        if value is not None and not (name in ("demand_percent", "price_percent") and value == 100):
            found.append(f"{label.lower()}: {value}{russian.NBSP}%")
    if plan.over_commitment:
        found.append("номиналы могут превышать предел")
    return found


def month_names(plan: Plan) -> list[str]:
    return [russian.month(month) for month in months_touched(plan.starts_on, plan.ends_on)]


def _thousands(kopecks: int) -> Decimal:
    return (Decimal(kopecks) / 100_000).quantize(Decimal("0.1"))


def band_chart(one: VariantView) -> Chart:
    """Spending of a variant by month with its band."""
    assert one.variant.result is not None
    months = one.variant.result["months"]
    names = ("Нижняя граница", "Обычно", "Верхняя граница")
    return Chart(
        id="months",
        title="Списание с сертификатов по месяцам",
        categories=month_names(one.plan),
        series=[Series(name, [_thousands(month[n]) for month in months]) for n, name in enumerate(names)],
        kind="line",
        unit="тыс. ₽",
        places=1,
        category_title="Месяц",
        source="200 прогонов с одними и теми же семьями во всех вариантах.",
    )


def compare_charts(views: Sequence[VariantView]) -> list[Chart]:
    """Variants side by side: certificates, money, spending by month."""
    names = [one.variant.name for one in views]
    results: list[Any] = [one.variant.result for one in views]
    whole = [result["whole"] for result in results]
    counts = [("given", "Получат сертификат"), ("refused", "Не получат"), ("returned", "Вернут без договора")]
    money = [("spent", "Будет списано"), ("rest", "Останется от предела")]
    return [
        Chart(
            id="certificates",
            title="Сертификаты: кому хватит",
            categories=names,
            series=[Series(title, [one[code][1] for one in whole]) for code, title in counts],
            kind="hbar",
            unit="шт.",
            category_title="Вариант",
        ),
        Chart(
            id="money",
            title="Деньги за период",
            categories=names,
            series=[Series(title, [_thousands(one[code][1]) for one in whole]) for code, title in money],
            kind="hbar",
            unit="тыс. ₽",
            places=1,
            category_title="Вариант",
        ),
        Chart(
            id="by-month",
            title="Списание по месяцам, обычный прогон",
            categories=month_names(views[0].plan),
            series=[
                Series(one.variant.name, [_thousands(month[1]) for month in result["months"]])
                for one, result in zip(views, results, strict=True)
            ],
            kind="line",
            unit="тыс. ₽",
            places=1,
            category_title="Месяц",
        ),
    ]


def take_up_chart(source: Mapping[str, Any]) -> Chart:
    """How many of each age asked."""
    ages = source["ages"]
    return Chart(
        id="take-up",
        title="Какая доля детей просит деньги",
        categories=[russian.years(age) for age, _, _, _ in ages],
        series=[
            Series("Доля", [Decimal(share) / 10 for _, _, _, share in ages]),
            Series("Детей", [children for _, children, _, _ in ages], drawn=False, places=0),
            Series("Попросили", [asked for _, _, asked, _ in ages], drawn=False, places=0),
        ],
        unit="%",
        places=1,
        category_title="Возраст",
    )


def source_rows(source: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What the figures stand on, each with where it comes from."""
    nbsp = russian.NBSP
    if source["assumed"]:
        origin = "допущение: прошлых договоров в муниципалитете нет"
    else:
        origin = f"период «{source['base']}», договоры по {_day(source['seen_until'])}"
    rows = [
        (
            "Дети",
            f"{russian.number(source['children'])} в реестре детей муниципалитета, "
            f"{russian.number(source['covered'])} подходят группам сертификатов",
        ),
        ("Поведение семей", origin),
        ("Сертификатов без единого договора", f"{source['idle_percent']}{nbsp}%"),
        ("Договоров на сертификат, если они были", russian.number(Decimal(source["contracts_each"]) / 100)),
        ("Договоров, расторгнутых раньше срока", f"{source['early_percent']}{nbsp}%"),
        ("Стоимость учебного года по сертификату", f"в среднем {russian.money_kopecks(source['yearly_cost'])}"),
        ("Начало договоров", _starts(source["starts"])),
    ]
    for code, percent in source["categories"].items():
        label = dict(ChildCategory.Code.choices).get(code, code)
        rows.append((f"Спрос: {label.lower()}", f"{percent}{nbsp}% спроса сверстников"))
    if not source["assumed"]:
        count = russian.plural(source["certificates"], "сертификат", "сертификата", "сертификатов")
        made = russian.plural(source["contracts"], "договор", "договора", "договоров")
        rows.insert(2, ("Сколько историй", f"{count}, {made}"))
    return rows


def _starts(starts: Sequence[Sequence[int]]) -> str:
    total = sum(count for _, count in starts) or 1
    return ", ".join(
        f"{russian.MONTHS[month - 1]} – {round(100 * count / total)}{russian.NBSP}%" for month, count in starts
    )


def _day(text: str) -> str:
    return russian.date_full(dt.date.fromisoformat(text))
