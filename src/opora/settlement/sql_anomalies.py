"""The queries of the anomaly lists: key, municipality, organisation, child, group, what was seen; read only."""

from __future__ import annotations

_COLUMNS = "key, municipality_id, organisation_id, child_id, group_id, day, seen"
"""What each query selects, in this order; `%(places)s` limits the municipalities, `%(today)s` is the day."""

NO_ATTENDANCE = """
SELECT 'e' || e.id, e.municipality_id, e.organisation_id, e.child_id, e.group_id, e.starts_on,
       'Занятий за 30 дней: ' || count(l.id) || ', отметок о присутствии нет'
  FROM enrolment e JOIN lesson l ON l.group_id = e.group_id AND l.state = 'held'
   AND l.date BETWEEN greatest(e.starts_on, %(today)s::date - 30) AND %(today)s::date
  LEFT JOIN attendance a ON a.lesson_id = l.id AND a.enrolment_id = e.id
 WHERE e.ends_on IS NULL AND e.funding = 'certificate' AND e.municipality_id = ANY(%(places)s)
 GROUP BY e.id HAVING count(l.id) >= 4 AND count(a.id) FILTER (WHERE a.mark = 'present') = 0
"""
SAME_DAY = """
SELECT a.applicant_id || '/' || (a.submitted_at AT TIME ZONE m.time_zone)::date, a.municipality_id, NULL::bigint,
       NULL::bigint, NULL::bigint, (a.submitted_at AT TIME ZONE m.time_zone)::date,
       'Заявок за один день: ' || count(*) || ', оператор ' || max(p.last_name || ' ' || p.first_name)
  FROM application a JOIN municipality m ON m.id = a.municipality_id JOIN account p ON p.id = a.applicant_id
 WHERE a.source IN ('desk', 'list') AND a.municipality_id = ANY(%(places)s) AND a.submitted_at > %(today)s::date - 365
 GROUP BY a.applicant_id, a.municipality_id, (a.submitted_at AT TIME ZONE m.time_zone)::date HAVING count(*) > 40
"""
NO_ACT = """
SELECT 'c' || k.id, k.municipality_id, k.organisation_id, k.child_id, k.group_id, min(m.month),
       'Списано ' || replace(sum(m.certificate_sum)::text, '.', ',') || ' ₽ по договору № ' || k.number
  FROM contract k JOIN contract_month m ON m.contract_id = k.id AND m.state = 'spent'
 WHERE (k.accepted_at IS NULL OR k.acceptance = '{}') AND k.municipality_id = ANY(%(places)s) GROUP BY k.id
"""
AFTER_END = """
SELECT 'm' || m.id, k.municipality_id, k.organisation_id, k.child_id, k.group_id, m.month,
       'Месяц списан, хотя обучение окончено ' || to_char(least(k.terminates_on, e.ends_on), 'DD.MM.YYYY')
  FROM contract k JOIN contract_month m ON m.contract_id = k.id AND m.state = 'spent'
  LEFT JOIN enrolment e ON e.application_id = k.application_id
 WHERE m.month > least(k.terminates_on, e.ends_on) AND k.municipality_id = ANY(%(places)s)
"""
# `elsewhere`: marks of the same children outside the places that are looked at. Read together first and then compared: a join
# of enrolments with enrolments of the same child and all their lessons takes ten times as long.
TWO_PLACES = """
WITH present AS MATERIALIZED (
    SELECT x.id, e.municipality_id, e.organisation_id, e.child_id, e.group_id, e.id AS enrolment_id, l.date, l.starts_at,
           l.ends_at
      FROM lesson l JOIN attendance x ON x.lesson_id = l.id JOIN enrolment e ON e.id = x.enrolment_id
     WHERE l.state = 'held' AND x.mark = 'present' AND l.date > %(today)s::date - 60
       AND l.municipality_id = ANY(%(places)s)
), elsewhere AS MATERIALIZED (
    SELECT y.id, f.child_id, f.group_id, o.date, o.starts_at, o.ends_at
      FROM (SELECT DISTINCT child_id FROM present) c
      JOIN enrolment f ON f.child_id = c.child_id AND f.municipality_id <> ALL(%(places)s)
      JOIN lesson o ON o.group_id = f.group_id AND o.state = 'held' AND o.date > %(today)s::date - 60
      JOIN attendance y ON y.lesson_id = o.id AND y.enrolment_id = f.id AND y.mark = 'present'
), pairs AS (
    SELECT x.*, y.id AS other_id, y.starts_at AS other_start
      FROM present x JOIN present y ON y.child_id = x.child_id AND y.date = x.date
     WHERE y.enrolment_id > x.enrolment_id AND y.group_id <> x.group_id
       AND y.starts_at < x.ends_at AND x.starts_at < y.ends_at
    UNION ALL
    SELECT x.*, y.id, y.starts_at
      FROM present x JOIN elsewhere y ON y.child_id = x.child_id AND y.date = x.date
     WHERE y.group_id <> x.group_id AND y.starts_at < x.ends_at AND x.starts_at < y.ends_at
)
SELECT 'a' || id || '/' || other_id, municipality_id, organisation_id, child_id, group_id, date,
       'Отмечен присутствующим в ' || to_char(starts_at, 'HH24:MI') || ' и в ' || to_char(other_start, 'HH24:MI')
       || ' в двух группах сразу'
  FROM pairs
"""
PERFECT = """
SELECT 'g' || l.group_id || '/' || to_char(date_trunc('month', l.date), 'YYYY-MM'), min(l.municipality_id),
       min(l.organisation_id), NULL::bigint, l.group_id, date_trunc('month', l.date)::date,
       'Отметок за месяц: ' || count(*) || ', ни одного пропуска'
  FROM lesson l JOIN attendance a ON a.lesson_id = l.id
 WHERE l.state = 'held' AND l.date > %(today)s::date - 100 AND l.municipality_id = ANY(%(places)s)
 GROUP BY l.group_id, date_trunc('month', l.date)
HAVING count(*) >= 60 AND count(*) FILTER (WHERE a.mark <> 'present') = 0 AND count(DISTINCT a.enrolment_id) >= 8
"""
TEACHER_TWICE = """
SELECT 'l' || l.id || '/' || o.id, l.municipality_id, l.organisation_id, NULL::bigint, l.group_id, l.date,
       s.last_name || ' ' || s.first_name || ': занятия двух групп в одно время, ' || to_char(l.starts_at, 'HH24:MI')
       || ' и ' || to_char(o.starts_at, 'HH24:MI')
  FROM lesson l JOIN lesson o ON o.teacher_id = l.teacher_id AND o.date = l.date AND o.id > l.id
   AND o.group_id <> l.group_id AND o.starts_at < l.ends_at AND l.starts_at < o.ends_at
  JOIN staff s ON s.id = l.teacher_id
 WHERE l.state = 'held' AND o.state = 'held' AND l.date > %(today)s::date - 60 AND l.municipality_id = ANY(%(places)s)
"""
EMPTY_JOURNAL = """
SELECT 'j' || g.id, g.municipality_id, g.organisation_id, NULL::bigint, g.id, min(k.starts_on),
       'Договоров: ' || count(DISTINCT k.id) || ', за 30 дней в журнале нет ни одного проведённого занятия'
  FROM learning_group g JOIN contract k ON k.group_id = g.id AND k.state = 'active' AND k.starts_on < %(today)s::date - 30
 WHERE g.municipality_id = ANY(%(places)s) AND g.ends_on >= %(today)s::date
   AND NOT EXISTS (SELECT FROM lesson l WHERE l.group_id = g.id AND l.state = 'held' AND l.date > %(today)s::date - 30)
 GROUP BY g.id
"""
