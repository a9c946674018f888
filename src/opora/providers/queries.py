"""Reading providers: what other rooms and the actors of accounts ask."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q

from opora.core.access import Actor
from opora.providers import policy
from opora.providers.models import Organisation, ServedOrganisation, Staff


def organisations_of_centre(centre_id: int, on: dt.date) -> frozenset[int]:
    """Ids of the single organisations that a centre serves on a date, besides whole municipalities."""
    rows = ServedOrganisation.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=on), centre_id=centre_id, starts_on__lte=on
    )
    return frozenset(rows.values_list("organisation_id", flat=True))


def staff_of_account(account_id: int) -> list[tuple[int, int]]:
    """(staff id, organisation id) of an account's present jobs."""
    rows = Staff.objects.filter(account_id=account_id, left_on__isnull=True)
    return list(rows.values_list("pk", "organisation_id"))


def waiting_counts(actor: Actor) -> dict[str, int]:
    """Counts of organisations the actor keeps that lack what enrolment needs: venue, signatory, licence."""
    rows = policy.organisations.rows(actor, "change").filter(state=Organisation.State.ACTIVE)
    return {
        "venues": rows.filter(venues__isnull=True).count(),
        "signatories": rows.filter(signatories__isnull=True).count(),
        "licence": rows.filter(licence_number="").exclude(kind=Organisation.Kind.ENTREPRENEUR).count(),
    }
