"""Requisites of the payer and the signed terms of every agreement."""

from __future__ import annotations

import datetime as dt

from opora.demo import identifiers
from opora.demo.districts import District, Organisation
from opora.demo.frame import Frame
from opora.demo.rows.providers import TREASURY, bank
from opora.demo.sink import Sink

KBK, KOSGU = "90207031010199990612", "241"
PRIVATE_KBK, PRIVATE_KOSGU = "90207031010199990633", "246"
"""Subsidies to municipal institutions, and to private non-profit ones."""
PAYER_NUMBER = 90_000
"""Ordinal of the payer's invented ИНН, beyond those of organisations."""


def payer(sink: Sink, district: District, name: str) -> dict[str, str]:
    """Write the payer's profile; returns its side of the terms."""
    side = {
        "name": name,
        "inn": identifiers.inn(PAYER_NUMBER + district.number),
        "kpp": identifiers.kpp(1),
        "oktmo": district.oktmo,
        "bank_name": TREASURY,
        "bik": identifiers.BIK_TREASURY,
        "treasury_account": identifiers.treasury_account(),
        "account": identifiers.payer_account(district.oktmo),
        "personal_account": f"037{district.number + 1:08d}",
        "signatory_name": "Степанова Наталья Борисовна",
        "signatory_post": "Директор",
        "signatory_ground": "Устава",
    }
    sink.add("settlement.PayerProfile", municipality_id=district.id, kbk=KBK, kosgu=KOSGU, **side)
    return {**side, "kbk": "", "address": ""}


def provider(district: District, organisation: Organisation, head: str) -> dict[str, str]:
    """The organisation's side of the terms."""
    private = organisation.ownership == "private"
    found = bank(district, organisation.id, private)
    return {
        "name": organisation.full,
        "inn": identifiers.inn(organisation.id),
        "kpp": identifiers.kpp(1),
        "oktmo": district.oktmo,
        "bank_name": found["bank_name"],
        "bik": found["bank_bik"],
        "treasury_account": found["treasury_account"],
        "account": found["bank_account"],
        "personal_account": "" if private else f"20{organisation.id:03d}Х{district.number + 1:05d}",
        "kbk": "",
        "address": organisation.venues[0].address,
        "signatory_name": head,
        "signatory_post": "Директор",
        "signatory_ground": "Устава",
    }


def terms(
    sink: Sink,
    frame: Frame,
    agreement: int,
    payer_side: dict[str, str],
    provider_side: dict[str, str],
    date: dt.date,
    private: bool,
) -> None:
    """The signed first version of an agreement's terms."""
    sink.add(
        "settlement.AgreementTerms",
        agreement_id=agreement,
        payer=payer_side,
        provider=provider_side,
        kbk=PRIVATE_KBK if private else KBK,
        kosgu=PRIVATE_KOSGU if private else KOSGU,
        signed_on=date,
        signed_at=frame.moment(date, 15),
    )
