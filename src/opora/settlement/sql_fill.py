"""Set-based counting of drafts: candidates, completeness of groups, rows, totals.

The arithmetic is that of `certificates.rules.settlement` in whole kopecks and hundredths of hours; a property test
holds the two equal. Every statement works on any number of documents at once.
"""

from __future__ import annotations

CANDIDATES = """
CREATE TEMP TABLE settling ON COMMIT DROP AS
WITH doc AS (
    SELECT id, kind, month, organisation_id, period_id, agreement_id, refers_to_id
      FROM settlement_document WHERE id = ANY(%(documents)s) AND state = 'draft'
), paid_ahead AS (
    SELECT r.contract_id, r.month, sum(r.advance) AS advance
      FROM settlement_row r JOIN settlement_document s ON s.id = r.document_id
     WHERE s.kind = 'advance_request' AND s.state IN ('approved', 'paid')
       AND s.agreement_id IN (SELECT agreement_id FROM doc)
     GROUP BY 1, 2
), settled AS (
    SELECT r.contract_id, r.month, sum(r.accrual) AS accrual, sum(r.advance) AS advance
      FROM settlement_row r JOIN settlement_document s ON s.id = r.document_id
     WHERE s.kind <> 'advance_request' AND s.state IN ('issued', 'approved', 'paid')
       AND s.agreement_id IN (SELECT agreement_id FROM doc)
     GROUP BY 1, 2
)
SELECT d.id AS document_id, d.kind, k.id AS contract_id, k.group_id, cm.month, cm.state = 'spent' AS due,
       CASE WHEN cm.state = 'spent' THEN cm.certificate_sum ELSE 0 END AS plan,
       coalesce(a.advance, 0) AS advance, coalesce(s.accrual, 0) AS accrued_before,
       coalesce(s.advance, 0) AS advance_before,
       k.number AS contract_number, coalesce(c.number, '') AS certificate_number
  FROM doc d
  JOIN contract k ON k.organisation_id = d.organisation_id AND k.period_id = d.period_id
  JOIN certificate c ON c.id = k.certificate_id
  JOIN contract_month cm ON cm.contract_id = k.id AND cm.month <= d.month AND cm.state <> 'reserved'
   AND (cm.state = 'returned' OR coalesce(cm.moved_at, '-infinity') <= %(now)s)
  LEFT JOIN paid_ahead a ON a.contract_id = k.id AND a.month = cm.month
  LEFT JOIN settled s ON s.contract_id = k.id AND s.month = cm.month
  LEFT JOIN settlement_row rr
    ON d.kind IN ('correction', 'refund') AND rr.document_id = d.refers_to_id
   AND rr.contract_id = k.id AND rr.month = cm.month
 WHERE CASE d.kind
       WHEN 'advance_request' THEN cm.month = d.month AND cm.state = 'spent' AND s.contract_id IS NULL
       WHEN 'invoice' THEN s.contract_id IS NULL AND (cm.state = 'spent' OR a.contract_id IS NOT NULL)
       ELSE cm.month = d.month OR rr.id IS NOT NULL END
"""
"""`settling`: each (document, contract, month) with what was accrued and advanced before it."""

FORGET = """
DELETE FROM settlement_row WHERE document_id = ANY(%(documents)s)
    AND document_id IN (SELECT id FROM settlement_document WHERE state = 'draft');
DELETE FROM settlement_completeness WHERE document_id = ANY(%(documents)s)
    AND document_id IN (SELECT id FROM settlement_document WHERE state = 'draft')
"""

