"""What the papers show: plain values out of documents, agreements and reconciliations."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from opora.certificates.models import PaymentAgreement
from opora.core import russian
from opora.settlement.documents.agreement_text import parts
from opora.settlement.documents.words import in_words
from opora.settlement.models import AgreementTerms, Completeness, SettlementDocument, SettlementRow
from opora.settlement.queries_money import Reconciliation
from opora.settlement.rules.requisites import LABELS, Requisites

TITLES = {
    "advance_request": "Заявка на авансирование",
    "invoice": "Счёт",
    "correction": "Корректировка счёта",
    "refund": "Документ о возврате",
}
SHOWN = ("name", "inn", "kpp", "bank_name", "bik", "treasury_account", "account", "personal_account", "kbk")
TREASURY_ACCOUNTS = {"treasury_account": "Единый казначейский счёт", "account": "Казначейский счёт"}
BANK_ACCOUNTS = {"treasury_account": "Корр. счёт", "account": "Расчётный счёт"}
INVOICE_COLUMNS = (
    ("№", "auto", False), ("Договор", "auto", False), ("Сертификат", "auto", False), ("Программа, группа", "1fr", False),
    ("Месяц", "auto", False), ("Сумма месяца, ₽", "auto", True), ("Часы", "auto", True), ("Начислено, ₽", "auto", True),
    ("Аванс, ₽", "auto", True), ("К оплате, ₽", "auto", True),
)  # fmt: skip
ADVANCE_COLUMNS = (
    ("№", "auto", False), ("Договор", "auto", False), ("Сертификат", "auto", False), ("Программа, группа", "1fr", False),
    ("Месяц", "auto", False), ("Сумма месяца, ₽", "auto", True), ("Аванс, ₽", "auto", True),
)  # fmt: skip


def sum_text(amount: Decimal) -> str:
    """«1 250,98» without the sign of the rouble, for tables."""
    return russian.number(amount, 2)


def side_rows(data: dict[str, Any]) -> list[tuple[str, str]]:
    """Label and value of what is filled in."""
    side = Requisites.from_json(data)
    accounts = TREASURY_ACCOUNTS if side.in_treasury else BANK_ACCOUNTS
    labels = {**LABELS, **accounts}
    return [(labels[name], getattr(side, name)) for name in SHOWN if getattr(side, name)]


def signatures(terms: AgreementTerms | None) -> list[dict[str, str]]:
    """The payer's and the provider's line."""
    sides = (("Плательщик", terms.payer if terms else {}), ("Поставщик", terms.provider if terms else {}))
    return [
        {
            "side": title,
            "post": data.get("signatory_post", ""),
            "name": data.get("signatory_name", ""),
            "short": russian.short_name(data.get("signatory_name", "")),
        }
        for title, data in sides
    ]


def title_of(one: SettlementDocument) -> str:
    if one.number is None or one.date is None:
        return f"{TITLES[one.kind]} (черновик)"
    return f"{TITLES[one.kind]} № {one.number} от {russian.date_full(one.date)} г."


def document(
    one: SettlementDocument,
    terms: AgreementTerms | None,
    rows: Sequence[SettlementRow],
    hours: Sequence[Completeness],
) -> dict[str, Any]:
    """The first page with the sums, then the register of contracts and the hours of the groups."""
    due = one.refund if one.kind == "refund" else one.payable
    advance = one.kind == "advance_request"
    return {
        "title": title_of(one),
        "subtitle": f"за {russian.month(one.month)} по соглашению {one.agreement}",
        "footer": title_of(one),
        "facts": _facts(one, terms),
        "sides": [side_rows(terms.payer), side_rows(terms.provider)] if terms else [[], []],
        "sums": sums(one),
        "words": f"{'К возврату' if one.kind == 'refund' else 'Всего к оплате'}: {in_words(due)}. НДС не облагается.",
        "reason": one.reason,
        "signatures": signatures(terms),
        "register_title": f"Реестр договоров за {russian.month(one.month)}",
        "register_subtitle": f"Приложение к документу: {title_of(one)}, поставщик {one.organisation.short_name}",
        "columns": ADVANCE_COLUMNS if advance else INVOICE_COLUMNS,
        "rows": [_row(number, row, advance) for number, row in enumerate(rows, start=1)],
        "total": _total(one, rows, advance),
        "hours": [
            [f"{row.group.programme.name}, {row.group.name}", russian.month(row.month), hour(row.planned),
             hour(row.delivered), share(row.delivered, row.planned)]
            for row in hours
        ],
    }  # fmt: skip


def _facts(one: SettlementDocument, terms: AgreementTerms | None) -> list[tuple[str, str]]:
    facts = [
        ("Период", one.period.name),
        ("Договоров в реестре", russian.number(one.contracts)),
    ]
    if terms:
        facts += [("КБК расходов", terms.kbk), ("КОСГУ", terms.kosgu)]
    if one.refers_to:
        facts.append(("К документу", str(one.refers_to)))
    return facts


def sums(one: SettlementDocument) -> list[tuple[str, str, bool]]:
    """(label, sum, is the result) of a document, as on paper and on screen."""
    if one.kind == "advance_request":
        return [("Аванс к перечислению", russian.money(one.payable), True)]
    found = [
        ("Начислено по договорам с учётом полноты", russian.money(one.accrual), False),
        ("Зачтён аванс", russian.money(-one.advance), False),
    ]
    if one.carried_in:
        found.append(("Зачтён излишек прошлого счёта", russian.money(-one.carried_in), False))
    if one.kind == "refund":
        return [*found, ("К возврату плательщику", russian.money(one.refund), True)]
    found.append(("К оплате", russian.money(one.payable), True))
    if one.carried_out:
        found.append(("Излишек, переходит на следующий счёт", russian.money(one.carried_out), False))
    return found


def hour(value: Decimal) -> str:
    return russian.number(value.normalize() if value else 0)


def share(delivered: Decimal, planned: Decimal) -> str:
    """«75 %» for people; the money is counted by the exact fraction."""
    if not planned:
        return "100\u00a0%"
    return russian.percent(min(Decimal(1), delivered / planned) * 100)


def _row(number: int, row: SettlementRow, advance: bool) -> list[str]:
    cells = [
        str(number), row.contract_number, row.certificate_number, f"{row.group.programme.name}, {row.group.name}",
        f"{row.month:%m.%Y}", sum_text(row.plan),
    ]  # fmt: skip
    if advance:
        return [*cells, sum_text(row.advance)]
    hours = f"{hour(row.delivered)} из {hour(row.planned)}" if row.planned else "–"
    return [*cells, hours, sum_text(row.accrual), sum_text(row.advance), sum_text(row.amount)]


def _total(one: SettlementDocument, rows: Sequence[SettlementRow], advance: bool) -> list[str]:
    plan = sum((row.plan for row in rows), Decimal(0))
    cells = ["", "Итого", "", "", "", sum_text(plan)]
    if advance:
        return [*cells, sum_text(one.payable)]
    return [*cells, "", sum_text(one.accrual), sum_text(one.advance), sum_text(one.accrual - one.advance)]


def act(found: Reconciliation, terms: AgreementTerms | None, on: str) -> dict[str, Any]:
    """The reconciliation act; the same values fill DOCX and PDF."""
    agreement = found.agreement
    payer = (terms.payer if terms else {}).get("name", "Плательщик")
    provider = agreement.organisation.full_name
    return {
        "title": "Акт сверки взаимных расчётов",
        "subtitle": f"по соглашению {agreement}, {agreement.period.name}, по состоянию на {on}",
        "footer": f"Акт сверки по соглашению {agreement}",
        "preamble": f"{payer} и {provider} составили настоящий акт о том, что состояние взаимных расчётов следующее.",
        "rows": [
            [russian.date_short(line.date), line.text, sum_text(line.debit), sum_text(line.credit), sum_text(line.balance)]
            for line in found.lines
        ],
        "total": [
            "", "Итого", sum_text(sum((line.debit for line in found.lines), Decimal(0))),
            sum_text(sum((line.credit for line in found.lines), Decimal(0))), sum_text(found.balance),
        ],
        "facts": act_facts(found),
        "result": act_result(found, payer, provider),
        "signatures": signatures(terms),
    }  # fmt: skip


def act_facts(found: Reconciliation) -> list[tuple[str, str]]:
    facts = [
        ("Начислено по счетам", russian.money(found.accrual)),
        ("Авансы", russian.money(found.advances)),
        ("К доплате по счетам", russian.money(found.payable)),
        ("Оплачено", russian.money(found.paid)),
    ]
    if found.refunds:
        facts.append(("Возвращено за период", russian.money(found.refunded)))
    if found.open_advances:
        facts.append(("Авансы, по которым счёта ещё нет", russian.money(found.open_advances)))
    if found.carried:
        facts.append(("Излишек к зачёту в следующем счёте", russian.money(found.carried)))
    return facts


def act_result(found: Reconciliation, payer: str, provider: str) -> str:
    if found.balance == 0:
        return "Задолженности нет: принятые документы оплачены полностью."
    who, whom = (payer, provider) if found.balance > 0 else (provider, payer)
    return f"Задолженность {who} перед {whom}: {russian.money(abs(found.balance))} ({in_words(abs(found.balance))})."


def agreement(one: PaymentAgreement, terms: AgreementTerms) -> dict[str, Any]:
    """Text of the payment agreement by the legal scheme of its programme."""
    payer, provider = Requisites.from_json(terms.payer), Requisites.from_json(terms.provider)
    social = one.period.programme.scheme == "social_order"
    what = "об оплате дополнительного образования детей" if not social else "в целях финансового обеспечения исполнения"
    tail = "" if not social else " муниципального социального заказа на оказание муниципальных услуг в социальной сфере"
    number = (
        f"№ {one.number}" if terms.version == 1 else f"№ {one.number}, дополнительное соглашение {terms.version - 1}"
    )
    return {
        "title": f"Соглашение {what}{tail} {number}",
        "subtitle": f"{one.period.programme.name}, {one.period.name}",
        "footer": f"Соглашение № {one.number}",
        "place": str(one.municipality),
        "date": russian.date_long(terms.signed_on or one.date),
        "preamble": _preamble(payer, provider),
        "parts": parts(one, terms),
        "sides": [side_rows(terms.payer), side_rows(terms.provider)],
        "signatures": signatures(terms),
    }


def _preamble(payer: Requisites, provider: Requisites) -> str:
    def named(side: Requisites, role: str) -> str:
        return (
            f"{side.name}, именуемое далее «{role}», в лице: {side.signatory_name}, {side.signatory_post.lower()},"
            f" действующего на основании: {side.signatory_ground}"
        )

    sides = f"{named(payer, 'Плательщик')}, с одной стороны, и {named(provider, 'Поставщик')}, с другой стороны"
    return f"{sides}, заключили соглашение о следующем."
