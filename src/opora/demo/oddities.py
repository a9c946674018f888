"""What a payer looks for among much that is right: a few oddities, so that the lists of anomalies have something to show.

Planted before settlement is replayed, so that sums follow the journal as it stands. Two kinds are not planted: money
spent after the end of a study, and money spent without an act, which alone `opora doctor` holds never to be.
"""

from __future__ import annotations

from typing import Any

from django.db import connection

from opora.demo.frame import Frame

DESK = "desk_operator@opora.demo"
MANY = 42
"""More than forty applications of one day make a row."""

EMPTY_JOURNAL = """
CREATE TEMPORARY TABLE odd_lesson ON COMMIT DROP AS
SELECT l.id FROM lesson l WHERE l.date > %(day)s::date - 32 AND l.group_id = (
    SELECT g.id FROM learning_group g JOIN contract k ON k.group_id = g.id AND k.state = 'active'
       AND k.starts_on < %(day)s::date - 40
      LEFT JOIN staff s ON s.id = g.teacher_id
     WHERE s.account_id IS NULL AND g.ends_on > %(day)s AND g.starts_on < %(day)s::date - 40
     GROUP BY g.id ORDER BY count(*), g.id LIMIT 1);
"""
FORGET = """
DELETE FROM attendance WHERE lesson_id IN (SELECT id FROM odd_lesson);
DELETE FROM lesson WHERE id IN (SELECT id FROM odd_lesson)
"""
SAME_DAY = """
WITH place AS (
    SELECT organisation_id FROM application WHERE state = 'enrolled' AND funding = 'budget'
       AND submitted_at > %(day)s::date - 200
     GROUP BY 1 HAVING count(*) > 60 ORDER BY count(*), 1 LIMIT 1
), picked AS (
    SELECT a.id, min(a.submitted_at) OVER () AS moment FROM (
        SELECT id, submitted_at FROM application a WHERE organisation_id = (SELECT organisation_id FROM place)
           AND state = 'enrolled' AND funding = 'budget' AND submitted_at > %(day)s::date - 200
           AND NOT EXISTS (SELECT FROM guardianship g WHERE g.child_id = a.child_id)
         ORDER BY submitted_at, id LIMIT %(many)s) a
)
UPDATE application a SET source = 'list', submitted_at = p.moment,
       applicant_id = (SELECT id FROM account WHERE email = %(desk)s)
  FROM picked p WHERE a.id = p.id AND EXISTS (SELECT FROM account WHERE email = %(desk)s)
"""
TWO_PLACES = """
WITH here AS MATERIALIZED (  -- few lessons against a region's enrolments: the planner is not to begin with these
    SELECT e.child_id, e.id AS enrolment, l.group_id, l.id AS lesson, l.date, l.starts_at, l.ends_at, l.teacher_id
      FROM attendance x JOIN lesson l ON l.id = x.lesson_id AND l.state = 'held' AND l.date > %(day)s::date - 50
      JOIN enrolment e ON e.id = x.enrolment_id
     WHERE x.mark = 'present')
UPDATE lesson SET starts_at = p.starts_at, ends_at = p.ends_at FROM (
    SELECT o.lesson, l.starts_at, l.ends_at FROM here l
      JOIN here o ON o.child_id = l.child_id AND o.date = l.date AND o.group_id <> l.group_id AND o.enrolment > l.enrolment
       AND o.teacher_id IS DISTINCT FROM l.teacher_id
     ORDER BY l.date DESC, l.lesson, o.lesson LIMIT 1) p
 WHERE lesson.id = p.lesson
"""
TEACHER_TWICE = """
UPDATE lesson SET starts_at = p.starts_at, ends_at = p.ends_at FROM (
    SELECT o.id, l.starts_at, l.ends_at FROM lesson l
      JOIN lesson o ON o.teacher_id = l.teacher_id AND o.date = l.date AND o.group_id <> l.group_id
       AND o.starts_at > l.starts_at AND o.state = 'held'
      JOIN staff s ON s.id = l.teacher_id AND s.account_id IS NULL
     WHERE l.state = 'held' AND l.date > %(day)s::date - 50 ORDER BY l.date DESC, l.id, o.id LIMIT 1) p
 WHERE lesson.id = p.id
"""
PERFECT = """
UPDATE attendance SET mark = 'present' WHERE mark <> 'present' AND lesson_id IN (
    SELECT l.id FROM lesson l WHERE l.state = 'held' AND (l.group_id, date_trunc('month', l.date)) IN (
        SELECT l.group_id, date_trunc('month', l.date) FROM lesson l JOIN attendance a ON a.lesson_id = l.id
         WHERE l.state = 'held' AND l.date BETWEEN %(day)s::date - 60 AND date_trunc('month', %(day)s::date)::date - 1
         GROUP BY 1, 2 HAVING count(*) >= 60 AND count(DISTINCT a.enrolment_id) >= 8
         ORDER BY count(*) FILTER (WHERE a.mark <> 'present'), 1, 2 LIMIT 1))
"""


def write(frame: Frame) -> None:
    """Plant the oddities; the same rows for the same day."""
    values: dict[str, Any] = {"day": frame.date, "many": MANY, "desk": DESK}
    with connection.cursor() as cursor:
        cursor.execute(EMPTY_JOURNAL, values)
        cursor.execute(FORGET)
        for statement in (SAME_DAY, TWO_PLACES, TEACHER_TWICE, PERFECT):
            cursor.execute(statement, values)
