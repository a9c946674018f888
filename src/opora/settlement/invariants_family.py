"""What is always true of the families' own money."""

from __future__ import annotations

from opora.core.doctor import Check
from opora.settlement import sql_charges

_ADVICE = "Начисления и платежи не правят: обратитесь к администратору системы."

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
        "settlement.personal_accounts",
        "Лицевой счёт равен сумме своих начислений и зачисленных платежей",
        """SELECT a.id FROM personal_account a
             LEFT JOIN (SELECT account_id, sum(amount) AS amount FROM family_charge GROUP BY 1) c ON c.account_id = a.id
             LEFT JOIN (SELECT account_id, sum(amount) AS amount FROM family_payment WHERE state = 'matched'
                         GROUP BY 1) p ON p.account_id = a.id
            WHERE a.charged <> coalesce(c.amount, 0) OR a.paid <> coalesce(p.amount, 0)""",
        _ADVICE,
    ),
    Check(
        "settlement.family_payments",
        "Платёж семьи зачислен один раз, на счёт той же организации, и стоит в реестре своим числом",
        """SELECT p.id FROM family_payment p JOIN personal_account a ON a.id = p.account_id
            WHERE a.organisation_id <> p.organisation_id
            UNION SELECT r.id FROM payment_register r LEFT JOIN family_payment p ON p.register_id = r.id
            GROUP BY r.id HAVING r.rows <> count(p.id) OR r.total <> coalesce(sum(p.amount), 0)""",
        _ADVICE,
    ),
)
