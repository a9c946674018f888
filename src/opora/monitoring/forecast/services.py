"""Keeping the parameters of a forecast."""

from __future__ import annotations

from decimal import Decimal

from opora.core.access import Actor
from opora.core.reasons import Reason, Refused
from opora.core.transactions import act
from opora.monitoring import policy
from opora.monitoring.forecast import rules
from opora.monitoring.models import ForecastParameters
from opora.territory.models import Municipality


def save_parameters(
    actor: Actor,
    *,
    municipality: Municipality,
    births: int,
    survival: Decimal,
    migration: Decimal,
    coverage: Decimal | None,
    source: str,
) -> ForecastParameters:
    """Keep the parameters of a municipality. Raises Forbidden for a foreign one, Refused for impossible values."""
    policy.require_freezing(actor, municipality.pk)
    wrong = rules.problems(rules.Parameters(Decimal(births), survival, migration, coverage))
    reasons = [Reason(f"forecast_{field}", message, field=field) for field, message in wrong]
    if not source.strip():
        reasons.append(Reason("forecast_source", "Укажите, откуда эти значения.", field="source"))
    if reasons:
        raise Refused(reasons)
    values = {
        "births": births, "survival": survival, "migration": migration, "coverage": coverage, "source": source.strip()
    }  # fmt: skip
    with act(actor):
        Municipality.objects.select_for_update(of=("self",), no_key=True).get(pk=municipality.pk)
        kept, _ = ForecastParameters.objects.update_or_create(municipality=municipality, defaults=values)
    return kept
