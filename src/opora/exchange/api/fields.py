"""Types that requests are made of: text that a database can keep, ids in range, sums in roubles, pages."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from ninja import Schema
from pydantic import Field

Line = Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f]*$")]
"""One line of text without control characters."""
Text = Annotated[str, Field(max_length=500, pattern=r"^[^\x00]*$")]
Id = Annotated[int, Field(ge=1, le=2**63 - 1)]
Sum = Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=2)]
Key = Annotated[str, Field(min_length=8, max_length=80, pattern=r"^[\x21-\x7e]+$")]
"""An idempotency key: visible Latin characters, for instance a UUID."""


class Page(Schema):
    """Which page of a list, and how long pages are."""

    page: Annotated[int, Field(ge=1, le=100_000)] = 1
    per_page: Annotated[int, Field(ge=1, le=100)] = 20

    @property
    def span(self) -> slice:
        start = (self.page - 1) * self.per_page
        return slice(start, start + self.per_page)
