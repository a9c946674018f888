"""1CClientBankExchange 1.03: payment orders out, a bank statement in (spec/financing.md, Bank file).

windows-1251 without BOM, CRLF. Sums are kopecks inside, 1234.56 in the file; dates dd.mm.yyyy.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from opora.certificates.rules.money import Kopecks
from opora.core.reasons import Reason, Refused
from opora.settlement.rules.requisites import Requisites

ENCODING = "cp1251"
HEADER = "1CClientBankExchange"
PURPOSE_LIMIT = 210
NAME_LIMIT = 160
_SUM = re.compile(r"[0-9]{1,12}([.,-][0-9]{1,2})?")


@dataclass(frozen=True, slots=True)
class Order:
    """A payment order as the file needs it."""

    number: int
    date: dt.date
    amount: Kopecks
    payer: Requisites
    provider: Requisites
    purpose: str


def amount_text(amount: Kopecks) -> str:
    """125098 → «1250.98»."""
    return f"{amount // 100}.{amount % 100:02d}"


def date_text(day: dt.date) -> str:
    return f"{day:%d.%m.%Y}"


def plain(text: str) -> str:
    """What windows-1251 can hold, on one line: rare signs are replaced, never dropped silently into a question mark."""
    one_line = " ".join(text.replace("\u2212", "-").replace("₽", "руб.").split())
    return "".join(sign if _fits(sign) else "-" for sign in one_line)


def _fits(sign: str) -> bool:
    try:
        sign.encode(ENCODING)
    except UnicodeEncodeError:
        return False
    return True


def write(orders: Iterable[Order], *, account: str, made_at: dt.datetime) -> bytes:
    """The file of orders of one account. `made_at` is local time. Raises ValueError for a purpose that is too long."""
    orders = list(orders)
    first = min((one.date for one in orders), default=made_at.date())
    last = max((one.date for one in orders), default=made_at.date())
    lines = [
        HEADER,
        "ВерсияФормата=1.03",
        "Кодировка=Windows",
        "Отправитель=Опора",
        "Получатель=",
        f"ДатаСоздания={date_text(made_at.date())}",
        f"ВремяСоздания={made_at:%H:%M:%S}",
        f"ДатаНачала={date_text(first)}",
        f"ДатаКонца={date_text(last)}",
        f"РасчСчет={account}",
        "Документ=Платежное поручение",
    ]
    for one in orders:
        lines += _document(one)
    lines.append("КонецФайла")
    return ("\r\n".join(plain(line) for line in lines) + "\r\n").encode(ENCODING)


def _document(one: Order) -> list[str]:
    purpose = plain(one.purpose)
    if len(purpose) > PURPOSE_LIMIT:
        raise ValueError(f"Поручение № {one.number}: назначение платежа длиннее {PURPOSE_LIMIT} знаков.")
    return [
        "СекцияДокумент=Платежное поручение",
        f"Номер={one.number}",
        f"Дата={date_text(one.date)}",
        f"Сумма={amount_text(one.amount)}",
        *_side("Плательщик", one.payer),
        *_side("Получатель", one.provider),
        "ВидПлатежа=",
        "ВидОплаты=01",
        *_budget(one),
        "Очередность=5",
        f"НазначениеПлатежа={purpose}",
        "КонецДокумента",
    ]


def _side(title: str, side: Requisites) -> list[str]:
    lines = [
        f"{title}Счет={side.account}",
        f"{title}={side.name[:NAME_LIMIT]}",
        f"{title}ИНН={side.inn}",
        f"{title}КПП={side.kpp}",
        f"{title}РасчСчет={side.account}",
        f"{title}Банк1={side.bank_name}",
        f"{title}БИК={side.bik}",
        f"{title}Корсчет={side.treasury_account}",
    ]
    return lines if side.kpp else [line for line in lines if not line.startswith(f"{title}КПП")]


def _budget(one: Order) -> list[str]:
    """Fields 101–109: only for a payee in the treasury who named a code of income."""
    if not (one.provider.in_treasury and one.provider.kbk):
        return []
    return [
        "СтатусСоставителя=08",
        f"ПоказательКБК={one.provider.kbk}",
        f"ОКАТО={one.provider.oktmo or '0'}",
        "ПоказательОснования=0",
        "ПоказательПериода=0",
        "ПоказательНомера=0",
        "ПоказательДаты=0",
    ]


@dataclass(frozen=True, slots=True)
class Movement:
    """One document of a statement; `executed_on` None: the bank has not written it off yet."""

    kind: str
    number: str
    date: dt.date
    amount: Kopecks
    payer_account: str
    payee_account: str
    payer_inn: str
    payee_inn: str
    payer_name: str
    payee_name: str
    purpose: str
    written_off: dt.date | None
    received: dt.date | None


@dataclass(frozen=True, slots=True)
class Statement:
    accounts: tuple[str, ...]
    date_from: dt.date | None
    date_to: dt.date | None
    movements: tuple[Movement, ...]


def read(data: bytes, *, account: str) -> Statement:
    """Parse a statement of `account`. Raises Refused: not this format, another encoding, another account, cut off."""
    found = parse(data)
    if account not in found.accounts:
        raise _refusal(
            "other_account",
            f"Выписка по другому счёту: {', '.join(found.accounts)}. Счёт плательщика – {account}.",
            "Скачайте выписку по счёту плательщика или исправьте реквизиты.",
        )
    return found


def parse(data: bytes) -> Statement:
    """Parse a statement of any account. Raises Refused: not this format, another encoding, cut off, no account."""
    lines = _decoded(data).split("\n")
    lines = [line.rstrip("\r").strip() for line in lines]
    if not any(line == "КонецФайла" for line in lines):
        raise _refusal("cut_off", "Файл обрывается: в нём нет строки «КонецФайла».", "Скачайте выписку ещё раз.")
    accounts, span, movements = _sections(lines)
    if not accounts:
        raise _refusal("no_account", "В файле не указан счёт («РасчСчет»).", "Это не выписка по счёту.")
    return Statement(tuple(accounts), span.get("ДатаНачала"), span.get("ДатаКонца"), tuple(movements))


def _decoded(data: bytes) -> str:
    hint = "Сохраните файл обмена в кодировке Windows (windows-1251)."
    if data[:3] == b"\xef\xbb\xbf" or data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in data[:200]:
        raise _refusal("encoding", "Файл в другой кодировке (Юникод).", hint)
    if not data.startswith(HEADER.encode()):
        raise _refusal(
            "format",
            f"Это не файл обмена с банком: первая строка должна быть «{HEADER}».",
            "Выберите файл 1CClientBankExchange.",
        )
    try:
        data.decode("ascii")
    except UnicodeDecodeError:
        try:
            data.decode("utf-8")
        except UnicodeDecodeError:
            pass
        else:
            raise _refusal("encoding", "Файл в другой кодировке (UTF-8).", hint)
    try:
        text = data.decode(ENCODING)
    except UnicodeDecodeError as error:
        raise _refusal("encoding", "Файл в другой кодировке: не читается как windows-1251.", hint) from error
    if "Кодировка=Windows" not in text:
        raise _refusal("encoding", "В файле не указана «Кодировка=Windows»: похоже, он в кодировке DOS.", hint)
    return text


def _sections(lines: list[str]) -> tuple[list[str], dict[str, dt.date], list[Movement]]:
    accounts: list[str] = []
    span: dict[str, dt.date] = {}
    movements: list[Movement] = []
    current: dict[str, str] | None = None
    for number, line in enumerate(lines, start=1):
        key, _, value = line.partition("=")
        key, value = key.strip(), value.strip()
        if key == "СекцияДокумент":
            if current is not None:
                raise _refusal("broken", f"Строка {number}: предыдущий документ не закончен.")
            current = {"СекцияДокумент": value, "_line": str(number)}
        elif key == "КонецДокумента":
            if current is None:
                raise _refusal("broken", f"Строка {number}: конец документа без начала.")
            movements.append(_movement(current))
            current = None
        elif current is not None:
            current.setdefault(key, value)
        elif key == "РасчСчет" and value and value not in accounts:
            accounts.append(value)
        elif key in ("ДатаНачала", "ДатаКонца") and value:
            span.setdefault(key, _date(value, f"Строка {number}"))
    if current is not None:
        raise _refusal("broken", f"Документ № {current.get('Номер', '?')} не закончен.")
    return accounts, span, movements


def _movement(found: Mapping[str, str]) -> Movement:
    where = f"Документ № {found.get('Номер', '?')} (строка {found['_line']})"
    off, on = found.get("ДатаСписано", ""), found.get("ДатаПоступило", "")
    return Movement(
        kind=found["СекцияДокумент"][:60],
        number=found.get("Номер", "")[:30],
        date=_date(found.get("Дата", ""), where),
        amount=_amount(found.get("Сумма", ""), where),
        payer_account=found.get("ПлательщикРасчСчет") or found.get("ПлательщикСчет", ""),
        payee_account=found.get("ПолучательРасчСчет") or found.get("ПолучательСчет", ""),
        payer_inn=found.get("ПлательщикИНН", ""),
        payee_inn=found.get("ПолучательИНН", ""),
        payer_name=found.get("Плательщик") or found.get("Плательщик1", ""),
        payee_name=found.get("Получатель") or found.get("Получатель1", ""),
        purpose=found.get("НазначениеПлатежа", "")[:500],
        written_off=_date(off, where) if off else None,
        received=_date(on, where) if on else None,
    )


def _date(text: str, where: str) -> dt.date:
    try:
        day, month, year = (int(part) for part in text.split("."))
        return dt.date(year, month, day)
    except ValueError as error:
        raise _refusal("date", f"{where}: дата «{text}» не разобрана, нужно ДД.ММ.ГГГГ.") from error


def _amount(text: str, where: str) -> Kopecks:
    if not _SUM.fullmatch(text):
        raise _refusal("sum", f"{where}: сумма «{text}» не разобрана, нужно 1234.56.")
    whole, _, part = text.replace(",", ".").replace("-", ".").partition(".")
    return int(whole) * 100 + int(part.ljust(2, "0") if part else 0)


def _refusal(code: str, message: str, hint: str = "") -> Refused:
    return Refused(Reason(f"bank_{code}", message, "1CClientBankExchange 1.03", hint, field="file"))
