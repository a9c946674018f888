"""place_take(): one application in one round trip (design/architecture.md, "Hot path").

First the counter row is locked, then everything is read again that the decision in Python stood on. The answer
is jsonb: ``code`` is placed | waiting | full | stale | queue | key_reused, with ids; a repeat gives the first answer.
As in :mod:`opora.enrolment.sql_facts`, plans made on empty tables must serve full ones.
"""

CREATE_TAKE = """
CREATE FUNCTION place_take(p jsonb) RETURNS jsonb LANGUAGE plpgsql VOLATILE
SET enable_seqscan = off AS $$
DECLARE
    a jsonb := p->'application';
    c jsonb := p->'contract';
    v_group bigint := (a->>'group_id')::bigint;
    v_certificate bigint := (p->>'certificate')::bigint;
    v_now timestamptz := (p->>'now')::timestamptz;
    v_at timestamptz;
    v_places group_places;
    v_call idempotent_call;
    v_letter jsonb;
    v_application bigint; v_public uuid; v_contract bigint; v_position int; v_state text;
    v_answer jsonb;
BEGIN
    PERFORM set_config('opora.actor', coalesce(p->>'actor', ''), true),
            set_config('opora.request', coalesce(p->>'request', ''), true);
    -- lock order: group_places, then the certificate
    SELECT * INTO v_places FROM group_places WHERE group_id = v_group FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN '{"code": "stale"}';
    END IF;
    IF p->>'key' IS NOT NULL THEN
        SELECT * INTO v_call FROM idempotent_call
         WHERE account_id = (p->>'key_account')::bigint AND key = p->>'key';
        IF FOUND THEN
            RETURN CASE WHEN v_call.request_hash = p->>'key_hash' THEN v_call.response
                        ELSE '{"code": "key_reused"}' END;
        END IF;
    END IF;
    IF NOT place_stamps_hold(p) THEN
        RETURN '{"code": "stale"}';
    END IF;
    IF v_places.places_taken < v_places.capacity AND NOT coalesce((p->>'wait')::bool, false) THEN
        IF v_places.waiting > 0 AND NOT coalesce((p->>'queue_served')::bool, false) THEN
            RETURN '{"code": "queue"}';
        END IF;
        IF NOT (p->>'prepared')::bool THEN
            RETURN '{"code": "stale"}';
        END IF;
        IF NOT place_money_holds(p) THEN
            RETURN '{"code": "stale"}';
        END IF;
        v_state := 'submitted'; v_at := v_now; v_letter := p->'letter_placed';
        UPDATE group_places SET places_taken = places_taken + 1 WHERE group_id = v_group;
    ELSE
        IF NOT (p->>'join')::bool THEN
            RETURN '{"code": "full"}';
        END IF;
        v_state := 'waiting'; v_letter := p->'letter_waiting';
        -- arrival is the moment of the lock: never before those who wait already
        SELECT greatest(v_now, max(w.submitted_at)) INTO v_at FROM application w
         WHERE w.group_id = v_group AND w.state = 'waiting'
           AND w.priority_class = (a->>'priority_class')::int;
        UPDATE group_places SET waiting = waiting + 1 WHERE group_id = v_group;
        IF EXISTS (SELECT FROM application w WHERE w.group_id = v_group AND w.state = 'waiting'
                      AND w.priority_class > (a->>'priority_class')::int) THEN
            SELECT count(*) + 1 INTO v_position FROM application w WHERE w.group_id = v_group
               AND w.state = 'waiting' AND w.priority_class <= (a->>'priority_class')::int;
        ELSE
            v_position := v_places.waiting + 1;
        END IF;
    END IF;
    INSERT INTO application (public_id, child_id, group_id, organisation_id, municipality_id, applicant_id,
        source, funding, state, priority_class, bundle, starts_on, total_sum, certificate_sum, guardian_sum,
        submitted_at, deadline, reason_code, reason, comment)
    SELECT gen_random_uuid(), x.child_id, x.group_id, x.organisation_id, x.municipality_id, x.applicant_id,
        x.source, x.funding, v_state, x.priority_class, x.bundle, x.starts_on, x.total_sum, x.certificate_sum,
        x.guardian_sum, v_at, CASE WHEN v_state = 'submitted' THEN x.deadline END, '', '', x.comment
      FROM jsonb_to_record(a) AS x(child_id bigint, group_id bigint, organisation_id bigint,
        municipality_id bigint, applicant_id bigint, source text, funding text, priority_class int, bundle uuid,
        starts_on date, total_sum numeric, certificate_sum numeric, guardian_sum numeric, deadline timestamptz,
        comment text)
    RETURNING id, public_id INTO v_application, v_public;
    IF v_state = 'submitted' AND c IS NOT NULL THEN
        v_contract := contract_request(c, v_application, p->'months', v_now, (p->>'actor')::bigint);
    END IF;
    INSERT INTO outbox (kind, object_kind, object_id, municipality_id, payload, at)
    VALUES ('application.changed', 'application', v_application, (a->>'municipality_id')::bigint,
        jsonb_build_object('state', v_state, 'group', v_group, 'public_id', v_public), clock_timestamp());
    IF v_letter IS NOT NULL THEN
        -- every living guardian, as for all other events; and who applied, when that is a learner
        INSERT INTO letter (account_id, address, kind, subject, body, link, dedup, created_at, attempts)
        SELECT w.account, w.address, 'application', v_letter->>'subject', v_letter->>'body',
               '/cabinet/applications/' || v_public || '/',
               'application:' || v_application || ':' || v_state || ':' || w.account, v_now, 0
          FROM (SELECT g.account_id AS account, b.email AS address FROM guardianship g
                  JOIN account b ON b.id = g.account_id
                 WHERE g.child_id = (a->>'child_id')::bigint AND g.ended_at IS NULL
                UNION
                SELECT (v_letter->>'account')::bigint, v_letter->>'address' WHERE v_letter ? 'account') w
        ON CONFLICT (dedup) DO NOTHING;
    END IF;
    v_answer := jsonb_build_object('code', CASE v_state WHEN 'submitted' THEN 'placed' ELSE 'waiting' END,
        'application', v_application, 'public_id', v_public, 'contract', v_contract, 'position', v_position);
    IF p->>'key' IS NOT NULL THEN
        INSERT INTO idempotent_call (account_id, key, request_hash, response, at)
        VALUES ((p->>'key_account')::bigint, p->>'key', p->>'key_hash', v_answer, clock_timestamp());
    END IF;
    RETURN v_answer;
END $$;

CREATE FUNCTION place_stamps_hold(p jsonb) RETURNS bool LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    RETURN EXISTS (SELECT FROM learning_group g JOIN programme r ON r.id = g.programme_id
             WHERE g.id = (p->'application'->>'group_id')::bigint
               AND g.xmin::text = p->>'group_stamp' AND r.xmin::text = p->>'programme_stamp')
       AND NOT EXISTS (SELECT FROM application w
             WHERE w.child_id = (p->'application'->>'child_id')::bigint
               AND w.group_id + 0 = (p->'application'->>'group_id')::bigint
               AND w.id IS DISTINCT FROM (p->>'own')::bigint
               AND w.state IN ('submitted', 'confirmed', 'enrolled', 'waiting', 'place_offered'));
END $$;

-- locks what the sum and the limits stand on, then compares it with what the decision saw
CREATE FUNCTION place_money_holds(p jsonb) RETURNS bool LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    v_certificate bigint := (p->>'certificate')::bigint;
    v_period bigint := (p->>'period')::bigint;
BEGIN
    IF p->>'programme_limit' IS NOT NULL THEN
        PERFORM pg_advisory_xact_lock(hashtextextended('programme_limit:' || (p->>'programme') || ':' || v_period, 0));
        IF (SELECT count(*) FROM contract k WHERE k.programme_id = (p->>'programme')::bigint
               AND k.period_id + 0 = v_period AND (k.state IN ('requested', 'offered')
                OR k.state = 'active' AND k.terminates_on IS NULL)) >= (p->>'programme_limit')::int THEN
            RETURN false;
        END IF;
    END IF;
    IF p->>'money_limit' IS NOT NULL THEN
        PERFORM pg_advisory_xact_lock(hashtextextended('certificate_group:' || (p->>'certificate_group'), 0));
        IF (SELECT coalesce(sum(b.reserve + b.spent), 0) FROM certificate_balance b
             WHERE b.certificate_group_id = (p->>'certificate_group')::bigint)
           + (p->'contract'->>'certificate_sum')::numeric > (p->>'money_limit')::numeric THEN
            RETURN false;
        END IF;
    END IF;
    IF v_certificate IS NULL THEN
        RETURN true;
    END IF;
    PERFORM FROM certificate WHERE id = v_certificate FOR NO KEY UPDATE;
    IF NOT EXISTS (SELECT FROM certificate WHERE id = v_certificate AND xmin::text = p->>'certificate_stamp') THEN
        RETURN false;
    END IF;
    IF p->>'balance_version' IS NOT NULL AND NOT EXISTS (SELECT FROM certificate_balance
         WHERE certificate_id = v_certificate AND period_id = v_period
           AND version = (p->>'balance_version')::bigint) THEN
        RETURN false;
    END IF;
    RETURN p->>'budget_places' IS NULL OR (SELECT count(*) FROM application w
         WHERE w.child_id = (p->'application'->>'child_id')::bigint AND w.funding = 'budget'
           AND w.id IS DISTINCT FROM (p->>'own')::bigint
           AND w.state IN ('submitted', 'confirmed', 'enrolled', 'place_offered')) = (p->>'budget_places')::int;
END $$;

-- the contract with its months; balance -> reserve. The caller holds group_places and the certificate.
CREATE FUNCTION contract_request(c jsonb, p_application bigint, p_months jsonb, p_now timestamptz, p_account bigint)
RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    v_contract bigint;
BEGIN
    INSERT INTO contract (public_id, number, application_id, certificate_id, period_id, child_id, group_id,
        programme_id, organisation_id, municipality_id, focus_area, state, starts_on, ends_on, price,
        normative_cost, total_sum, certificate_sum, guardian_sum, requested_at, acceptance, terminated_by,
        termination_ground)
    SELECT gen_random_uuid(), '', p_application, x.certificate_id, x.period_id, x.child_id, x.group_id,
        x.programme_id, x.organisation_id, x.municipality_id, x.focus_area, 'requested', x.starts_on, x.ends_on,
        x.price, x.normative_cost, x.total_sum, x.certificate_sum, x.guardian_sum, p_now, '{}', '', ''
      FROM jsonb_to_record(c) AS x(certificate_id bigint, period_id bigint, child_id bigint, group_id bigint,
        programme_id bigint, organisation_id bigint, municipality_id bigint, focus_area text, starts_on date,
        ends_on date, price numeric, normative_cost numeric, total_sum numeric, certificate_sum numeric,
        guardian_sum numeric)
    RETURNING id INTO v_contract;
    INSERT INTO contract_month (contract_id, month, certificate_sum, guardian_sum, state)
    SELECT v_contract, x.month, x.certificate_sum, x.guardian_sum, 'reserved'
      FROM jsonb_to_recordset(p_months) AS x(month date, certificate_sum numeric, guardian_sum numeric);
    PERFORM certificate_post((c->>'certificate_id')::bigint, (c->>'period_id')::bigint, 'request', 'contract',
        v_contract, NULL, 0, -(c->>'certificate_sum')::numeric, (c->>'certificate_sum')::numeric, 0,
        c->>'reason', p_account, p_now, NULL);
    INSERT INTO outbox (kind, object_kind, object_id, municipality_id, payload, at)
    VALUES ('contract.changed', 'contract', v_contract, (c->>'municipality_id')::bigint,
        jsonb_build_object('state', 'requested', 'application', p_application), clock_timestamp());
    RETURN v_contract;
END $$;
"""
DROP_TAKE = """
DROP FUNCTION place_take; DROP FUNCTION place_stamps_hold; DROP FUNCTION place_money_holds;
DROP FUNCTION contract_request;
"""
