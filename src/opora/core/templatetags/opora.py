"""`{% load opora %}`: Russian filters and the components of the interface, each shown with an example at /style/."""

import datetime as dt
from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.core.paginator import Page
from django.forms import BaseForm
from django.template import Context
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from opora.core import russian
from opora.core.ui.forms import error_items
from opora.core.ui.shapes import FOCUS_AREAS, Chart, OutlineMap, ProgrammeCard

register = template.Library()


def _local(value: Any) -> Any:
    """Aware moments in the current zone; dates and times as they are."""
    return timezone.localtime(value) if isinstance(value, dt.datetime) and timezone.is_aware(value) else value


def _quiet(show: Callable[..., str]) -> Callable[..., str]:
    """Filters show nothing for nothing: an empty cell instead of an error page."""

    # an optional argument by name: Django's parser does not accept *args
    def shown(value: Any, argument: Any = None) -> str:
        if value is None or value == "":
            return ""
        return show(value) if argument is None else show(value, argument)

    return shown


_SHOWN: dict[str, Callable[..., str]] = {
    "money": russian.money,
    "money_kopecks": russian.money_kopecks,
    "number": russian.number,
    "percent": russian.percent,
    "file_size": russian.file_size,
    "years": russian.years,
    "days_left": russian.left,
    "short_name": russian.short_name,
    "ru_date": lambda value: russian.date(_local(value)),
    "ru_date_long": lambda value: russian.date_long(_local(value)),
    "ru_date_full": lambda value: russian.date_full(_local(value)),
    "ru_date_short": lambda value: russian.date_short(_local(value)),
    "ru_datetime": lambda value: russian.date_time(_local(value)),
    "ru_time": lambda value: russian.time(_local(value)),
    "ru_month": lambda value: russian.month(_local(value)),
    "weekday": lambda value: russian.WEEKDAYS[value.weekday()],
}
for _name, _show in _SHOWN.items():
    register.filter(_name, _quiet(_show))


@register.filter
def signed_money(value: Decimal | None) -> str:
    """«+1 250,98 ₽» for an income, «−15,00 ₽» for an expense."""
    return "" if value is None else russian.money(value, sign=True)


@register.filter
def plural(value: Any, forms: str) -> str:
    """`{{ n|plural:"заявка,заявки,заявок" }}` → «5 заявок»."""
    if value is None or value == "":
        return ""
    return russian.plural(value if isinstance(value, int | Decimal | float) else len(value), *forms.split(","))


@register.filter
def plural_form(value: int, forms: str) -> str:
    """Only the word: `{{ n|plural_form:"Найдена,Найдены,Найдено" }}`."""
    return russian.plural_form(value, *forms.split(","))


@register.filter
def age_on(born: dt.date, on: dt.date) -> str:
    """`{{ child.birth_date|age_on:today }}` → «7 лет»."""
    return russian.age(born, on)


@register.filter
def nbsp(text: Any) -> SafeString:
    """Typography of a text: nothing short is left at the end of a line. Escapes what is not safe already."""
    return mark_safe(russian.typography(str(conditional_escape(text))))


@register.simple_tag
def period(start: dt.date | None, end: dt.date | None) -> str:
    """`{% period contract.starts contract.ends %}` → «15 сентября 2026 – 31 мая 2027»."""
    return russian.period(start, end)


@register.simple_tag
def age_range(low: int | None, high: int | None) -> str:
    """`{% age_range 7 11 %}` → «7–11 лет»."""
    return russian.age_range(low, high)


# --- small parts ---------------------------------------------------------------------------------------------


@register.simple_tag
@lru_cache(maxsize=512)
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """`{% icon "users" %}`: decoration unless a label is given, then it is read aloud."""
    access = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="icon {}" {} focusable="false"><use href="{}#{}"></use></svg>',
        css,
        access,
        static("opora/icons.svg"),
        name,
    )


@register.simple_tag
def message_icon(level: str) -> SafeString:
    """The icon of a message's level."""
    names = {"success": "circle-check", "warning": "triangle-alert", "error": "circle-alert"}
    return icon(names.get(level, "info"))


@register.inclusion_tag("opora/components/button.html")
def button(
    text: str, kind: str = "", icon: str = "", name: str = "", value: str = "", confirm: str = "", **more: Any
) -> dict[str, Any]:
    """A submit button. `kind`: "", secondary, quiet, danger, highlight; add large or wide. `confirm` asks first."""
    return {"text": text, "kind": kind, "icon": icon, "name": name, "value": value, "confirm": confirm, **more}


@register.inclusion_tag("opora/components/link_button.html")
def link_button(text: str, url: str, kind: str = "", icon: str = "", download: bool = False) -> dict[str, Any]:
    """A link that looks like a button: it leads somewhere and changes nothing."""
    return {"text": text, "url": url, "kind": kind, "icon": icon, "download": download}


@register.simple_tag
def tag(text: str, state: str = "neutral", icon_name: str = "") -> SafeString:
    """A state in words with its colour: `{% tag "Подтверждена" "positive" %}`."""
    return format_html('<span class="tag {}">{}{}</span>', state, icon(icon_name) if icon_name else "", text)


@register.simple_tag
def focus_area(code: str) -> SafeString:
    """A focus area by its code: swatch and name; an unknown code is shown as it is."""
    known = code if code in FOCUS_AREAS else ""
    return format_html('<span class="area area-{}">{}</span>', known, FOCUS_AREAS.get(code, code))


