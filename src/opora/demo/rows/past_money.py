"""Money of the finished half-year: entries and balances of its certificates, used and idle."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from opora.certificates.rules.arithmetic import MonthPart, Split
from opora.certificates.rules.ledger import ACT_LABELS, Entry, Totals, release, request, set_nominal, spend
from opora.certificates.rules.money import Kopecks, to_roubles
from opora.demo.funding import Certificate
from opora.demo.sink import Sink


class PastLedger:
    """Writes the ledger of one closed period from `first` on; `groups`: ids of its certificate groups by code."""

    def __init__(self, sink: Sink, period: int, groups: dict[str, int], first: dt.date) -> None:
        self.sink, self.period, self.groups, self.first = sink, period, groups, first

    def idle(self, certificate: Certificate, nominal: Kopecks, at: dt.datetime) -> None:
        """Money that nobody asked for a contract with: nominal and balance alone."""
        given = set_nominal(Totals(), nominal)
        self._entry(certificate, given, at, "certificate", certificate.id, self.first)
        self._balance(certificate, Totals().after(given), 1)

    def contract(
        self,
        certificate: Certificate,
        contract: int,
        split: Split,
        nominal: Kopecks,
        *,
        asked: dt.datetime,
        months: Sequence[tuple[MonthPart, dt.datetime | None]],
        notice: dt.datetime,
    ) -> None:
        """Nominal, request, each month spent at its moment, those without one returned by the notice."""
        moves: list[tuple[Entry, dt.datetime, str, int, dt.date | None]] = [
            (set_nominal(Totals(), nominal), asked - dt.timedelta(days=10), "certificate", certificate.id, self.first),
            (request(split.certificate), asked, "contract", contract, None),
        ]
        returned = 0
        for part, spent_at in months:
            if spent_at is None:
                returned += part.certificate
            else:
                moves.append((spend(part.certificate), spent_at, "contract", contract, part.month))
            self.sink.add(
                "enrolment.ContractMonth", contract_id=contract, month=part.month,
                certificate_sum=to_roubles(part.certificate), guardian_sum=to_roubles(part.guardian),
                state="spent" if spent_at else "returned", moved_at=spent_at or notice,
            )  # fmt: skip
        if returned:
            moves.append((release("terminate", returned), notice, "contract", contract, None))
        totals = Totals()
        for entry, at, source, source_id, month in moves:
            totals = totals.after(entry)
            self._entry(certificate, entry, at, source, source_id, month)
        self._balance(certificate, totals, len(moves))

    def _entry(
        self,
        certificate: Certificate,
        entry: Entry,
        at: dt.datetime,
        source: str,
        source_id: int,
        month: dt.date | None,
    ) -> None:
        self.sink.add(
            "certificates.CertificateEntry", certificate_id=certificate.id, period_id=self.period, act=entry.act,
            source_kind=source, source_id=source_id, month=month, d_nominal=to_roubles(entry.d_nominal),
            d_balance=to_roubles(entry.d_balance), d_reserve=to_roubles(entry.d_reserve),
            d_spent=to_roubles(entry.d_spent), reason=ACT_LABELS[entry.act], at=at,
        )  # fmt: skip

    def _balance(self, certificate: Certificate, totals: Totals, version: int) -> None:
        self.sink.add(
            "certificates.CertificateBalance", certificate_id=certificate.id, period_id=self.period,
            certificate_group_id=self.groups[certificate.group], nominal=to_roubles(totals.nominal),
            balance=to_roubles(totals.balance), reserve=to_roubles(totals.reserve), spent=to_roubles(totals.spent),
            version=version,
        )  # fmt: skip
