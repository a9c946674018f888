"""Access: who acts, where the roles are held, and one policy for "may this" and "which ones" (spec/trust.md).

A role is held *at* a place of the tree region → municipality → centre/organisation. An :class:`Actor` carries,
per role, the places it reaches. A :class:`Policy` maps an action to the roles that may do it and how the object
is reached; :meth:`Policy.scope` gives the rows, :meth:`Policy.can` asks the same question of one row, so the
two answers cannot differ. Everything not granted is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db.models import Model, Q, QuerySet

from opora.core.reasons import Forbidden, Hidden

if TYPE_CHECKING:
    import datetime as dt

ROLES: dict[str, str] = {
    "guardian": "Законный представитель",
    "learner": "Обучающийся 14+",
    "provider_manager": "Администратор организации",
    "teacher": "Педагог",
    "desk_operator": "Оператор пункта приёма",
    "centre_head": "Руководитель МОЦ",
    "methodologist": "Методист МОЦ",
    "organiser": "Педагог-организатор МОЦ",
    "coordinator": "Координатор органа местного самоуправления",
    "payer": "Плательщик (уполномоченная организация)",
    "expert": "Эксперт",
    "regional_operator": "Оператор регионального модельного центра",
    "observer": "Наблюдатель (министерство)",
    "administrator": "Администратор системы",
}
CENTRE_ROLES = ("centre_head", "methodologist", "organiser")
FAMILY_ROLES = ("guardian", "learner")
STAFF_ROLES = tuple(role for role in ROLES if role not in FAMILY_ROLES)


@dataclass(frozen=True, slots=True)
class Reach:
    """What one held role reaches: whole municipalities, single organisations, a department, or everything."""

    role: str
    everything: bool = False
    municipalities: frozenset[int] = frozenset()
    organisations: frozenset[int] = frozenset()
    centres: frozenset[int] = frozenset()
    department: str = ""
    place_kind: str = ""
    place_id: int | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who acts: an account with its roles, a visitor (no account), or the system itself."""

    account_id: int | None = None
    email: str = ""
    name: str = ""
    reaches: tuple[Reach, ...] = ()
    system: bool = False
    request_id: str = ""
    way: str = ""
    """By which way the act comes: empty for the site and the API, ``letter`` for the signed link of a letter."""
    children: frozenset[int] = field(default=frozenset())
    """Ids of the children whose guardian (or who themselves) this account is."""
    child_keys: Mapping[UUID, int] = field(default_factory=dict, compare=False)
    """The same children by their public id: a family names its own child without a query."""
    staff_ids: frozenset[int] = field(default=frozenset())
    """Ids of `providers.Staff` rows of this account (a teacher's own groups)."""
    personal_session_until: dt.datetime | None = None
    """An administrator's timed, reasoned session with personal data (spec/trust.md)."""

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(reach.role for reach in self.reaches)

    @property
    def is_staff(self) -> bool:
        return self.system or bool(self.roles - {"guardian", "learner"})

    def own_child(self, public_id: UUID) -> int | None:
        """The inner id of an own child named by its public id; None when it is somebody else's."""
        pk = self.child_keys.get(public_id)
        return pk if pk in self.children else None

    def has(self, *roles: str) -> bool:
        return self.system or not self.roles.isdisjoint(roles)

    def municipalities(self, *roles: str) -> frozenset[int]:
        """Ids of municipalities reached whole by any of the roles (all roles when none is named)."""
        return frozenset().union(*(r.municipalities for r in self.reaches if not roles or r.role in roles))

    def organisations(self, *roles: str) -> frozenset[int]:
        """Ids of organisations reached one by one by any of the roles."""
        return frozenset().union(*(r.organisations for r in self.reaches if not roles or r.role in roles))


SYSTEM = Actor(system=True, name="Система")
VISITOR = Actor()


@dataclass(frozen=True, slots=True)
class Paths:
    """How rows of a model are reached: lookups of the municipality, organisation, child, account, teacher."""

    municipality: str = ""
    organisation: str = ""
    centre: str = ""
    child: str = ""
    account: str = ""
    staff: str = ""
    department: str = ""


NOTHING = Q(pk__in=[])


class Row(Protocol):
    """A row that is asked about: a model's object, or values read in another way with the same names."""

    @property
    def pk(self) -> Any: ...


def _only(actor: Actor, role: str) -> Actor:
    """The same actor with one of its roles; the request's actor is a lazy object, which `replace` does not take."""
    values = {item.name: getattr(actor, item.name) for item in fields(Actor)}
    return Actor(**{**values, "reaches": tuple(reach for reach in actor.reaches if reach.role == role)})


def _to_many(model: type[Model], path: str) -> bool:
    """Does one of the steps of the path lead to several rows?"""
    for step in path.split("__"):
        if step in ("", "pk"):
            continue
        found = model._meta.get_field(step)
        if found.one_to_many or found.many_to_many:
            return True
        if isinstance(found.related_model, type):
            model = found.related_model
    return False


