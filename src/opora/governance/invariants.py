"""What is always true of governance: part of ``opora doctor``."""

from __future__ import annotations

from opora.core import doctor
from opora.core.doctor import Check

CHECKS = (
    Check(
        "governance.quorum",
        "Состоявшиеся заседания имели кворум, и отмеченных столько, сколько в протоколе",
        """SELECT m.id FROM meeting m JOIN council c ON c.id = m.council_id
            LEFT JOIN (SELECT meeting_id, count(*) AS n FROM meeting_presence GROUP BY 1) p ON p.meeting_id = m.id
            WHERE m.state = 'held' AND (m.present_then IS DISTINCT FROM coalesce(p.n, 0)
                OR m.present_then < m.members_then * coalesce(m.quorum_then, c.quorum) / 100 + 1)""",
        "Откройте заседание и отметьте присутствующих заново или исправьте кворум совета.",
    ),
    Check(
        "governance.roster",
        "В протоколе столько членов совета, сколько их было в тот день, и присутствовали только они",
        """SELECT m.id FROM meeting m WHERE m.state <> 'planned' AND m.members_then IS DISTINCT FROM (
                SELECT count(*) FROM council_member r WHERE r.council_id = m.council_id AND r.starts_on <= m.date
                AND (r.ends_on IS NULL OR r.ends_on >= m.date))
            OR EXISTS (SELECT 1 FROM meeting_presence p JOIN council_member r ON r.id = p.member_id
                WHERE p.meeting_id = m.id AND (r.council_id <> m.council_id OR r.starts_on > m.date OR r.ends_on < m.date))""",
        "Сверьте сроки членов совета с протоколом: исправьте срок или отметьте присутствовавших заново.",
    ),
    Check(
        "governance.decisions",
        "Решения есть только у состоявшихся заседаний, голосов не больше, чем присутствовало",
        """SELECT d.id FROM decision d JOIN meeting m ON m.id = d.meeting_id WHERE m.state <> 'held'
            OR coalesce(d.votes_for, 0) + coalesce(d.votes_against, 0) + coalesce(d.votes_abstained, 0)
                > m.present_then""",
        "Откройте решение и его заседание: исправьте голоса или состояние заседания.",
    ),
    Check(
        "governance.units",
        "Сотрудники подразделения работают в том же центре",
        """SELECT m.id FROM centre_member m JOIN centre_unit u ON u.id = m.unit_id WHERE u.centre_id <> m.centre_id""",
        "Исправьте подразделение в карточке сотрудника центра.",
    ),
)
doctor.declare("governance", CHECKS)
