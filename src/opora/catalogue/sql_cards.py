"""The database function behind queries_cards.states(): planning its seven tables would cost more than reading them."""

# `read` of catalogue.policy: published; visible groups as queries.cards() shows them. xmin changes with each
# version of a row, so a stamp that holds means that nothing was changed.
CREATE_STATES = """
CREATE FUNCTION card_states(p_ids bigint[], p_today date) RETURNS TABLE (
    programme_id bigint, stamp text, group_ids bigint[], free int[], waiting int[], free_open int
) LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_column
BEGIN
RETURN QUERY
SELECT p.id,
       concat_ws(' ', p.xmin, o.xmin, string_agg(concat_ws(',', g.id, g.xmin, v.xmin, t.xmin, s.stamp), ';'
                 ORDER BY g.starts_on, g.id)),
       array_agg(g.id ORDER BY g.starts_on, g.id) FILTER (WHERE g.id IS NOT NULL),
       array_agg(coalesce(c.capacity - c.places_taken, 0) ORDER BY g.starts_on, g.id) FILTER (WHERE g.id IS NOT NULL),
       array_agg(coalesce(c.waiting, 0) ORDER BY g.starts_on, g.id) FILTER (WHERE g.id IS NOT NULL),
       coalesce(sum(c.capacity - c.places_taken) FILTER (WHERE g.state = 'open'), 0)::int
  FROM programme p
  JOIN organisation o ON o.id = p.organisation_id
  LEFT JOIN learning_group g ON g.programme_id = p.id AND g.state IN ('open', 'closed') AND g.ends_on >= p_today
  LEFT JOIN group_places c ON c.group_id = g.id
  LEFT JOIN venue v ON v.id = g.venue_id
  LEFT JOIN staff t ON t.id = g.teacher_id
  LEFT JOIN LATERAL (SELECT concat_ws('/', count(*), max(x.xmin::text::bigint)) AS stamp
                       FROM slot x WHERE x.group_id = g.id) s ON g.id IS NOT NULL
 WHERE p.id = ANY (p_ids) AND p.state = 'published'
 GROUP BY p.id, o.id;
END $$;
"""
DROP_STATES = "DROP FUNCTION card_states;"