@register.inclusion_tag("opora/components/empty.html")
def empty_state(title: str, text: str = "", url: str = "", action: str = "", icon: str = "inbox") -> dict[str, Any]:
    """Nothing here yet: what this place is for and the first thing to do."""
    return {"title": title, "text": text, "url": url, "action": action, "icon": icon}


@register.inclusion_tag("opora/components/notice.html")
def notice(state: str, text: str, title: str = "", url: str = "", action: str = "") -> dict[str, Any]:
    """A banner: info, success, warning or error."""
    return {"state": state, "text": text, "title": title, "url": url, "action": action}


@register.inclusion_tag("opora/components/skeleton.html")
def skeleton(lines: int = 3) -> dict[str, Any]:
    """Grey lines while htmx waits for an answer."""
    return {"lines": range(lines)}


@register.inclusion_tag("opora/components/share.html")
def share(url: str, text: str = "Скопировать ссылку") -> dict[str, Any]:
    """The address to pass on; without JavaScript it is an ordinary text field to copy from."""
    return {"url": url, "text": text}


@register.inclusion_tag("opora/components/crumbs.html")
def crumbs(*pairs: str) -> dict[str, Any]:
    """`{% crumbs "Кружки" "/navigator/" "Робототехника" %}`: title, address, …, the last title alone."""
    return {"links": list(zip(pairs[0:-1:2], pairs[1::2], strict=False)), "here": pairs[-1] if len(pairs) % 2 else ""}


# --- larger parts --------------------------------------------------------------------------------------------


@register.inclusion_tag("opora/forms/error_summary.html")
def error_summary(form: BaseForm | None, title: str = "Проверьте ответы") -> dict[str, Any]:
    """Errors of a form on top with links to the fields; `{{ form }}` then does not repeat it."""
    if not isinstance(form, BaseForm) or not form.is_bound:
        return {"items": [], "title": title}
    form.summary_shown = True  # type: ignore[attr-defined]
    return {"items": error_items(form), "title": title}


@register.inclusion_tag("opora/components/summary.html")
def summary_list(rows: Iterable[Any]) -> dict[str, Any]:
    """Key–value rows: (label, value), (label, value, address), (label, value, address, action text)."""
    return {"rows": [(*row, "", "")[:4] for row in rows]}


@register.simple_tag
@lru_cache(maxsize=2048)
def programme_card(card: ProgrammeCard, level: int = 2) -> SafeString:
    """A card; `level` is the heading's level. Equal cards look alike, so each is rendered once (some kilobytes)."""
    return render_to_string("opora/components/programme_card.html", {"card": card, "heading": f"h{level}"})


@register.inclusion_tag("opora/components/stat.html")
def stat(figure: Any) -> dict[str, Any]:
    """A `shapes.Stat`."""
    return {"stat": figure}


@register.inclusion_tag("opora/components/tabs.html")
def tabs(items: Iterable[Any], label: str = "Вкладки") -> dict[str, Any]:
    """Links between views of one thing: dicts with title, url, active and optionally count."""
    return {"items": items, "label": label}


@register.inclusion_tag("opora/components/steps.html")
def steps(titles: Iterable[str], current: int) -> dict[str, Any]:
    """Progress through a wizard; `current` counts from 1."""
    every = list(titles)
    return {"titles": every, "current": current, "total": len(every), "here": every[current - 1]}


@register.inclusion_tag("opora/components/timeline.html")
def timeline(items: Iterable[Any]) -> dict[str, Any]:
    """What happened, newest first: dicts with when (text), what and optionally who, note."""
    return {"items": items}


@register.inclusion_tag("opora/components/chart.html")
def chart(figure: Chart, small: bool = False, open_table: bool = True) -> dict[str, Any]:
    """A `shapes.Chart`: drawn in the browser, with its table under it."""
    return {"chart": figure, "data": figure.data(), "small": small, "open_table": open_table}


@register.inclusion_tag("opora/components/map.html")
def outline_map(figure: OutlineMap) -> dict[str, Any]:
    """A `shapes.OutlineMap`: outlines and pins without foreign tiles, with the list of places under it."""
    return {"map": figure, "data": figure.data(getattr(settings, "OPORA_TILES_URL", "") or "")}


@register.inclusion_tag("opora/components/sort_th.html", takes_context=True)
def sort_th(context: Context, key: str, title: str, css: str = "", param: str = "sort") -> dict[str, Any]:
    """A column's heading that sorts: `?sort=name`, again `?sort=-name`; keeps the other filters."""
    query = context["request"].GET.copy()
    current = query.get(param, "")
    up, down = current == key, current == f"-{key}"
    query[param] = f"-{key}" if up else key
    query.pop("page", None)
    return {"title": title, "css": css, "query": query.urlencode(), "up": up, "down": down}


@register.inclusion_tag("opora/components/pick.html")
def pick(value: Any, label: str, name: str = "pick") -> dict[str, Any]:
    """The checkbox of a row for the bulk bar; the label is read aloud only."""
    return {"value": value, "label": label, "name": name}


@register.inclusion_tag("opora/components/pagination.html", takes_context=True)
def pagination(context: Context, page: Page[Any], param: str = "page") -> dict[str, Any]:
    """Pages of a list with the query kept. Give it a Django `Page`."""
    query = context["request"].GET.copy()
    query.pop(param, None)
    kept = query.urlencode()
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return {
        "page": page,
        "numbers": list(numbers),
        "prefix": f"?{kept}&{param}=" if kept else f"?{param}=",
        "gap": page.paginator.ELLIPSIS,
    }