COMPLETENESS = """
INSERT INTO settlement_completeness (document_id, group_id, month, planned, delivered, cancelled, unmarked)
WITH festive AS (
    SELECT * FROM unnest(%(regions)s::bigint[], %(days)s::date[]) AS f(region_id, day)
), wanted AS (
    SELECT DISTINCT s.document_id, s.group_id, s.month, (s.month + interval '1 month - 1 day')::date AS month_end,
           d.as_of, m.region_id, g.starts_on, g.ends_on
      FROM settling s JOIN settlement_document d ON d.id = s.document_id
      JOIN learning_group g ON g.id = s.group_id JOIN municipality m ON m.id = g.municipality_id
     WHERE s.kind <> 'advance_request'
), planned AS (
    SELECT w.*, s.id AS slot_id, s.academic_hours AS hours, s.starts_at, dated.day
      FROM wanted w JOIN slot s ON s.group_id = w.group_id
     CROSS JOIN LATERAL (SELECT greatest(w.month, w.starts_on, s.valid_from) AS first,
                                least(w.month_end, w.ends_on, s.valid_to) AS last) span
     CROSS JOIN LATERAL generate_series(0, 4) AS week
     CROSS JOIN LATERAL (SELECT span.first
         + ((s.weekday - extract(isodow FROM span.first)::int + 7) %% 7) + 7 * week AS day) dated
     WHERE dated.day <= span.last
       AND NOT EXISTS (SELECT FROM festive f WHERE f.region_id = w.region_id AND f.day = dated.day)
), changed AS (
    SELECT p.*, coalesce(e.cancelled, false) AS cancelled, coalesce(e.new_date, p.day) AS held_on,
           coalesce(e.new_start, p.starts_at) AS held_at
      FROM planned p LEFT JOIN LATERAL (
        SELECT bool_or(x.kind = 'cancelled') AS cancelled,
               (array_agg(coalesce(x.new_date, x.date) ORDER BY x.id DESC) FILTER (WHERE x.kind = 'moved'))[1] AS new_date,
               (array_agg(x.new_starts_at ORDER BY x.id DESC)
                    FILTER (WHERE x.kind = 'moved' AND x.new_starts_at IS NOT NULL))[1] AS new_start
          FROM lesson_exception x
         WHERE x.group_id = p.group_id AND x.date = p.day AND x.kind <> 'extra'
           AND (x.slot_id IS NULL OR x.slot_id = p.slot_id)) e ON true
), judged AS (
    SELECT c.*, coalesce(l.state, 'planned') AS journal
      FROM changed c LEFT JOIN lesson l
        ON l.group_id = c.group_id AND l.date = c.held_on AND l.starts_at = c.held_at
), plan AS (
    SELECT document_id, group_id, month, sum(hours) AS planned,
           coalesce(sum(hours) FILTER (WHERE cancelled OR journal = 'cancelled'), 0) AS cancelled,
           coalesce(sum(hours) FILTER (WHERE NOT cancelled AND journal = 'planned' AND held_on > as_of
               AND held_on <= month_end), 0) AS ahead,
           coalesce(sum(hours) FILTER (WHERE NOT cancelled AND journal = 'planned' AND held_on <= as_of), 0) AS unmarked
      FROM judged GROUP BY 1, 2, 3
), held AS (
    SELECT w.document_id, w.group_id, w.month, sum(l.academic_hours) AS hours
      FROM wanted w JOIN lesson l ON l.group_id = w.group_id AND l.for_month = w.month AND l.state = 'held'
     GROUP BY 1, 2, 3
), made_up AS (
    SELECT w.document_id, w.group_id, w.month,
           sum(round(extract(epoch FROM x.new_ends_at - x.new_starts_at) / 2700, 2)) AS hours
      FROM wanted w JOIN lesson_exception x ON x.group_id = w.group_id AND x.kind = 'extra'
       AND x.date BETWEEN w.month AND w.month_end AND coalesce(x.new_date, x.date) > w.as_of
       AND coalesce(x.new_date, x.date) <= w.month_end
     GROUP BY 1, 2, 3
)
SELECT w.document_id, w.group_id, w.month, coalesce(p.planned, 0),
       coalesce(h.hours, 0) + coalesce(p.ahead, 0) + coalesce(u.hours, 0), coalesce(p.cancelled, 0),
       coalesce(p.unmarked, 0)
  FROM wanted w
  LEFT JOIN plan p USING (document_id, group_id, month)
  LEFT JOIN held h USING (document_id, group_id, month)
  LEFT JOIN made_up u USING (document_id, group_id, month)
"""
"""Planned hours from the timetable without holidays; delivered: held lessons for the month, and what is still ahead."""

ROWS = """
INSERT INTO settlement_row (document_id, contract_id, group_id, month, contract_number, certificate_number,
    plan, planned, delivered, accrual, advance, amount)
SELECT document_id, contract_id, group_id, month, contract_number, certificate_number, plan, planned, delivered,
       accrual, advance, accrual - advance
  FROM (
    SELECT s.document_id, s.contract_id, s.group_id, s.month, s.contract_number, s.certificate_number, s.plan,
           q.planned, least(q.delivered, q.planned) AS delivered, s.advance - s.advance_before AS advance, s.kind,
           CASE WHEN s.kind = 'refund' THEN least(t.accrual - s.accrued_before, 0)
                ELSE t.accrual - s.accrued_before END AS accrual
      FROM settling s
      JOIN settlement_completeness q USING (document_id, group_id, month)
     CROSS JOIN LATERAL (SELECT CASE WHEN q.planned = 0 THEN s.plan
         ELSE div(2 * (s.plan * 100) * (least(q.delivered, q.planned) * 100) + q.planned * 100,
                  2 * (q.planned * 100)) / 100 END AS accrual) t
     WHERE s.kind <> 'advance_request') counted
 WHERE kind = 'invoice' OR accrual <> 0 OR advance <> 0
"""
"""⟦month × delivered / planned⟧₂ − advance: floor of the half-added fraction, all whole numbers until the end."""

