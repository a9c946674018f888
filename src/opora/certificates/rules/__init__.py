"""Pure rules of certificates and personalised financing: values in, values out, no database.

Money is int kopecks (see money.to_kopecks / to_roubles); dates are local dates of the municipality.
"""

from opora.certificates.rules.arithmetic import (
    MonthPart,
    Split,
    contract_end,
    normative_cost,
    split_contract,
    spread,
)
from opora.certificates.rules.ledger import ACT_LABELS, Entry, Totals, totals_of
from opora.certificates.rules.life import (
    ACCOUNTING,
    CERTIFICATE,
    FUNDED,
    FundingUse,
    GroupLoad,
    must_return_to_accounting,
    vacancy_reasons,
)
from opora.certificates.rules.money import Kopecks, to_kopecks, to_roubles
from opora.certificates.rules.months import month_end, month_start, months_touched
from opora.certificates.rules.numbers import NumbersExhausted, own_number
from opora.certificates.rules.parameters import PeriodParameters, labels
from opora.certificates.rules.settlement import (
    InvoiceRow,
    InvoiceTotals,
    accrual,
    advance,
    completeness,
    invoice_totals,
)
from opora.certificates.rules.termination import Termination, months_due, terminate

__all__ = [
    "ACCOUNTING",
    "ACT_LABELS",
    "CERTIFICATE",
    "FUNDED",
    "Entry",
    "FundingUse",
    "GroupLoad",
    "InvoiceRow",
    "InvoiceTotals",
    "Kopecks",
    "MonthPart",
    "NumbersExhausted",
    "PeriodParameters",
    "Split",
    "Termination",
    "Totals",
    "accrual",
    "advance",
    "completeness",
    "contract_end",
    "invoice_totals",
    "labels",
    "month_end",
    "month_start",
    "months_due",
    "months_touched",
    "must_return_to_accounting",
    "normative_cost",
    "own_number",
    "split_contract",
    "spread",
    "terminate",
    "to_kopecks",
    "to_roubles",
    "totals_of",
    "vacancy_reasons",
]
