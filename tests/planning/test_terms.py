"""Terms in Russian: what people write becomes days, and comes back as words that mean the same days."""

from __future__ import annotations

import calendar
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opora.core.russian import MONTHS, MONTHS_OF
from opora.planning.rules.terms import REPEATED_TEXT, Term, UnknownTerm, parse, text_of

YEAR = 2018


def day(text: str) -> dt.date:
    found = dt.date.fromisoformat(text)
    return found


@pytest.mark.parametrize(
    ("text", "kind", "first", "last"),
    [
        ("Август 2018г.", "month", "2018-08-01", "2018-08-31"),
        ("Июнь-сентябрь 2018г", "months", "2018-06-01", "2018-09-30"),
        ("Июнь–август 2018 г.", "months", "2018-06-01", "2018-08-31"),
        ("Август– ноябрь 2018 г.", "months", "2018-08-01", "2018-11-30"),
        ("Ноябрь  2018 г.", "month", "2018-11-01", "2018-11-30"),
        ("Март-апрель", "months", "2018-03-01", "2018-04-30"),
        ("сентябрь", "month", "2018-09-01", "2018-09-30"),
        ("в июне", "month", "2018-06-01", "2018-06-30"),
        ("декабрь 2019", "month", "2019-12-01", "2019-12-31"),
        ("с сентября 2018 г. по май 2019 г.", "months", "2018-09-01", "2019-05-31"),
        ("Ноябрь–февраль", "months", "2018-11-01", "2019-02-28"),
        ("ноябрь-февраль 2019 г.", "months", "2018-11-01", "2019-02-28"),
        ("март, октябрь", "listed", "2018-03-01", "2018-10-31"),
        ("1 квартал", "quarter", "2018-01-01", "2018-03-31"),
        ("1-й квартал", "quarter", "2018-01-01", "2018-03-31"),
        ("IV кв. 2018 г.", "quarter", "2018-10-01", "2018-12-31"),
        ("II-III квартал", "quarter", "2018-04-01", "2018-09-30"),
        ("второе полугодие 2018", "half", "2018-07-01", "2018-12-31"),
        ("в течение года", "year", "2018-01-01", "2018-12-31"),
        ("В течении 2019 года", "year", "2019-01-01", "2019-12-31"),
        ("2018-2020 гг.", "years", "2018-01-01", "2020-12-31"),
        ("2018/2019 учебный год", "study_year", "2018-09-01", "2019-05-31"),
        ("в течение учебного года", "study_year", "2018-09-01", "2019-05-31"),
        ("до 01.09.2018", "until", "2018-01-01", "2018-09-01"),
        ("не позднее 15 марта", "until", "2018-01-01", "2018-03-15"),
        ("до конца года", "until", "2018-01-01", "2018-12-31"),
        ("к 31 декабря 2018 года", "until", "2018-01-01", "2018-12-31"),
        ("1 сентября 2018 г.", "day", "2018-09-01", "2018-09-01"),
        ("с 1 по 15 марта", "days", "2018-03-01", "2018-03-15"),
        ("01.03.2018–15.03.2018", "days", "2018-03-01", "2018-03-15"),
        ("лето 2018", "months", "2018-06-01", "2018-08-31"),
        ("ежемесячно", "monthly", "2018-01-01", "2018-12-31"),
        ("Постоянно", "always", "2018-01-01", "2018-12-31"),
    ],
)
def test_terms_of_real_plans(text: str, kind: str, first: str, last: str) -> None:
    term = parse(text, YEAR)
    assert (term.kind, term.first, term.last) == (kind, day(first), day(last))
    assert parse(text_of(term), 1999) == term


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "завтра",
        "31.02.2018",
        "5 квартал",
        "3 полугодие",
        "32 марта",
        "скоро, до весны будущего",
        "15",
        "мая 1",
    ],
)
def test_what_is_no_term_is_refused_with_examples(text: str) -> None:
    with pytest.raises(UnknownTerm, match="Напишите, например"):
        parse(text, YEAR)


years = st.integers(2001, 2098)
months = st.integers(1, 12)


def last_of(year: int, month: int) -> dt.date:
    return dt.date(year, month, calendar.monthrange(year, month)[1])


@st.composite
def every_term(draw: st.DrawFn) -> Term:
    year, low, high = draw(years), *sorted((draw(months), draw(months)))
    kind = draw(st.sampled_from(["day", "days", "until", "month", "months", "listed", "quarter", "half", "year", "years",
                                 "study_year", *REPEATED_TEXT]))  # fmt: skip
    days = st.dates(dt.date(year, 1, 1), dt.date(year, 12, 31))
    first, last = sorted((draw(days), draw(days)))
    if kind == "day":
        return Term(kind, last, last)
    if kind == "days":
        return Term(kind, first, last)
    if kind == "until":
        return Term(kind, dt.date(year, 1, 1), last)
    if kind == "month":
        return Term(kind, dt.date(year, low, 1), last_of(year, low))
    if kind == "months":
        turned = draw(st.booleans()) or low == high
        return Term(kind, dt.date(year, low, 1), last_of(year + 1, low) if turned else last_of(year, high))
    if kind == "listed":
        named = tuple(sorted(draw(st.sets(months, min_size=2, max_size=5))))
        return Term(kind, dt.date(year, named[0], 1), last_of(year, named[-1]), named)
    if kind in ("quarter", "half"):
        size = 3 if kind == "quarter" else 6
        left, right = (low - 1) // size, (high - 1) // size
        return Term(kind, dt.date(year, left * size + 1, 1), last_of(year, (right + 1) * size))
    if kind == "study_year":
        return Term(kind, dt.date(year, 9, 1), dt.date(year + 1, 5, 31))
    if kind == "years":
        return Term(kind, dt.date(year, 1, 1), dt.date(year + 1 + low % 3, 12, 31))
    return Term(kind, dt.date(year, 1, 1), dt.date(year, 12, 31))


@given(every_term(), years)
def test_words_of_a_term_mean_the_same_term(term: Term, other_year: int) -> None:
    words = text_of(term)
    assert parse(words, other_year) == term
    assert parse(words.upper(), other_year) == parse(f"  {words}  ".replace(" ", "\u00a0 "), other_year) == term


@given(st.sampled_from(MONTHS), st.sampled_from(MONTHS_OF), years, st.sampled_from(["-", "–", " — ", " - "]))
def test_months_in_any_case_and_dash(first: str, last: str, year: int, dash: str) -> None:
    low, high = MONTHS.index(first) + 1, MONTHS_OF.index(last) + 1
    term = parse(f"{first}{dash}{last} {year} г.", 2000)
    assert (term.first.month, term.last) == (low, last_of(year, high))
    assert term.first <= term.last


@given(st.text(max_size=40), years)
def test_any_text_is_a_term_or_refused(text: str, year: int) -> None:
    try:
        term = parse(text, year)
    except UnknownTerm:
        return
    assert term.first <= term.last