ADVANCES = """
INSERT INTO settlement_row (document_id, contract_id, group_id, month, contract_number, certificate_number,
    plan, accrual, advance, amount, planned, delivered)
SELECT s.document_id, s.contract_id, s.group_id, s.month, s.contract_number, s.certificate_number, s.plan, 0,
       a.advance, a.advance, 0, 0
  FROM settling s JOIN settlement_document d ON d.id = s.document_id
  JOIN funding_period p ON p.id = d.period_id
 CROSS JOIN LATERAL (SELECT round(
     s.plan * coalesce((p.parameters->>'advance_percent')::numeric, 80) * 0.01, 2) AS advance) a
 WHERE s.kind = 'advance_request'
"""
"""⟦month × percent⟧₂: products of numeric are exact, round() takes a half up."""

TOTALS = """
WITH sums AS (
    SELECT d.id, d.kind, d.agreement_id, coalesce(sum(r.accrual), 0) AS accrual, coalesce(sum(r.advance), 0) AS advance,
           coalesce(sum(r.amount), 0) AS amount, count(DISTINCT r.contract_id) AS contracts
      FROM settlement_document d LEFT JOIN settlement_row r ON r.document_id = d.id
     WHERE d.id = ANY(%(documents)s) AND d.state = 'draft' GROUP BY d.id
), tail AS (
    SELECT t.agreement_id, t.id, t.carried_out FROM settlement_document t
     WHERE t.kind <> 'advance_request' AND t.state IN ('issued', 'approved', 'paid')
       AND t.agreement_id IN (SELECT agreement_id FROM sums)
       AND NOT EXISTS (SELECT FROM settlement_document n WHERE n.previous_id = t.id AND n.state <> 'returned')
), counted AS (
    SELECT s.*, CASE WHEN s.kind = 'advance_request' THEN 0 ELSE coalesce(t.carried_out, 0) END AS carried_in
      FROM sums s LEFT JOIN tail t ON t.agreement_id = s.agreement_id
)
UPDATE settlement_document d
   SET accrual = c.accrual, advance = c.advance, contracts = c.contracts, carried_in = c.carried_in,
       total = c.amount - c.carried_in, payable = greatest(0, c.amount - c.carried_in),
       carried_out = CASE WHEN c.kind IN ('invoice', 'correction') THEN greatest(0, c.carried_in - c.amount) ELSE 0 END,
       refund = CASE WHEN c.kind = 'refund' THEN greatest(0, c.carried_in - c.amount) ELSE 0 END,
       prepared_at = %(now)s
  FROM counted c WHERE c.id = d.id
"""

PREPARE = """
INSERT INTO settlement_document (agreement_id, period_id, organisation_id, municipality_id, kind, month, state,
    contracts, accrual, advance, carried_in, total, payable, carried_out, refund, reason, remarks, prepared_at)
SELECT a.id, a.period_id, a.organisation_id, a.municipality_id, %(kind)s, %(month)s::date, 'draft',
       0, 0, 0, 0, 0, 0, 0, 0, '', '', %(now)s
  FROM payment_agreement a JOIN funding_period p ON p.id = a.period_id
 WHERE a.id = ANY(%(agreements)s) AND a.state <> 'draft'
   AND p.starts_on <= (%(month)s::date + interval '1 month - 1 day') AND p.ends_on >= %(month)s::date
   AND EXISTS (
       SELECT FROM contract k JOIN contract_month cm ON cm.contract_id = k.id
        WHERE k.organisation_id = a.organisation_id AND k.period_id = a.period_id
          AND cm.month = %(month)s::date AND cm.state = 'spent'
          AND coalesce(cm.moved_at, '-infinity') <= %(now)s)
   AND NOT EXISTS (SELECT FROM settlement_document i WHERE i.agreement_id = a.id AND i.month = %(month)s::date
        AND i.kind = 'invoice' AND i.state IN ('issued', 'approved', 'paid'))
 ORDER BY a.id
ON CONFLICT DO NOTHING
RETURNING id
"""
"""One draft per agreement with money in the month; a repeat makes nothing (unique key)."""
