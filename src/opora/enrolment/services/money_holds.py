"""The last look at money and limits under the locks, before a place is given with what it costs."""

from __future__ import annotations

import json
from typing import Any

from django.db import connection

from opora.certificates.rules import Split
from opora.enrolment import rules
from opora.enrolment.services.facts import Facts
from opora.enrolment.services.rows import contract_rows, money_stamps


def request_of(
    facts: Facts, funding: str, split: Split | None, *, application_id: int, group_id: int
) -> dict[str, Any]:
    """What place_money_holds() is asked for an application that is there already, with its contract if it gets one."""
    request: dict[str, Any] = {
        "own": application_id,
        "application": {"group_id": group_id, "child_id": facts.child_id},
        **money_stamps(facts, funding),
    }
    if funding == rules.CERTIFICATE and split is not None:
        request |= contract_rows(facts, split)
    return request


def money_holds(request: dict[str, Any]) -> bool:
    """Do certificate, balance and limits still stand as they were read? Locks the certificate and the limits.

    False when somebody used them up meanwhile. The caller holds the group's places.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT place_money_holds(%s::jsonb)", [json.dumps(request)])
        [holds] = cursor.fetchone()
    return bool(holds)
