"""Benchmarks (``make bench``): what a figure is, the stages they run on, and the benchmarks themselves.

A figure counts as a ratio of things measured alternately in one run; it is the median of the repetitions, shown
with its minimum and maximum (docs/performance.md). Every benchmark has databases of its own.
"""

from __future__ import annotations

BENCHMARKS = {
    "rush.service": "заявки через службу, 2 000 групп, 16 соединений",
    "rush.http": "заявки через API, 32 клиента",
    "rush.hot": "одна группа, 20 мест, 2 000 заявок",
    "rush.page": "семья проходит страницы: поиск, программа, заявка, отправка; 32 клиента",
    "rush.overload": "желающих во много раз больше, чем успевает сервер",
    "search.api": "поиск через API, 20 000 программ",
    "search.page": "страница поиска, 20 000 программ",
    "pages": "каждая страница над целой областью, один клиент",
    "fresh": "изменение видно в поиске каждого процесса",
    "coverage": "охват области по всем разрезам",
    "growth": "одно и то же дело в базе из 1, 10 и 42 районов",
    "import.children": "загрузка реестра детей из CSV и XLSX",
    "month.turn": "первое число месяца для 300 000 договоров",
    "rollover": "переход на новый учебный год: 2 000 учащихся одной организации",
    "report.annual": "годовой отчёт: один центр; все центры области и сводный",
    "region.load": "загрузка вымышленной области",
    "start": "второй запуск до первой страницы, память процесса",
}
"""Name → what is measured, in the order in which all are run."""


def named(wanted: list[str]) -> list[str]:
    """Benchmarks by name, or all of a kind by its first word: ``rush`` is every ``rush.…``; unknown names stay."""
    return [
        name
        for one in wanted
        for name in [full for full in BENCHMARKS if full == one or full.startswith(f"{one}.")] or [one]
    ]
