"""The database function that reads an application with everything its card says, in one round trip."""

CREATE_CARD = """
CREATE FUNCTION application_card(p_public uuid) RETURNS TABLE (
    id bigint, public_id uuid, child_id bigint, child_key uuid, last_name text, first_name text, patronymic text,
    group_id bigint, programme text, organisation text, funding text, state text, priority_class int,
    starts_on date, total_sum numeric, certificate_sum numeric, guardian_sum numeric,
    submitted_at timestamptz, deadline timestamptz, offer_expires_at timestamptz,
    reason_code text, reason text, contract uuid, "position" int
) LANGUAGE plpgsql STABLE SET enable_seqscan = off AS $$
#variable_conflict use_column
BEGIN
RETURN QUERY
SELECT a.id, a.public_id, a.child_id, c.public_id, c.last_name::text, c.first_name::text, c.patronymic::text,
    a.group_id, p.name::text, o.short_name::text, a.funding::text, a.state::text, a.priority_class::int,
    a.starts_on, a.total_sum, a.certificate_sum, a.guardian_sum,
    a.submitted_at, a.deadline, a.offer_expires_at, a.reason_code::text, a.reason::text, k.public_id,
    -- the one order of every waiting list (rules.waitlist)
    CASE WHEN a.state = 'waiting' THEN
        (SELECT count(*)::int FROM application w WHERE w.group_id = a.group_id AND w.state = 'waiting'
            AND (w.priority_class, w.submitted_at, w.id) <= (a.priority_class, a.submitted_at, a.id))
    END
  FROM application a
  JOIN child c ON c.id = a.child_id
  JOIN learning_group g ON g.id = a.group_id
  JOIN programme p ON p.id = g.programme_id
  JOIN organisation o ON o.id = a.organisation_id
  LEFT JOIN contract k ON k.application_id = a.id
 WHERE a.public_id = p_public;
END $$;
"""
DROP_CARD = "DROP FUNCTION application_card;"
