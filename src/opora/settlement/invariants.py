"""What is always true of settlement (spec/financing.md, "Always true"): part of ``opora doctor``."""

from __future__ import annotations

from opora.core import doctor
from opora.core.doctor import Check, Finding
from opora.enrolment import invariants as enrolment
from opora.settlement import invariants_family as family

_LIVING = "('issued', 'approved', 'paid')"
_ADVICE = "Откройте документ и его историю; исправляют корректировкой, не правкой. Обратитесь к администратору системы."

CHECKS: tuple[Check, ...] = (
    Check(
        "settlement.sums",
        "Суммы расчётных документов равны суммам их строк",
        """SELECT d.id FROM settlement_document d LEFT JOIN settlement_row r ON r.document_id = d.id
            GROUP BY d.id HAVING d.accrual <> coalesce(sum(r.accrual), 0) OR d.advance <> coalesce(sum(r.advance), 0)
                OR d.contracts <> count(DISTINCT r.contract_id)
                OR d.total <> coalesce(sum(r.amount), 0) - d.carried_in
                OR d.total <> d.payable - d.carried_out - d.refund OR least(d.payable, d.carried_out, d.refund) < 0
                OR coalesce(sum(r.amount), 0) <> coalesce(sum(CASE WHEN d.kind = 'advance_request' THEN r.advance
                    ELSE r.accrual - r.advance END), 0)""",
        _ADVICE,
    ),
    Check(
        "settlement.advance_and_invoice",
        "Аванс и счёт вместе равны начисленному по каждому договору и месяцу",
        f"""SELECT i.contract_id FROM (
                SELECT r.contract_id, r.month, sum(r.advance) AS deducted FROM settlement_row r
                  JOIN settlement_document d ON d.id = r.document_id
                 WHERE d.kind <> 'advance_request' AND d.state IN {_LIVING} GROUP BY 1, 2) i
              LEFT JOIN (
                SELECT r.contract_id, r.month, sum(r.advance) AS given FROM settlement_row r
                  JOIN settlement_document d ON d.id = r.document_id
                 WHERE d.kind = 'advance_request' AND d.state IN ('approved', 'paid') GROUP BY 1, 2) a
                ON a.contract_id = i.contract_id AND a.month = i.month
             WHERE i.deducted <> coalesce(a.given, 0)""",
        _ADVICE,
    ),
    Check(
        "settlement.completeness",
        "Начисленное по счёту равно сумме месяца, умноженной на полноту, до копейки",
        f"""SELECT r.id FROM settlement_row r JOIN settlement_document d ON d.id = r.document_id
            WHERE d.kind = 'invoice' AND d.state IN {_LIVING} AND r.accrual <> CASE WHEN r.planned = 0 THEN r.plan
                ELSE div(2 * (r.plan * 100) * (r.delivered * 100) + r.planned * 100, 2 * (r.planned * 100)) / 100 END""",
        _ADVICE,
    ),
    Check(
        "settlement.within_month",
        "По месяцу договора начислено не меньше нуля и не больше его суммы, и только если месяц списан",
        f"""SELECT r.contract_id FROM settlement_row r JOIN settlement_document d ON d.id = r.document_id
              JOIN contract_month m ON m.contract_id = r.contract_id AND m.month = r.month
            WHERE d.kind <> 'advance_request' AND d.state IN {_LIVING}
            GROUP BY r.contract_id, r.month, m.certificate_sum, m.state
            HAVING sum(r.accrual) < 0 OR sum(r.accrual) > m.certificate_sum
                OR (sum(r.accrual) > 0 AND m.state <> 'spent')""",
        _ADVICE,
    ),
    Check(
        "settlement.chain",
        "Перенос сумм между счетами одного соглашения нигде не прерывается",
        f"""SELECT d.id FROM settlement_document d LEFT JOIN settlement_document p ON p.id = d.previous_id
            WHERE d.kind <> 'advance_request' AND d.state IN {_LIVING}
              AND (d.carried_in <> coalesce(p.carried_out, 0) OR (p.id IS NOT NULL
                   AND (p.state NOT IN ('approved', 'paid') OR p.agreement_id <> d.agreement_id)))
            UNION SELECT min(id) FROM settlement_document
             WHERE kind <> 'advance_request' AND state IN {_LIVING} AND previous_id IS NULL
             GROUP BY agreement_id HAVING count(*) > 1""",
        _ADVICE,
    ),
    Check(
        "settlement.numbers",
        "Номера расчётных документов и поручений идут без пропусков",
        """SELECT n.issuer FROM (
                SELECT 'organisation' AS issuer_kind, organisation_id AS issuer, kind AS series,
                       extract(year FROM date)::int AS year, count(*) AS many, max(number) AS last, min(number) AS first
                  FROM settlement_document WHERE number IS NOT NULL GROUP BY 2, 3, 4
                UNION ALL
                SELECT 'payer', municipality_id, 'payment_order', extract(year FROM date)::int, count(*), max(number),
                       min(number) FROM payment_order GROUP BY 2, 4) n
              LEFT JOIN counter c ON c.issuer_kind = n.issuer_kind AND c.issuer_id = n.issuer
                AND c.series = n.series AND c.year = n.year
            WHERE n.first <> 1 OR n.last <> n.many OR c.last IS DISTINCT FROM n.last""",
        "Номер пропущен или выдан дважды. Обратитесь к администратору системы.",
    ),
    Check(
        "settlement.paid_by_order",
        "За каждым оплаченным документом стоит исполненное поручение на ту же сумму",
        """SELECT d.id FROM settlement_document d LEFT JOIN payment_order o
              ON o.document_id = d.id AND o.state <> 'cancelled'
            WHERE (d.state = 'paid' AND d.kind <> 'refund'
                   AND (o.id IS NULL OR o.state <> 'executed' OR o.executed <> d.payable))
               OR (o.state = 'executed' AND d.state <> 'paid')
               OR (o.id IS NOT NULL AND (o.amount <> d.payable OR d.state NOT IN ('approved', 'paid')))""",
        "Сверьте поручение с выпиской банка.",
    ),
    Check(
        "settlement.parties",
        "Документы и поручения выписаны на стороны своего соглашения",
        """SELECT d.id FROM settlement_document d JOIN payment_agreement a ON a.id = d.agreement_id
            WHERE d.organisation_id <> a.organisation_id OR d.municipality_id <> a.municipality_id
               OR d.period_id <> a.period_id
            UNION SELECT d.id FROM payment_order o JOIN settlement_document d ON d.id = o.document_id
            WHERE o.organisation_id <> d.organisation_id OR o.municipality_id <> d.municipality_id""",
        _ADVICE,
    ),
    Check(
        "settlement.executed_by_bank",
        "Исполненное по поручениям равно строкам выписок банка",
        """SELECT o.id FROM payment_order o LEFT JOIN statement_line l
              ON l.order_id = o.id AND l.verdict IN ('executed', 'partial')
            GROUP BY o.id HAVING o.executed <> coalesce(sum(l.amount), 0)""",
        "Сверьте поручение с выпиской банка.",
    ),
    *family.CHECKS,
)


def broken() -> list[Finding]:
    """Only the checks that fail, of contracts and of their settlement."""
    return [one for one in doctor.run((*enrolment.CHECKS, *CHECKS)) if not one.ok]


doctor.declare("settlement", CHECKS)
