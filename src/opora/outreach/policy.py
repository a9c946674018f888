"""Who works with class lists: the school with its own, the centre and the authority with those of their municipality.

Categories are sensitive: only the roles below, which need them to find whom to invite, open these rows at all.
"""

from __future__ import annotations

from opora.core.access import Paths, Policy
from opora.outreach.models import ClassList, Invitation, Pupil
from opora.people.policy import PersonalPolicy

CENTRE = ("centre_head", "methodologist")
READERS = ("provider_manager", *CENTRE, "coordinator", "administrator")
INVITERS = ("provider_manager", *CENTRE)
_LIST = "class_list"

class_lists = Policy(
    ClassList,
    Paths(municipality="municipality", organisation="organisation"),
    {"view": READERS, "create": READERS, "change": READERS},
)
pupils = PersonalPolicy(
    Pupil,
    Paths(municipality=f"{_LIST}__municipality", organisation=f"{_LIST}__organisation"),
    {"view": READERS, "create": READERS, "change": READERS, "invite": INVITERS},
)
# whose card a pupil may be is shown to the centre alone: a school knows its pupils, not other children
matches = PersonalPolicy(
    Pupil,
    Paths(municipality=f"{_LIST}__municipality"),
    {"decide": CENTRE},
)
invitations = PersonalPolicy(
    Invitation,
    Paths(municipality=f"pupil__{_LIST}__municipality", organisation=f"pupil__{_LIST}__organisation"),
    {"view": READERS, "change": INVITERS},
)
