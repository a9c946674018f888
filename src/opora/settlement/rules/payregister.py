"""Banks' registers of families' payments: text lines separated by «;» or «|», windows-1251 or UTF-8.

Two shapes are recognised: a first line with the names of the columns, or lines of twelve fields without names
(date; time; branch; cashier; operation; personal account; payer; address; period; sum; transferred; commission).
A last line that begins with «=» holds the count and the sum, which are compared.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from opora.core.reasons import Reason, Refused

Kopecks = int
MOST_ROWS = 50_000
NAMED, TWELVE = "С названиями столбцов", "Двенадцать полей без названий"
_COLUMNS = {
    "account": ("лицевой счет", "лицевой счёт", "л/с", "лс", "номер лицевого счета", "номер лицевого счёта"),
    "date": ("дата", "дата платежа", "дата оплаты", "дата операции"),
    "amount": ("сумма", "сумма платежа", "сумма операции", "сумма оплаты"),
    "reference": ("номер операции", "операция", "код операции", "уникальный номер", "номер платежа", "суип"),
    "payer": ("фио", "плательщик", "фио плательщика", "фио абонента"),
}
_WITHOUT_NAMES = {"date": 0, "reference": 4, "account": 5, "payer": 6, "amount": 9}
_NEEDED = {"account": "лицевой счёт", "date": "дата", "amount": "сумма", "reference": "номер операции"}
_SUM = re.compile(r"[0-9]{1,10}([.,][0-9]{1,2})?")
_DATE = re.compile(r"([0-9]{2})[.\-/]([0-9]{2})[.\-/]([0-9]{4})")


@dataclass(frozen=True, slots=True)
class Row:
    """One payment of the file; `line` counts from 1."""

    line: int
    account: str
    paid_on: dt.date
    amount: Kopecks
    reference: str
    payer: str


@dataclass(frozen=True, slots=True)
class PaymentFile:
    """`skipped`: lines that are no payments of families; only a bank's statement has them."""

    layout: str
    rows: tuple[Row, ...]
    skipped: int = 0

    @property
    def total(self) -> Kopecks:
        return sum(row.amount for row in self.rows)


def read(data: bytes, *, today: dt.date) -> PaymentFile:
    """Parse a register. Raises Refused with every wrong line (the first twenty): all of the file or nothing."""
    lines = [(number, line.strip()) for number, line in enumerate(_text(data).splitlines(), start=1)]
    lines = [(number, line) for number, line in lines if line]
    body = [(number, line) for number, line in lines if not line.startswith("=")]
    if not body:
        raise _refusal("empty", "В файле нет ни одного платежа.")
    if len(body) > MOST_ROWS:
        raise _refusal("too_long", f"В файле больше {MOST_ROWS} строк. Разделите его по дням.")
    mark = max(";|", key=body[0][1].count)
    layout, places = _layout([part.strip() for part in body[0][1].split(mark)])
    body = body[1:] if layout == NAMED else body
    wrong: list[Reason] = []
    rows = [row for number, line in body if (row := _row(number, line.split(mark), places, today, wrong))]
    if wrong:
        raise Refused(wrong[:20])
    if not rows:
        raise _refusal("empty", "В файле нет ни одного платежа.")
    found = PaymentFile(layout, tuple(rows))
    _compare(found, [line for _, line in lines if line.startswith("=")], mark)
    return found


def _text(data: bytes) -> str:
    if b"\x00" in data[:1000]:
        raise _refusal("format", "Это не текстовый файл.", "Нужен реестр платежей с полями через «;» или «|».")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("cp1251")
    except UnicodeDecodeError as error:
        raise _refusal("encoding", "Файл не читается ни как UTF-8, ни как windows-1251.") from error


def _layout(first: list[str]) -> tuple[str, dict[str, int]]:
    names = [name.lower().strip("\"' ") for name in first]
    places = {key: names.index(name) for key, known in _COLUMNS.items() for name in reversed(known) if name in names}
    if "account" in places:
        missing = [label for key, label in _NEEDED.items() if key not in places]
        if missing:
            raise _refusal("columns", f"В первой строке нет столбца: {', '.join(missing)}.")
        return NAMED, places
    if len(first) >= 12 and _DATE.fullmatch(first[0]):
        return TWELVE, _WITHOUT_NAMES
    raise _refusal(
        "format",
        "Вид файла не узнан.",
        "Первая строка должна называть столбцы: дата; номер операции; лицевой счёт; ФИО; сумма.",
    )


def _row(number: int, parts: list[str], places: dict[str, int], today: dt.date, wrong: list[Reason]) -> Row | None:
    where = f"Строка {number}"
    if len(parts) <= max(places.values()):
        wrong.append(_reason("fields", f"{where}: полей {len(parts)}, нужно больше."))
        return None
    value = {key: parts[place].strip().strip('"') for key, place in places.items()}
    before = len(wrong)
    day = _date(value["date"])
    if day is None:
        wrong.append(_reason("date", f"{where}: дата «{value['date'][:40]}» не разобрана, нужно ДД.ММ.ГГГГ."))
    elif day > today:
        wrong.append(_reason("date", f"{where}: дата платежа {day:%d.%m.%Y} ещё не наступила."))
    amount = kopecks(value["amount"])
    if not amount:
        wrong.append(_reason("sum", f"{where}: сумма «{value['amount'][:40]}» не разобрана, нужно 1234,56."))
    if not value["reference"]:
        wrong.append(_reason("reference", f"{where}: нет номера операции."))
    if len(wrong) > before or day is None or amount is None:
        return None
    account = re.sub(r"[\s-]", "", value["account"])[:40]
    return Row(number, account, day, amount, value["reference"][:60], value.get("payer", "")[:200])


def kopecks(text: str) -> Kopecks | None:
    """«1 234,56» → 123456; None when it is not a sum."""
    bare = re.sub(r"[\s\u00a0]", "", text)
    if not _SUM.fullmatch(bare):
        return None
    whole, _, part = bare.replace(",", ".").partition(".")
    return int(whole) * 100 + int(part.ljust(2, "0") if part else 0)


def _date(text: str) -> dt.date | None:
    found = _DATE.fullmatch(text)
    try:
        return dt.date(int(found[3]), int(found[2]), int(found[1])) if found else None
    except ValueError:
        return None


def _compare(found: PaymentFile, totals: list[str], mark: str) -> None:
    for line in totals:
        parts = [part.strip() for part in line.lstrip("=").split(mark)]
        count = int(parts[0]) if parts[0].isdigit() else None
        total = kopecks(parts[1]) if len(parts) > 1 else None
        if count is not None and count != len(found.rows):
            raise _refusal("total", f"В итоговой строке {count} платежей, а в файле {len(found.rows)}.")
        if total is not None and total != found.total:
            raise _refusal("total", "Сумма в итоговой строке не равна сумме платежей.", "Скачайте реестр ещё раз.")


def _reason(code: str, message: str, hint: str = "") -> Reason:
    return Reason(f"register_{code}", message, "", hint, field="file")


def _refusal(code: str, message: str, hint: str = "") -> Refused:
    return Refused(_reason(code, message, hint))
