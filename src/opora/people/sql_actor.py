"""The database function that reads what an actor is made of, in one round trip with a kept plan.

Asked by the hash of a token (living, not expired, of an active account) or by the id of an account.
"""

CREATE_ACTOR = """
CREATE FUNCTION actor_facts(p_hash text, p_account bigint, p_now timestamptz, p_today date) RETURNS TABLE (
    account_id bigint, email text, last_name text, first_name text, patronymic text, is_active bool,
    token_id bigint, scopes text, last_used_at timestamptz, roles text, children bigint[], child_keys uuid[]
) LANGUAGE plpgsql STABLE SET enable_seqscan = off AS $$
#variable_conflict use_column
DECLARE
    v_token api_token;
BEGIN
IF p_hash IS NOT NULL THEN
    SELECT * INTO v_token FROM api_token t
     WHERE t.hash = p_hash AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > p_now);
    IF NOT FOUND THEN
        RETURN;
    END IF;
    p_account := v_token.account_id;
END IF;
RETURN QUERY
SELECT a.id, a.email::text, a.last_name::text, a.first_name::text, a.patronymic::text, a.is_active,
    v_token.id, v_token.scopes::text, v_token.last_used_at,
    (SELECT jsonb_agg(jsonb_build_array(r.role, r.place_kind, r.place_id, r.department) ORDER BY r.id)::text
       FROM role_assignment r
      WHERE r.account_id = p_account AND r.starts_on <= p_today AND (r.ends_on IS NULL OR r.ends_on >= p_today)),
    own.ids, own.keys
  FROM account a
 CROSS JOIN LATERAL (SELECT array_agg(g.child_id) AS ids, array_agg(c.public_id) AS keys
        FROM guardianship g JOIN child c ON c.id = g.child_id
       WHERE g.account_id = p_account AND g.ended_at IS NULL) own
 WHERE a.id = p_account AND (a.is_active OR p_hash IS NULL);
END $$;
"""
# a role begins with its day in the east of the country, whatever zone its place is in
REPLACE_ACTOR = CREATE_ACTOR.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION").replace(
    "r.starts_on <= p_today", "r.starts_on <= (p_now AT TIME ZONE 'Asia/Kamchatka')::date"
)
DROP_ACTOR = "DROP FUNCTION actor_facts;"
