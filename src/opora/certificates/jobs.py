"""What the calendar does to certificates; every job is idempotent and safe to repeat."""

from __future__ import annotations

import datetime as dt

from django_tasks import task

from opora.certificates import services_funding, services_idle, services_letters, services_life, services_simulation
from opora.core.jobs import periodic

HOUR, MINUTE = dt.timedelta(hours=1), dt.timedelta(minutes=1)


@periodic("certificates.expire_unproved", every=HOUR)
@task()
def expire_unproved() -> int:
    """Issued certificates whose identity was not proved in time."""
    return services_life.expire_unproved()


@periodic("certificates.age_out", every=HOUR)
@task()
def age_out() -> int:
    """Certificates after the 18th birthday."""
    return services_life.age_out()


@periodic("certificates.return_idle", every=HOUR)
@task()
def return_idle() -> int:
    """Funded certificates without applications return to accounting; their places pass on."""
    return services_idle.return_idle() + services_funding.serve_all_queues()


@periodic("certificates.movement_letters", every=MINUTE)
@task()
def movement_letters() -> int:
    """A letter to the guardians for each movement of money."""
    return services_letters.write_movement_letters()


@task()
def simulate_variant(variant_id: int) -> None:
    """Count a variant of parameters where there are too many children to wait for it on the page."""
    services_simulation.compute(variant_id)
