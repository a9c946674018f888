"""month_turn(): one batch of certificates, ascending, so that a run may be interrupted and repeated."""

CREATE_TURN = """
CREATE FUNCTION month_turn(p_month date, p_certificates bigint[], p_now timestamptz)
RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    moved bigint;
BEGIN
    -- certificates first, ascending: the one lock order; afterwards everything is read again
    PERFORM FROM certificate WHERE id = ANY(p_certificates) ORDER BY id FOR NO KEY UPDATE;
    WITH due AS (
        UPDATE contract_month cm SET state = 'spent', moved_at = p_now
          FROM contract k
         WHERE k.id = cm.contract_id AND k.certificate_id = ANY(p_certificates) AND k.state = 'active'
           AND cm.state = 'reserved' AND cm.month <= p_month
        RETURNING cm.contract_id, cm.month, cm.certificate_sum, k.certificate_id, k.period_id, k.municipality_id
    ), entries AS (
        INSERT INTO certificate_entry (certificate_id, period_id, act, source_kind, source_id, month,
            d_nominal, d_balance, d_reserve, d_spent, reason, account_id, at)
        SELECT certificate_id, period_id, 'month', 'contract', contract_id, month,
            0, 0, -certificate_sum, certificate_sum, 'Оплата месяца обучения', NULL, p_now FROM due
        RETURNING id, certificate_id, period_id, d_spent
    ), totals AS (
        UPDATE certificate_balance b
           SET reserve = b.reserve - t.spent, spent = b.spent + t.spent, version = b.version + 1
          FROM (SELECT certificate_id, period_id, sum(d_spent) AS spent FROM entries GROUP BY 1, 2) t
         WHERE b.certificate_id = t.certificate_id AND b.period_id = t.period_id
        RETURNING b.id
    ), told AS (
        INSERT INTO outbox (kind, object_kind, object_id, municipality_id, payload, at)
        SELECT 'certificate.entry', 'certificate', e.certificate_id, c.municipality_id,
            jsonb_build_object('entry', e.id, 'act', 'month', 'period', e.period_id, 'd_nominal', '0.00',
                'd_balance', '0.00', 'd_reserve', (-e.d_spent)::text, 'd_spent', e.d_spent::text),
            clock_timestamp()
          FROM entries e JOIN certificate c ON c.id = e.certificate_id
        RETURNING 1
    )
    SELECT count(*) INTO moved FROM entries;
    RETURN moved;
END $$;
CREATE INDEX contract_month_reserved ON contract_month (month, contract_id) WHERE state = 'reserved';
"""
DROP_TURN = "DROP INDEX contract_month_reserved; DROP FUNCTION month_turn;"
