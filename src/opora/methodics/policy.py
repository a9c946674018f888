"""Who may read and change partners, agreements and the development of staff.

A teacher sees its own deficits and training; an organisation those of its staff; the centre keeps them all.
"""

from __future__ import annotations

from django.db.models import Q

from opora.core.access import CENTRE_ROLES, STAFF_ROLES, Actor, Paths, Policy, Reach
from opora.methodics.models import (
    Agreement,
    Competence,
    Deficit,
    DeficitSurvey,
    Partner,
    PlacementSite,
    Seminar,
    SeminarParticipant,
    Training,
)

KEEPERS = ("centre_head", "methodologist", "coordinator", "regional_operator", "administrator")
READERS = (*CENTRE_ROLES, "coordinator", "regional_operator", "observer", "administrator")
TRAINERS = ("centre_head", "methodologist", "provider_manager")
LEARNERS = (*CENTRE_ROLES, "provider_manager", "teacher", "coordinator", "regional_operator", "administrator")
OF_CENTRE = Paths(municipality="centre__municipality", centre="centre")
OF_STAFF = Paths(
    municipality="staff__organisation__municipality",
    organisation="staff__organisation",
    department="staff__organisation__department",
    staff="staff",
)


class Common(Policy):
    """Rows of the whole installation, which belong to no place: the role alone decides."""

    def _reached(self, actor: Actor, reach: Reach) -> Q | None:
        return Q()


partners = Policy(Partner, Paths(municipality="municipality"), {"view": READERS, "create": KEEPERS, "change": KEEPERS})
agreements = Policy(Agreement, OF_CENTRE, {"view": READERS, "create": KEEPERS, "change": KEEPERS})
competences = Common(Competence, Paths(), {"view": STAFF_ROLES, "create": KEEPERS, "change": KEEPERS})
surveys = Policy(
    DeficitSurvey, Paths(municipality="municipality"), {"view": READERS, "create": KEEPERS, "change": KEEPERS}
)
deficits = Policy(
    Deficit,
    OF_STAFF,
    {"view": LEARNERS, "create": ("centre_head", "methodologist"), "change": ("centre_head", "methodologist")},
)
sites = Policy(
    PlacementSite,
    Paths(
        municipality="organisation__municipality", organisation="organisation", department="organisation__department"
    ),
    {"view": STAFF_ROLES, "create": KEEPERS, "change": KEEPERS},
)
trainings = Policy(Training, OF_STAFF, {"view": LEARNERS, "create": TRAINERS, "change": TRAINERS})
seminars = Policy(Seminar, OF_CENTRE, {"view": ("public",), "create": CENTRE_ROLES, "change": CENTRE_ROLES})
participants = Policy(
    SeminarParticipant,
    OF_STAFF,
    {"view": LEARNERS, "create": CENTRE_ROLES, "change": CENTRE_ROLES},
)
