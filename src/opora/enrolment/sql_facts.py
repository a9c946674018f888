"""The database function that reads everything eligibility looks at, in one round trip with a kept plan.

Its plan may be made while the tables of a new year are empty, and is kept when they are full: no whole table is ever
read (enable_seqscan), and ``+ 0`` keeps the index of a column that many rows share out of the choice.
"""

CREATE_FACTS = """
CREATE FUNCTION enrolment_facts(
    p_child bigint, p_group bigint, p_funding text, p_start date, p_now timestamptz,
    p_account bigint, p_key text, p_application bigint
) RETURNS TABLE (
    child_id bigint, birth_date date, sex text, child_municipality bigint, child_name text, medical_until date,
    group_id bigint, group_name text, group_stamp text, group_state text, group_starts date, group_ends date,
    age_from int, age_to int, group_sex text, residents_only bool, needs_medical bool, entrance_tests bool,
    for_budget bool, for_certificate bool, for_paid bool, window_from timestamptz, window_to timestamptz,
    price numeric, normative_cost numeric, capacity int, taken int, waiting int,
    programme_id bigint, programme_name text, programme_state text, programme_stamp text, focus_area text,
    organisation_id bigint, organisation_name text, organisation_state text, ownership text, provider_since date,
    municipality_id bigint, time_zone text, region_id bigint, calendar_stamp text, today date, start date,
    registers text[], living bool, key_hash text, key_answer text,
    certificate_id bigint, certificate_state text, certificate_kind text, certificate_stamp text,
    period_id bigint, period_starts date, period_ends date, contracting_closes_at timestamptz, parameters text,
    act text, agreement bool, balance numeric, balance_version bigint, certificate_group_id bigint,
    group_money numeric, focus_allowed bool, focus_limit int, programme_limit int,
    contracts int, focus_contracts int, programme_contracts int, committed numeric, budget_places jsonb,
    consent_withdrawn bool
) LANGUAGE plpgsql STABLE SET enable_seqscan = off AS $$
#variable_conflict use_column
BEGIN
RETURN QUERY
SELECT c.id, c.birth_date, c.sex::text, c.municipality_id, c.first_name::text, sc.medical_until,
    g.id, g.name::text, g.xmin::text, g.state::text, g.starts_on, g.ends_on,
    g.age_from::int, g.age_to::int, g.sex::text, g.residents_only, g.needs_medical, g.has_entrance_tests,
    g.for_budget, g.for_certificate, g.for_paid, g.window_from, g.window_to,
    g.price, g.normative_cost, gp.capacity::int, gp.places_taken::int, gp.waiting::int,
    p.id, p.name::text, p.state::text, p.xmin::text, p.focus_area::text,
    o.id, o.short_name::text, o.state::text, o.ownership::text, o.provider_since,
    m.id, m.time_zone::text, m.region_id,
    (SELECT count(*)::text || ':' || coalesce(max(ce.xmin::text::bigint), 0)::text FROM calendar_exception ce),
    d.today, coalesce(p_start, greatest(d.earliest, fp.starts_on)),
    ARRAY(SELECT e.register::text FROM programme_register_entry e WHERE e.programme_id = p.id
        AND e.starts_on <= d.earliest AND (e.ends_on IS NULL OR e.ends_on >= d.earliest)),
    EXISTS (SELECT FROM application a WHERE a.child_id = c.id AND a.group_id + 0 = g.id
        AND a.state IN ('submitted', 'confirmed', 'enrolled', 'waiting', 'place_offered')
        AND a.id IS DISTINCT FROM p_application),
    ic.request_hash::text, ic.response::text,
    ct.id, ct.state::text, ct.kind::text, ct.xmin::text,
    fp.id, fp.starts_on, fp.ends_on, fp.contracting_closes_at, fp.parameters::text,
    CASE WHEN la.id IS NULL THEN '' ELSE format('%s от %s № %s «%s»',
        CASE la.kind WHEN 'law' THEN 'закон' WHEN 'decree' THEN 'постановление' WHEN 'order' THEN 'приказ'
            WHEN 'directive' THEN 'распоряжение' WHEN 'regulation' THEN 'положение'
            WHEN 'agreement' THEN 'соглашение' ELSE 'документ' END,
        to_char(la.date, 'DD.MM.YYYY'), la.number, replace(replace(la.title, '«', '„'), '»', '“')) END,
    EXISTS (SELECT FROM payment_agreement pa WHERE pa.period_id = fp.id AND pa.organisation_id = o.id
        AND pa.state = 'signed'),
    cb.balance, cb.version, cb.certificate_group_id, cg.limit_money,
    fl.allowed, fl.contracts_per_certificate::int, pl.contracts::int,
    coalesce(used.contracts, 0), coalesce(used.focus, 0),
    CASE WHEN p_funding = 'certificate'
        AND (pl.contracts IS NOT NULL OR fp.parameters->>'programme_limit' IS NOT NULL) THEN
        (SELECT count(*)::int FROM contract k WHERE k.programme_id = p.id AND k.period_id + 0 = fp.id
            AND (k.state IN ('requested', 'offered') OR k.state = 'active' AND k.terminates_on IS NULL)
            AND k.application_id IS DISTINCT FROM p_application)
    END,
    CASE WHEN p_funding = 'certificate' AND (fp.parameters->>'over_commitment')::bool THEN
        (SELECT sum(b.reserve + b.spent) FROM certificate_balance b WHERE b.certificate_group_id = cg.id)
    END,
    CASE WHEN p_funding = 'budget' AND ct.id IS NOT NULL AND fp.parameters ? 'budget_quotas' THEN
        (SELECT coalesce(jsonb_object_agg(r.register, r.places), '{}') || jsonb_build_object('*', (
                SELECT count(*) FROM application a WHERE a.child_id = c.id AND a.funding = 'budget'
                   AND a.id IS DISTINCT FROM p_application
                   AND a.state IN ('submitted', 'confirmed', 'enrolled', 'place_offered')))
           FROM (
            SELECT e.register, count(DISTINCT a.id) AS places
              FROM application a JOIN learning_group ag ON ag.id = a.group_id
              JOIN programme_register_entry e ON e.programme_id = ag.programme_id
               AND e.starts_on <= d.earliest AND (e.ends_on IS NULL OR e.ends_on >= d.earliest)
             WHERE a.child_id = c.id AND a.funding = 'budget' AND a.id IS DISTINCT FROM p_application
               AND a.state IN ('submitted', 'confirmed', 'enrolled', 'place_offered')
             GROUP BY e.register) r)
    END,
    -- was each consent to processing taken back? A child that came without one (a file, a paper) has other grounds
    coalesce((SELECT bool_and(k.withdrawn_at IS NOT NULL) FROM consent k JOIN consent_text t ON t.id = k.text_id
        WHERE k.child_id = c.id AND t.kind = 'processing'), false)
  FROM learning_group g
  JOIN programme p ON p.id = g.programme_id
  JOIN organisation o ON o.id = g.organisation_id
  JOIN municipality m ON m.id = g.municipality_id
  JOIN group_places gp ON gp.group_id = g.id
  JOIN child c ON c.id = p_child
 CROSS JOIN LATERAL (SELECT (p_now AT TIME ZONE m.time_zone)::date AS today,
        coalesce(p_start, greatest((p_now AT TIME ZONE m.time_zone)::date, g.starts_on)) AS earliest) d
  LEFT JOIN safety_card sc ON sc.child_id = c.id
  LEFT JOIN certificate ct ON ct.child_id = c.id AND ct.state IN ('applied', 'issued', 'active', 'frozen')
  -- the period of the payer (the certificate's municipality) that the start falls into, else the next one
  LEFT JOIN LATERAL (SELECT * FROM funding_period f
        WHERE f.municipality_id = ct.municipality_id AND f.state = 'approved'
          AND f.ends_on >= d.earliest AND f.starts_on <= g.ends_on
        ORDER BY f.starts_on, f.id LIMIT 1) fp ON true
  LEFT JOIN legal_act la ON la.id = fp.act_id
  LEFT JOIN certificate_balance cb ON cb.certificate_id = ct.id AND cb.period_id = fp.id
  LEFT JOIN certificate_group cg ON cg.id = cb.certificate_group_id
  LEFT JOIN focus_area_limit fl ON fl.period_id = fp.id AND fl.focus_area = p.focus_area
  LEFT JOIN programme_limit pl ON pl.period_id = fp.id AND pl.programme_id = p.id
  LEFT JOIN idempotent_call ic ON ic.account_id = p_account AND ic.key = p_key
  LEFT JOIN LATERAL (SELECT count(*)::int AS contracts,
            (count(*) FILTER (WHERE k.focus_area = p.focus_area))::int AS focus
         FROM contract k WHERE p_funding = 'certificate' AND k.certificate_id = ct.id AND k.period_id + 0 = fp.id
          AND (k.state IN ('requested', 'offered') OR k.state = 'active' AND k.terminates_on IS NULL)
          AND k.application_id IS DISTINCT FROM p_application) used ON true
 WHERE g.id = p_group;
END $$;
"""
DROP_FACTS = "DROP FUNCTION enrolment_facts;"
