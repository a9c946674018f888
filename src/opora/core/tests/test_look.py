"""The look without a browser: cookie, forms, components, colours that can be read."""

import datetime as dt
import re
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from django import forms
from django.template import Context, Template, engines
from django.template.loader import render_to_string
from django.test import Client, RequestFactory

from opora.core.russian import NBSP
from opora.core.ui import look as looks
from opora.core.ui.forms import DateInput, MoneyField, error_items
from opora.core.ui.shapes import FOCUS_AREAS, Chart, ProgrammeCard, Series

CORE = Path(__file__).parent.parent
CSS = CORE / "static" / "opora" / "css"


def show(source: str, **context: object) -> str:
    return Template("{% load opora %}" + source).render(Context(context))


# --- the visitor's choice ---


def test_cookie_goes_both_ways_and_forgives():
    chosen = looks.Look(scheme="blue-on-light", size="200")
    assert looks.from_cookie(chosen.cookie()) == chosen
    assert looks.from_cookie("scheme:purple.size:9000.nonsense.:.x:y") == looks.Look()
    assert looks.from_cookie("") == looks.Look()
    assert looks.Look().cookie() == ""
    assert chosen.attributes == {"data-scheme": "blue-on-light", "data-size": "200"}
    assert looks.Look(theme="dark", scheme="black-on-white").attributes == {"data-scheme": "black-on-white"}


@pytest.mark.django_db
def test_settings_page_keeps_and_returns_only_home():
    client = Client()
    answer = client.post("/view/", {"theme": "dark", "size": "150", "next": "/navigator/?q=1"})
    assert (answer.status_code, answer["Location"]) == (302, "/navigator/?q=1")
    assert client.cookies[looks.COOKIE].value == "theme:dark.size:150"
    assert client.post("/view/", {"next": "https://evil.example/"})["Location"] == "/"
    assert client.get("/view/?mode=low-vision&next=//evil.example/")["Location"] == "/"
    assert "data-scheme" in client.get("/view/").content.decode()
    client.post("/view/", {"reset": "1"})
    assert client.cookies[looks.COOKIE].value == ""


@pytest.mark.django_db
def test_gallery_exists_only_on_the_demo_stand(settings):
    settings.OPORA_DEMO = False
    assert Client().get("/style/").status_code == 404


# --- forms ---


class Example(forms.Form):
    name = forms.CharField(label="Имя", help_text="Как в документе")
    born = forms.DateField(label="Дата рождения", widget=DateInput, required=False)
    way = forms.ChoiceField(label="Как", choices=[("a", "Сам"), ("b", "С мамой")], widget=forms.RadioSelect)
    agree = forms.BooleanField(label="Согласна")
    secret = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean(self) -> None:
        raise forms.ValidationError("Группа уже набрана.")


def test_field_is_tied_to_its_hint_and_error():
    html = str(Example({}))
    assert '<label for="id_name">Имя</label>' in html
    assert 'id="id_name_helptext"' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_name_error"' in html
    assert "<fieldset" in html
    assert "<legend>Как</legend>" in html
    assert "(необязательно)" in html
    assert 'class="input' not in re.search(r'<input type="hidden"[^>]*>', html)[0]


def test_error_summary_names_fields_and_is_shown_once():
    form = Example({})
    assert error_items(form) == [
        ("", "Группа уже набрана."),
        ("id_name", "Имя: Заполните это поле."),
        ("id_way_0", "Как: Заполните это поле."),
        ("id_agree", "Согласна: Заполните это поле."),
    ]
    html = show("{% error_summary form %}{{ form }}", form=form)
    assert html.count('role="alert"') == 1
    for anchor, _ in error_items(form):
        assert not anchor or f'id="{anchor}"' in html
    assert show("{% error_summary form %}", form=Example()).strip() == ""


def test_date_is_given_to_the_browser_in_its_own_form():
    assert 'value="2019-03-01"' in str(Example(initial={"born": dt.date(2019, 3, 1)})["born"])


@pytest.mark.parametrize(
    ("written", "sum_"),
    [("1 250,98", "1250.98"), (f"1{NBSP}250.98 ₽", "1250.98"), ("1250", "1250"), ("0,5", "0.5")],
)
def test_money_field_reads_what_people_write(written, sum_):
    assert MoneyField().clean(written) == Decimal(sum_)


@pytest.mark.parametrize("written", ["много", "1,234", "-5", "1e", "NaN", "Infinity", ""])
def test_money_field_refuses(written):
    with pytest.raises(forms.ValidationError):
        MoneyField().clean(written)


# --- components ---


def card(**changes: object) -> ProgrammeCard:
    plain = {
        "title": "Шахматы",
        "url": "/navigator/shahmaty-1/",
        "focus_area": "sport",
        "provider": "Дом творчества",
        "age": "7–11 лет",
        "place": "ул. Ленина, д. 5",
        "schedule": "сб, 10:00",
    }
    return ProgrammeCard(**{**plain, **changes})


def test_card_says_what_this_family_pays():
    paid = card(
        price=Decimal("9180"), guardian_sum=Decimal("1250.98"), certificate_sum=Decimal("7929.02"), child_name="Маша"
    )
    assert paid.price_text == f"1{NBSP}250,98{NBSP}₽"
    assert paid.price_note.replace(NBSP, " ") == "Маша: 7 929,02 ₽ из 9 180,00 ₽ платит сертификат"
    assert card(price=Decimal(0)).price_text == "Бесплатно"
    assert card(price=Decimal(100), guardian_sum=Decimal(0), certificate_sum=Decimal(100)).price_text == "Бесплатно"
    assert card().price_text == "Цена уточняется"


