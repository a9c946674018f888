"""What an import of children checks in each row and does after writing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection

from opora.core import clock
from opora.core.access import Actor
from opora.core.registers.importing.declaration import Level
from opora.people import rules

_NAMESAKES = """
INSERT INTO merge_task (left_id, right_id, municipality_id, ground, state, moved, created_at)
SELECT DISTINCT o.id, n.id, o.municipality_id, %s, 'open', '[]'::jsonb, %s
  FROM {touched} x
  JOIN child n ON n.id = x.id
  JOIN child o ON o.birth_date = n.birth_date AND o.id < n.id AND o.state = 'living'
   AND split_part(o.match_key, '|', 1) = split_part(n.match_key, '|', 1)
   AND split_part(o.match_key, '|', 2) = split_part(n.match_key, '|', 2)
   AND o.match_key <> n.match_key
 WHERE x.op = 'I'
ON CONFLICT (left_id, right_id) DO NOTHING
"""


def check(values: Mapping[str, Any]) -> Iterable[tuple[str, str, str, Level]]:
    """A child is born and under 18; the sex is known from the file or from the patronymic."""
    born = values.get("birth_date")
    if born:
        for reason in rules.birth_date_reasons(born, clock.today(clock.EASTERNMOST)):
            yield "Дата рождения", reason.code, reason.message, "error"
    if not values.get("sex"):
        yield "Пол", "sex", "Пол не указан и не виден по отчеству.", "error"


def queue_namesakes(actor: Actor, touched: str) -> None:
    """New records with the name and birth date of a known child but another patronymic go to the merge queue."""
    with connection.cursor() as cursor:
        cursor.execute(
            _NAMESAKES.format(touched=connection.ops.quote_name(touched)),
            [rules.MATCH_LABELS[rules.Match.NAMESAKE], clock.now()],
        )
