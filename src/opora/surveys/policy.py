"""Who builds forms: regions, authorities and centres their own; forms that come with Opora are open to all of them."""

from __future__ import annotations

from django.db.models import Q

from opora.core.access import CENTRE_ROLES, NOTHING, Actor, Paths, Policy, Reach
from opora.surveys.models import FormTemplate

BUILDERS = (*CENTRE_ROLES, "coordinator", "regional_operator", "administrator")
SHIPPED = Q(region__isnull=True, municipality__isnull=True)


class TemplatePolicy(Policy):
    """A form belongs to a region or to a municipality; a role changes the forms of its own level."""

    def scope(self, actor: Actor, action: str) -> Q:
        if actor.system:
            return Q()
        roles = self.grants.get(action, frozenset())
        found = NOTHING
        for reach in actor.reaches:
            if reach.role in roles and reach.everything:
                return Q()
            if reach.role in roles:
                found = found | _reached(reach, action)
        return found


def _reached(reach: Reach, action: str) -> Q:
    if reach.everything:
        return Q()
    shipped = SHIPPED if action in ("view", "copy") else NOTHING
    if reach.place_kind == "region":
        own = Q(region_id=reach.place_id)
        return own | shipped | Q(municipality__in=reach.municipalities) if action != "change" else own
    return shipped | Q(municipality__in=reach.municipalities)


TEMPLATE = TemplatePolicy(
    FormTemplate,
    Paths(municipality="municipality"),
    {"view": BUILDERS, "copy": BUILDERS, "create": BUILDERS, "change": BUILDERS},
)
