"""The text of a contract-offer: what the family reads and agrees to. Its hash is logged (spec/financing.md)."""

from __future__ import annotations

import hashlib

from opora.core import russian
from opora.core.russian import quoted
from opora.enrolment.models import Contract

_CLAUSES = (
    (
        "Как оплачиваются занятия",
        "Сумма сертификата списывается по месяцам, когда месяц начинается, независимо от посещения. Свою часть"
        " законный представитель платит исполнителю за каждый месяц по графику ниже.",
    ),
    (
        "Как прекратить занятия",
        "Законный представитель может отказаться от договора в любой день через личный кабинет или в пункте приёма."
        " Договор прекращается в последний день месяца, в котором он сообщил об этом; деньги за следующие месяцы"
        " возвращаются на сертификат. Отказ до первого дня занятий отменяет договор целиком. Исполнитель расторгает"
        " договор только по основаниям, названным в законе и в правилах персонифицированного финансирования.",
    ),
    (
        "Что обязуется исполнитель",
        "Провести занятия по программе и расписанию в полном объёме, обеспечить безопасность ребёнка, сообщать"
        " о переносе и отмене занятий.",
    ),
    (
        "Как заключается договор",
        "Договор заключён, когда законный представитель принял его в личном кабинете или подписал в пункте приёма"
        " в срок, указанный в предложении. Время согласия и отпечаток этого текста записываются.",
    ),
)


def terms(contract: Contract) -> str:
    """The text that was agreed to; before that, as it would be now. Paragraphs are parted by an empty line."""
    return contract.accepted_text or _made(contract)


def terms_in_letter(contract: Contract) -> str:
    """The same text for the signed link of a letter: the child's surname and the certificate's number are left out."""
    return _made(contract, masked=True)


def _made(contract: Contract, *, masked: bool = False) -> str:
    """Parties, subject, dates, sums, rights, the schedule by month."""
    child = contract.child.first_name if masked else contract.child.full_name
    certificate = "сертификата" if masked else f"сертификата № {contract.certificate.number}"
    months = "\n".join(
        f"{russian.month(row.month)}: с сертификата {russian.money(row.certificate_sum)},"
        f" от семьи {russian.money(row.guardian_sum)}"
        for row in contract.months.order_by("month")
    )
    heads = (
        f"Договор-оферта № {contract.number}",
        f"Исполнитель: {contract.organisation.full_name}.",
        f"Ребёнок: {child}. Договор заключает его законный представитель.",
        f"Предмет: обучение по программе {quoted(contract.programme.name)}, {contract.group.name}."
        f" Срок: {russian.period(contract.starts_on, contract.ends_on)}.",
        f"Стоимость: {russian.money(contract.total_sum)}, из них с {certificate}"
        f" {russian.money(contract.certificate_sum)}, от семьи {russian.money(contract.guardian_sum)}.",
    )
    clauses = [f"{title}. {text}" for title, text in _CLAUSES]
    return "\n\n".join((*heads, *clauses, f"График по месяцам:\n{months}"))


def terms_hash(contract: Contract) -> str:
    """SHA-256 of the terms shown; acceptance carries it back."""
    return hashlib.sha256(terms(contract).encode()).hexdigest()
