"""Every page asks the database as often for four rows as for two (design: performance).

The pages are those of the access matrix, asked by a role that opens them; then every row of the world gets two
more copies beside the same parents (`tests.support.more_rows`), and the same addresses are asked again.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from opora.core.access import ROLES
from opora.core.registers import registry
from tests.access.conftest import Asker
from tests.access.pages import ROWS
from tests.access.rows import IN_SESSION, Row
from tests.support.more_rows import copies

ONE_ROW = frozenset(["people.personalsession", "people.roleassignment", "certificates.fundingperiod"])
"""Rows that mean something once only: a session with personal data, what an account may do, an approved period."""


def askers(row: Row) -> list[str | None]:
    """The first of the roles that open the page: what is copied stands beside its own objects."""
    return [None] if row.public else [role for role in (*ROLES, IN_SESSION) if row.opens(role, "own")][:1]


def addresses(asker: Asker) -> Iterator[tuple[str | None, str]]:
    side = asker.side("own")
    for path, row in ROWS.items():
        if not row.post:
            for role in askers(row):
                yield role, row.address(path, side)
    for register in registry.every():
        yield "regional_operator", register.url()


def asked(asker: Asker, role: str | None, address: str) -> list[str] | None:
    """The statements of a page that answers 200; None for others."""
    if asker.ask(role, address) != 200:  # the first time fills what a process remembers
        return None
    with CaptureQueriesContext(connection) as queries:
        asker.ask(role, address)
    return [query["sql"] for query in queries]


def shape(sql: str) -> str:
    """The statement without its values."""
    return re.sub(r"'[^']*'|\b\d+\b|_x\d+|s\d+_", "?", sql)[:300]


def test_more_rows_cost_no_more_questions(asker: Asker):
    with transaction.atomic():
        more = copies(without=ONE_ROW)
        more.add(1)  # the second row: from here on nothing new may be asked
        before = {one: asked(asker, *one) for one in addresses(asker)}
        for number in (2, 3):
            more.add(number)
        worse = {}
        for one, former in before.items():
            if former is not None and (now := asked(asker, *one)) is not None and len(now) > len(former):
                worse[one] = sorted((Counter(map(shape, now)) - Counter(map(shape, former))).items())
        transaction.set_rollback(True)
    told = "\n".join(f"{role} {address}: {sqls}" for (role, address), sqls in worse.items())
    assert not worse, told
    assert sum(1 for one in before.values() if one is not None) > 150, "the pages did not open"
    assert not more.refused, "\n".join(f"{name}: {why}" for name, why in more.refused.items())
