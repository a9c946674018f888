"""What is always true of the territory: part of ``opora doctor``."""

from __future__ import annotations

from opora.core import doctor
from opora.core.doctor import Check

CHECKS = (
    Check(
        "territory.act_chain",
        "Цепочки замен актов не замыкаются в круг",
        """WITH RECURSIVE chain AS (
                SELECT id AS first, replaced_by_id AS next, 1 AS depth FROM legal_act WHERE replaced_by_id IS NOT NULL
                UNION ALL
                SELECT c.first, a.replaced_by_id, c.depth + 1 FROM chain c JOIN legal_act a ON a.id = c.next
                    WHERE a.replaced_by_id IS NOT NULL AND c.next <> c.first AND c.depth < 100)
            SELECT DISTINCT first FROM chain WHERE next = first""",
        "Откройте карточку акта и исправьте, каким актом он заменён.",
    ),
    Check(
        "territory.act_term",
        "Акт не действует до и после своего срока: окончание не раньше начала",
        "SELECT id FROM legal_act WHERE in_force_to < coalesce(in_force_from, in_force_to)",
        "Исправьте срок действия в карточке акта.",
    ),
)
doctor.declare("territory", CHECKS)
