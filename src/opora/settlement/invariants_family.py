"""What is always true of the families' own money."""

from __future__ import annotations

from opora.core.doctor import Check
from opora.settlement import sql_charges

_ADVICE = "Начисления и платежи не правят: обратитесь к администратору системы."
_PAPERS = "Откройте справку: исправляют новой справкой, не правкой. Обратитесь к администратору системы."

CHECKS: tuple[Check, ...] = (
    Check(
        "settlement.charges",
        "Начислено семье за месяц не меньше нуля и не больше её суммы по договору",
        """SELECT a.id FROM family_charge c JOIN personal_account a ON a.id = c.account_id
              LEFT JOIN contract_month m ON m.contract_id = a.contract_id AND m.month = c.month
            GROUP BY a.id, c.month, m.guardian_sum, a.contract_id
            HAVING sum(c.amount) < 0 OR (a.contract_id IS NOT NULL
                AND sum(c.amount) NOT IN (0, coalesce(m.guardian_sum, 0)))""",
        _ADVICE,
    ),
    Check(
        "settlement.charges_due",
        "За каждый начисленный месяц начислено ровно столько, сколько следует из договора или цены",
        f"""WITH due AS ({sql_charges.ALL_DUE})
            SELECT d.account_id FROM due d
              JOIN (SELECT account_id, month, sum(amount) AS amount FROM family_charge GROUP BY 1, 2) c
                ON c.account_id = d.account_id AND c.month = d.month
             WHERE d.amount > c.amount""",
        _ADVICE,
    ),
    Check(
        "settlement.charges_after_notice",
        "После последнего дня расторгнутого договора семье ничего не начислено",
        """SELECT a.id FROM family_charge c JOIN personal_account a ON a.id = c.account_id
              JOIN contract k ON k.id = a.contract_id
            WHERE k.terminates_on IS NOT NULL AND c.month > k.terminates_on
            GROUP BY a.id, c.month HAVING sum(c.amount) > 0""",
        _ADVICE,
    ),
    Check(
        "settlement.personal_accounts",
        "Лицевой счёт равен сумме своих начислений, зачисленных платежей и выплаченных возвратов",
        """SELECT a.id FROM personal_account a
             LEFT JOIN (SELECT account_id, sum(amount) AS amount FROM family_charge GROUP BY 1) c ON c.account_id = a.id
             LEFT JOIN (SELECT account_id, sum(amount) AS amount FROM family_payment WHERE state = 'matched'
                         GROUP BY 1) p ON p.account_id = a.id
             LEFT JOIN (SELECT account_id, sum(amount) AS amount FROM family_refund WHERE state = 'paid'
                         GROUP BY 1) r ON r.account_id = a.id
            WHERE a.charged <> coalesce(c.amount, 0) OR a.paid <> coalesce(p.amount, 0)
               OR a.refunded <> coalesce(r.amount, 0) OR a.refunded > a.paid""",
        _ADVICE,
    ),
    Check(
        "settlement.family_payments",
        "Платёж семьи зачислен один раз, на счёт той же организации, и стоит в реестре своим числом",
        """SELECT p.id FROM family_payment p JOIN personal_account a ON a.id = p.account_id
            WHERE a.organisation_id <> p.organisation_id OR p.state <> 'matched'
            UNION SELECT id FROM family_payment WHERE state = 'matched' AND account_id IS NULL
            UNION SELECT min(id) FROM family_payment WHERE state <> 'repeated'
            GROUP BY organisation_id, reference HAVING count(*) > 1
            UNION SELECT r.id FROM payment_register r LEFT JOIN family_payment p ON p.register_id = r.id
            GROUP BY r.id HAVING r.rows <> count(p.id) OR r.total <> coalesce(sum(p.amount), 0)""",
        _ADVICE,
    ),
    Check(
        "settlement.family_refunds",
        "Возврат семье выплачен по поручению, и открытый возврат у счёта один",
        """SELECT r.id FROM family_refund r JOIN personal_account a ON a.id = r.account_id
            WHERE r.amount <= 0 OR r.organisation_id <> a.organisation_id
               OR (r.state = 'paid' AND (r.paid_on IS NULL OR r.order_number = ''))
            UNION SELECT min(id) FROM family_refund WHERE state IN ('asked', 'approved')
            GROUP BY account_id HAVING count(*) > 1""",
        "Сверьте возвраты с выпиской организации. Обратитесь к администратору системы.",
    ),
    Check(
        "settlement.tax_certificates",
        "Справка для налоговой равна сумме своих платежей, и каждый платёж учтён в одной действующей справке",
        """SELECT t.id FROM tax_certificate t LEFT JOIN tax_certificate_line l ON l.certificate_id = t.id
            WHERE t.number IS NOT NULL AND t.correction <> 999
            GROUP BY t.id HAVING t.amount <> coalesce(sum(l.amount), 0)
            UNION SELECT l.certificate_id FROM tax_certificate_line l JOIN tax_certificate t ON t.id = l.certificate_id
              JOIN family_payment p ON p.id = l.payment_id
            WHERE l.living <> (t.state = 'issued') OR l.amount > p.amount OR extract(year FROM p.paid_on) <> t.year
               OR p.organisation_id <> t.organisation_id
            UNION SELECT min(certificate_id) FROM tax_certificate_line WHERE living
            GROUP BY payment_id HAVING count(*) > 1""",
        _PAPERS,
    ),
    Check(
        "settlement.tax_numbers",
        "Номера справок для налоговой идут по организации и году без пропусков, корректировки по порядку",
        """SELECT n.organisation_id FROM (
                SELECT organisation_id, year, count(*) FILTER (WHERE correction = 0) AS many, max(number) AS last,
                       min(number) AS first
                  FROM tax_certificate WHERE number IS NOT NULL GROUP BY 1, 2) n
              LEFT JOIN counter c ON c.issuer_kind = 'organisation' AND c.issuer_id = n.organisation_id
                AND c.series = 'tax_certificate' AND c.year = n.year
            WHERE n.first <> 1 OR n.last <> n.many OR c.last IS DISTINCT FROM n.last
            UNION SELECT min(id) FROM tax_certificate WHERE number IS NOT NULL AND correction <> 999
            GROUP BY organisation_id, year, number HAVING max(correction) <> count(*) - 1""",
        "Номер пропущен или выдан дважды. Обратитесь к администратору системы.",
    ),
)
