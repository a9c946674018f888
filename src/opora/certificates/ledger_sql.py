"""The database function behind :mod:`opora.certificates.ledger`; also called by enrolment's place_take()."""

CREATE_POST = """
CREATE FUNCTION certificate_post(
    p_certificate bigint, p_period bigint, p_act text, p_source_kind text, p_source_id bigint, p_month date,
    p_nominal numeric, p_balance numeric, p_reserve numeric, p_spent numeric,
    p_reason text, p_account bigint, p_at timestamptz, p_group bigint
) RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    v_entry bigint;
    v_municipality bigint;
BEGIN
    -- the entry goes first: its unique key decides whether this act has been recorded already
    INSERT INTO certificate_entry (certificate_id, period_id, act, source_kind, source_id, month,
        d_nominal, d_balance, d_reserve, d_spent, reason, account_id, at)
    VALUES (p_certificate, p_period, p_act, p_source_kind, p_source_id, p_month,
        p_nominal, p_balance, p_reserve, p_spent, p_reason, p_account, p_at)
    ON CONFLICT (certificate_id, act, source_kind, source_id, month) DO NOTHING
    RETURNING id INTO v_entry;
    IF v_entry IS NULL THEN
        RETURN NULL;
    END IF;
    -- the CHECKs of the totals row refuse a negative part
    UPDATE certificate_balance
       SET nominal = nominal + p_nominal, balance = balance + p_balance, reserve = reserve + p_reserve,
           spent = spent + p_spent, certificate_group_id = coalesce(p_group, certificate_group_id),
           version = version + 1
     WHERE certificate_id = p_certificate AND period_id = p_period;
    IF NOT FOUND THEN
        INSERT INTO certificate_balance (certificate_id, period_id, certificate_group_id,
            nominal, balance, reserve, spent, version)
        VALUES (p_certificate, p_period, p_group, p_nominal, p_balance, p_reserve, p_spent, 1);
    END IF;
    SELECT municipality_id INTO v_municipality FROM certificate WHERE id = p_certificate;
    INSERT INTO outbox (kind, object_kind, object_id, municipality_id, payload, at)
    VALUES ('certificate.entry', 'certificate', p_certificate, v_municipality,
        jsonb_build_object('entry', v_entry, 'act', p_act, 'period', p_period, 'd_nominal', p_nominal::text,
            'd_balance', p_balance::text, 'd_reserve', p_reserve::text, 'd_spent', p_spent::text),
        clock_timestamp());
    RETURN v_entry;
END $$;
"""
DROP_POST = "DROP FUNCTION certificate_post;"
