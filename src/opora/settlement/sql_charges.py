"""Charges of the families' own part: set by set, one municipality at a time; and what is never changed."""

from __future__ import annotations

OPEN = """
INSERT INTO personal_account (public_id, number, application_id, contract_id, child_id, group_id, organisation_id,
    municipality_id, charged, paid, refunded, opened_at)
SELECT gen_random_uuid(), lpad(a.id::text, 9, '0') || lpad((98 - a.id * 100 %% 97)::text, 2, '0'), a.id, k.id,
       a.child_id, a.group_id, a.organisation_id, a.municipality_id, 0, 0, 0, %(now)s
  FROM application a
  LEFT JOIN contract k ON k.application_id = a.id
 WHERE a.municipality_id = %(municipality)s AND a.guardian_sum > 0
   AND (CASE WHEN a.funding = 'certificate' THEN k.guardian_sum > 0 AND k.state IN ('active', 'closed')
             ELSE a.funding = 'paid' AND a.state IN ('enrolled', 'finished') END)
   AND NOT EXISTS (SELECT FROM personal_account p WHERE p.application_id = a.id)
ON CONFLICT (application_id) DO NOTHING
"""
"""A personal account for everyone whose family pays; its number is the application's with check digits MOD 97-10."""

LOCK = """
SELECT id FROM personal_account WHERE municipality_id = %(municipality)s ORDER BY id FOR NO KEY UPDATE
"""
"""The accounts ascending: two runs, or a run and a payment, go one after another."""

DUE = """
    SELECT a.id AS account_id, cm.month, CASE WHEN cm.state = 'spent' THEN cm.guardian_sum ELSE 0 END AS amount
      FROM personal_account a JOIN contract_month cm ON cm.contract_id = a.contract_id
     WHERE {where}
    UNION ALL
    SELECT a.id, (s.first + n.place * interval '1 month')::date,
           CASE WHEN e.id IS NULL OR (s.first + n.place * interval '1 month')::date > e.ends_on THEN 0
                WHEN n.place = 0 THEN t.amount - o.other * (s.months - 1) / 100.0 ELSE o.other / 100.0 END
      FROM personal_account a
      JOIN application t0 ON t0.id = a.application_id
      JOIN learning_group g ON g.id = t0.group_id
      LEFT JOIN enrolment e ON e.application_id = t0.id
     CROSS JOIN LATERAL (SELECT t0.guardian_sum AS amount) t
     CROSS JOIN LATERAL (SELECT date_trunc('month', t0.starts_on)::date AS first,
            (g.ends_on - t0.starts_on + 1)::numeric AS days,
            (least(g.ends_on, (date_trunc('month', t0.starts_on) + interval '1 month - 1 day')::date)
                - t0.starts_on + 1)::numeric AS first_days,
            ((extract(year FROM g.ends_on) - extract(year FROM t0.starts_on)) * 12
                + extract(month FROM g.ends_on) - extract(month FROM t0.starts_on) + 1)::int AS months) s
     CROSS JOIN LATERAL (SELECT CASE WHEN s.months <= 1 THEN 0 ELSE
            div((s.days - s.first_days) * t.amount * 100, s.days * (s.months - 1)) END AS other) o
     CROSS JOIN LATERAL generate_series(0, s.months - 1) AS n(place)
     WHERE a.contract_id IS NULL AND {where}
"""
"""What each (account, month) comes to: the contract's guardian sums of months that have begun, nothing for returned
ones; a paid programme's price over its months by `certificates.rules.arithmetic.spread`, to the month of leaving."""

ALL_DUE = DUE.format(where="true")
_HERE = DUE.format(where="a.municipality_id = %(municipality)s")
CHARGE = f"""
WITH due AS ({_HERE}), had AS (
    SELECT account_id, month, sum(amount) AS amount FROM family_charge
     WHERE municipality_id = %(municipality)s GROUP BY 1, 2
), made AS (
    INSERT INTO family_charge (account_id, organisation_id, municipality_id, month, kind, amount, due_on, made_at)
    SELECT d.account_id, a.organisation_id, a.municipality_id, d.month,
           CASE WHEN h.account_id IS NULL THEN 'charge' ELSE 'correction' END,
           d.amount - coalesce(h.amount, 0),
           greatest(d.month + %(due_day)s - 1, %(today)s::date + %(days)s), %(now)s
      FROM due d JOIN personal_account a ON a.id = d.account_id
      LEFT JOIN had h ON h.account_id = d.account_id AND h.month = d.month
     WHERE a.municipality_id = %(municipality)s AND d.month <= %(month)s AND d.amount <> coalesce(h.amount, 0)
    RETURNING account_id, amount
), sums AS (SELECT account_id, sum(amount) AS amount FROM made GROUP BY 1), moved AS (
    UPDATE personal_account a SET charged = a.charged + s.amount FROM sums s WHERE a.id = s.account_id RETURNING 1
)
SELECT count(*) FROM made
"""
"""One charge for each month that has none, corrections where a month's sum has changed; a repeat adds nothing."""

FREEZE = """
CREATE FUNCTION family_charge_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'charge % is made and never changes', OLD.id;
END $$;
CREATE TRIGGER family_charge_frozen BEFORE UPDATE OR DELETE ON family_charge
    FOR EACH ROW EXECUTE FUNCTION family_charge_frozen();
"""
THAW = """
DROP TRIGGER family_charge_frozen ON family_charge;
DROP FUNCTION family_charge_frozen();
"""
