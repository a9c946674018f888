"""What is always true of changes of school year: nobody is enrolled twice by a batch, counts are equal (E6)."""

from __future__ import annotations

from opora.core.doctor import Check

_ADVICE = "Откройте переход и сверьте строку ребёнка с его заявкой; обратитесь к администратору системы."

CHECKS: tuple[Check, ...] = (
    Check(
        "rollover.once",
        "Переход записал ребёнка в новую группу один раз",
        """SELECT min(l.id) FROM rollover_learner l JOIN application a ON a.id = l.application_id
            GROUP BY l.rollover_id, a.child_id, a.group_id HAVING count(*) > 1
           UNION ALL
           SELECT l.id FROM rollover_learner l JOIN application a ON a.id = l.application_id
             JOIN rollover_group g ON g.id = l.line_id
            WHERE a.child_id <> l.child_id OR a.source <> 'rollover'""",
        _ADVICE,
    ),
    Check(
        "rollover.counts",
        "За каждым записанным ребёнком перехода стоит заявка, и за каждой такой заявкой – ребёнок перехода",
        """SELECT l.id FROM rollover_learner l
            WHERE (l.outcome IN ('enrolled', 'offered', 'queued')) <> (l.application_id IS NOT NULL)
               OR (l.outcome = '') <> (l.done_at IS NULL)
           UNION ALL
           SELECT a.id FROM application a LEFT JOIN rollover_learner l ON l.application_id = a.id
            WHERE a.source = 'rollover' AND l.id IS NULL
              AND NOT EXISTS (SELECT FROM application b JOIN rollover_learner m ON m.application_id = b.id
                   WHERE b.child_id = a.child_id AND b.group_id = a.group_id)""",
        _ADVICE,
    ),
    Check(
        "rollover.finished",
        "В выполненном переходе у каждой группы и каждого ребёнка есть итог",
        """SELECT r.id FROM rollover r WHERE r.state = 'done'
              AND (EXISTS (SELECT FROM rollover_learner l WHERE l.rollover_id = r.id AND l.outcome = '')
                OR EXISTS (SELECT FROM rollover_group g WHERE g.rollover_id = r.id AND (g.done_at IS NULL
                       OR g.plan <> 'ends' AND g.to_group_id IS NULL AND g.problem = '')))""",
        "Откройте переход и нажмите «Продолжить»: незаконченное выполнится.",
    ),
    Check(
        "rollover.orders",
        "Ребёнок стоит в приказе перехода один раз и в том, который назван в его строке",
        """SELECT l.id FROM rollover_learner l WHERE l.order_id IS NOT NULL AND (SELECT count(*)
              FROM enrolment_order_line o WHERE o.order_id = l.order_id AND o.child_id = l.child_id) <> 1""",
        _ADVICE,
    ),
)
