"""What is always true of requests: part of ``opora doctor``."""

from __future__ import annotations

from opora.core import doctor
from opora.core.doctor import Check

ADVICE = "Откройте историю запроса и обратитесь к администратору системы."
CHECKS = (
    Check(
        "requests.asked",
        "У отправленного запроса есть срок, номер и хотя бы один адресат",
        """SELECT r.id FROM data_request r WHERE r.state <> 'draft'
                  AND (r.due IS NULL OR r.number IS NULL
                       OR NOT EXISTS (SELECT 1 FROM data_request_answer a WHERE a.request_id = r.id))""",
        ADVICE,
    ),
    Check(
        "requests.kept",
        "Каждый отправленный ответ сохранён таким, каким его отправили",
        """SELECT a.id FROM data_request_answer a WHERE a.state IN ('sent', 'returned', 'accepted')
                  AND NOT EXISTS (SELECT 1 FROM form_answer_version v WHERE v.answer_id = a.answer_id)""",
        ADVICE,
    ),
    Check(
        "requests.cells",
        "Клетки ответов относятся к разделам своей формы",
        """SELECT c.id FROM form_cell c JOIN form_answer a ON a.id = c.answer_id
                 JOIN form_version v ON v.id = a.version_id
                WHERE NOT EXISTS (SELECT 1 FROM jsonb_array_elements(v.definition->'sections') s
                                   WHERE s->>'code' = c.section)""",
        ADVICE,
    ),
)
doctor.declare("requests", CHECKS)