@pytest.mark.parametrize(
    ("free", "state", "text"),
    [
        (None, "neutral", "О местах узнайте в организации"),
        (0, "neutral", "Мест нет, можно встать в очередь"),
        (1, "warning", "Осталось 1 место"),
        (9, "positive", "Свободно 9 мест"),
        (21, "positive", "Свободно 21 место"),
    ],
)
def test_card_places(free, state, text):
    shown = card(free_places=free).places
    assert (shown[0], shown[2].replace(NBSP, " ")) == (state, text)


def test_texts_are_escaped():
    evil = "<script>alert(1)</script>"
    html = show(
        "{% programme_card card %}{% tag evil %}{{ evil|nbsp }}{% chart chart %}{% focus_area evil %}",
        card=card(title=evil, place=evil),
        evil=evil,
        chart=Chart("c", evil, [evil], [Series(evil, [1])]),
    )
    assert "<script>alert" not in html


def test_chart_has_a_table_with_exact_figures():
    chart = Chart("years", "Охват", ["2025", "2026"], [Series("Факт", [Decimal("42.35"), None])], unit="%", places=1)
    html = show("{% chart chart %}", chart=chart)
    assert "42,4" in html
    assert '<script id="years-data" type="application/json">' in html
    assert chart.rows() == [("2025", ["42,4"]), ("2026", ["–"])]


def test_sorting_and_pages_keep_the_filters():
    from django.core.paginator import Paginator

    request = RequestFactory().get("/list/", {"q": "шахматы", "sort": "name", "page": "3"})
    context = {"request": request, "page": Paginator(range(100), 10).get_page(3)}
    html = show('{% sort_th "name" "Имя" %}{% pagination page %}', **context)
    assert 'aria-sort="ascending"' in html
    assert "sort=-name" in html
    assert "&amp;page=4" in html
    assert "page=3&amp;page" not in html


def test_filters_show_nothing_for_nothing():
    assert show("{{ a|money }}{{ a|ru_date }}{{ a|number }}{{ b|plural:'x,y,z' }}", a=None, b="") == ""
    assert show("{{ n|plural:'заявка,заявки,заявок' }}", n=5) == f"5{NBSP}заявок"
    assert show("{% period a b %}", a=dt.date(2026, 10, 1), b=None).endswith("2026")


# --- error pages ---


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "500", "503"])
def test_error_pages_need_neither_request_nor_database(name):
    html = render_to_string(f"{name}.html")
    assert html.count("<h1") == 1
    assert "!" not in re.sub(r"<!.*?>|<[^>]*>", "", html)


# --- what holds for every template and style of the house ---

TEMPLATES = sorted(CORE.parent.glob("*/templates/**/*.html"))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(CORE.parent)))
def test_templates_keep_the_policy(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle\s*=", text), "inline styles break the content security policy"
    assert not re.search(r"<[^>]*\son[a-z]+\s*=", text), "handlers belong to opora.js"
    assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/(ld\+)?json)", text)
    assert not re.search(r"(src|href)=\"(https?:)?//", text), "nothing comes from a foreign host"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(CORE.parent)))
def test_templates_compile_and_name_only_icons_that_exist(path):
    text = path.read_text(encoding="utf-8")
    engines["django"].from_string(text)
    sprite = (CORE / "static" / "opora" / "icons.svg").read_text(encoding="utf-8")
    named = re.findall(r"""(?:{% icon |icon=)["']([a-z0-9-]+)["']""", text)
    assert [name for name in named if f'id="{name}"' not in sprite] == []


@pytest.mark.parametrize("path", sorted(CSS.glob("*.css")), ids=lambda p: p.name)
def test_colours_are_named_only_in_tokens(path):
    if path.name in ("tokens.css", "print.css", "lowvision.css"):
        return
    assert not re.search(r":[^;{]*#[0-9a-fA-F]{3,8}\b", path.read_text(encoding="utf-8"))


def _tokens(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-fA-F]{6});", block))


def _themes() -> dict[str, dict[str, str]]:
    css = (CSS / "tokens.css").read_text(encoding="utf-8")
    light = _tokens(css[css.index(":root {") : css.index("/* Office")])
    chosen = _tokens(css[css.index(':root[data-theme="dark"]') : css.index("@media (prefers")])
    asked = _tokens(css[css.index("@media (prefers") : css.index("/* On the deep ground")])
    assert chosen == asked, "the two lists of dark colours differ"
    return {"light": light, "dark": {**light, **chosen}}


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_contrast(theme):
    tokens = _themes()[theme]
    grounds = ["paper", "surface", "surface-2"]
    pairs = [(ink, ground) for ink in ("ink", "ink-soft", "accent", "accent-strong") for ground in grounds]
    pairs += [(state, f"{state}-soft") for state in ("positive", "warning", "danger")]
    pairs += [("on-accent", "accent"), ("on-deep", "deep"), ("on-deep-soft", "deep"), ("on-highlight", "highlight")]
    assert [pair for pair in pairs if _contrast(tokens[pair[0]], tokens[pair[1]]) < 4.5] == []
    graphics = [(f"focus-{area}", "surface") for area in FOCUS_AREAS]
    graphics += [("line-strong", ground) for ground in grounds]
    assert [pair for pair in graphics if _contrast(tokens[pair[0]], tokens[pair[1]]) < 3] == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_focus_areas_differ_in_lightness(theme):
    tokens = _themes()[theme]
    lightness = sorted(_luminance(tokens[f"focus-{area}"]) for area in FOCUS_AREAS)
    steps = [(b + 0.05) / (a + 0.05) for a, b in pairwise(lightness)]
    assert min(steps) > 1.1