class Policy:
    """One model's rules: action → roles; how each role reaches the rows comes from :class:`Paths`.

    ``grants`` maps an action to role codes. The pseudo-role ``"public"`` lets everybody (also visitors) do it,
    limited by ``public_filter``.
    """

    def __init__(
        self,
        model: type[Model],
        paths: Paths,
        grants: Mapping[str, Iterable[str]],
        public_filter: Q | None = None,
        extra: Mapping[str, Q] | None = None,
    ) -> None:
        self.model = model
        self.paths = paths
        self.grants = {action: frozenset(roles) for action, roles in grants.items()}
        self.public_filter = public_filter
        self.extra = dict(extra or {})
        unknown = {role for roles in self.grants.values() for role in roles} - set(ROLES) - {"public"}
        if unknown:
            raise ValueError(f"unknown roles in policy of {model}: {sorted(unknown)}")

    def allowed(self, actor: Actor, action: str) -> bool:
        """May the actor do this at all, to some object? (Lists answer 403 when not.)"""
        roles = self.grants.get(action, frozenset())
        return actor.system or "public" in roles or not actor.roles.isdisjoint(roles)

    def scope(self, actor: Actor, action: str) -> Q:
        """Return the condition of the rows to which the actor may do `action`."""
        if actor.system:
            return Q()
        roles = self.grants.get(action, frozenset())
        found: Q | None = None
        if "public" in roles:
            found = self.public_filter if self.public_filter is not None else Q()
        for reach in actor.reaches:
            if reach.role not in roles:
                continue
            part = self._reached(actor, reach)
            if part is None:
                continue
            if reach.role in self.extra:
                part &= self.extra[reach.role]
            found = part if found is None else found | part
        return NOTHING if found is None else found

    def rows(self, actor: Actor, action: str) -> QuerySet[Any]:
        """Return the rows to which the actor may do `action`, without duplicates."""
        condition = self.scope(actor, action)
        manager = self.model._default_manager
        if self._multiplies:
            return manager.filter(pk__in=manager.filter(condition).values("pk"))
        return manager.filter(condition)

    @cached_property
    def _multiplies(self) -> bool:
        """May a path lead to one row several times (a child's card by its enrolments)?

        Only then are rows looked up by their keys: over a region that costs the planner its good plans.
        """
        return any(_to_many(self.model, getattr(self.paths, item.name)) for item in fields(self.paths))

    def can(self, actor: Actor, action: str, obj: Row) -> bool:
        """May the actor do `action` to this very object? A family's own child is seen without asking the database."""
        if actor.system or self._own_child(actor, action, obj):
            return True
        if not self.allowed(actor, action):
            return False
        return bool(self.rows(actor, action).filter(pk=obj.pk).exists())

    def get(self, actor: Actor, action: str, **lookup: Any) -> Any:
        """Return the one row, or raise: Forbidden when no role allows the action, Hidden when it is a stranger's."""
        if not self.allowed(actor, action):
            raise Forbidden(action)
        try:
            return self.rows(actor, action).get(**lookup)
        except (ObjectDoesNotExist, ValidationError, ValueError) as error:
            raise Hidden(action) from error

    def granting_role(self, actor: Actor, action: str, obj: Row | None = None) -> str:
        """The role by which the actor may do `action` (to the object): what the access journal writes.

        Roles at work come before the family, in the order of `ROLES`; rows are asked only when several could.
        Empty for the system and where no role does.
        """
        held = [role for role in ROLES if role in actor.roles & self.grants.get(action, frozenset())]
        at_work = [role for role in held if role not in FAMILY_ROLES]
        candidates = at_work + [role for role in held if role in FAMILY_ROLES]
        if actor.system or not candidates:
            return ""
        if obj is None or obj.pk is None or len(candidates) == 1:
            return candidates[0]
        if len(at_work) == 1 and not self._about_own_child(actor, obj):
            return at_work[0]
        return next((role for role in candidates if self.can(_only(actor, role), action, obj)), candidates[0])

    def _about_own_child(self, actor: Actor, obj: Row) -> bool:
        """May the row be about a child of the actor's own family?"""
        path = self.paths.child
        if not path or not actor.children:
            return False
        if "__" in path:
            return True
        child = obj.pk if path in ("pk", "id") else getattr(obj, f"{path.removesuffix('_id')}_id", None)
        return child in actor.children

    def require(self, actor: Actor, action: str) -> None:
        if not self.allowed(actor, action):
            raise Forbidden(action)

    def _own_child(self, actor: Actor, action: str, obj: Row) -> bool:
        """The same answer as the guardian's part of `scope`, for rows that name their child themselves."""
        path = self.paths.child
        if not path or "__" in path or type(self).rows is not Policy.rows:
            return False
        roles = (self.grants.get(action, frozenset()) & actor.roles & {"guardian", "learner"}) - self.extra.keys()
        return bool(roles) and getattr(obj, f"{path.removesuffix('_id')}_id", None) in actor.children

    def _reached(self, actor: Actor, reach: Reach) -> Q | None:
        paths = self.paths
        if reach.role in ("guardian", "learner"):
            if paths.child:
                return Q(**{f"{paths.child}__in": actor.children})
            return Q(**{paths.account: actor.account_id}) if paths.account else None
        if reach.role == "teacher" and paths.staff:
            return Q(**{f"{paths.staff}__in": actor.staff_ids})
        if reach.everything:
            return Q()
        found: Q | None = None
        if reach.municipalities and paths.municipality:
            found = Q(**{f"{paths.municipality}__in": reach.municipalities})
            if reach.department and paths.department:
                found &= Q(**{paths.department: reach.department})
        if reach.organisations and paths.organisation:
            part = Q(**{f"{paths.organisation}__in": reach.organisations})
            found = part if found is None else found | part
        if reach.centres and paths.centre:
            part = Q(**{f"{paths.centre}__in": reach.centres})
            found = part if found is None else found | part
        return found
