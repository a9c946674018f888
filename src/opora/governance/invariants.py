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
                OR m.present_then < m.members_then * c.quorum / 100 + 1)""",
        "Откройте заседание и отметьте присутствующих заново или исправьте кворум совета.",
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
