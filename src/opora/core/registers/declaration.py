"""The one declaration of a register: see docs/registers.md for the recipe.

A register is a model with its columns, filters, form, policy and import columns; the kit makes list, card,
edit, history, import, export, API rows and print of it. Everything not granted by the policy is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.urls import reverse
from django.utils.functional import cached_property

from opora.core.access import Actor, Policy
from opora.core.personal import OFFICIAL

if TYPE_CHECKING:
    from django import forms

    from opora.core.registers.importing.declaration import Importer

Object = Any
Save = Callable[[Actor, Any, dict[str, Any]], Any]


@dataclass(frozen=True, slots=True)
class Column:
    """A value of a row. `path` is an ORM lookup (default `name`); title and kind come from the model field.

    kind: text, number, decimal, money, percent, date, datetime, bool, choice, tags, json.
    `sort` is the lookup to sort by (default the path; "" forbids); `to` names the register a reference leads to;
    `states` maps a choice's code to the colour of its tag (neutral, info, positive, warning, danger);
    `annotate` is an ORM expression that gives the value; `show` turns the value into text.
    `zone` is the lookup of the time zone of a moment (default: that of the actor's municipality); `show` then gets
    (value, zone).
    """

    name: str
    title: str = ""
    path: str = ""
    kind: str = ""
    sort: str | None = None
    to: str = ""
    states: Mapping[str, str] | None = None
    annotate: Any = None
    show: Callable[..., str] | None = None
    zone: str = ""
    choices: Mapping[Any, str] | None = None
    personal: bool = False

    @property
    def lookup(self) -> str:
        return f"column_{self.name}" if self.annotate is not None else (self.path or self.name)


@dataclass(frozen=True, slots=True)
class Filter:
    """One control of the filter panel; its value stays in the URL under `name`.

    kind: choice, bool, ref (rows of the related model that the actor sees), date (two ends), number (two ends),
    day (one date, given to `apply`), text (part of the value), custom. Empty kind: from the model field at `path`
    (default `name`).
    `apply(actor, value) -> Q` replaces the built-in condition; `options(actor) -> [(value, label)]` the choices.
    """

    name: str
    title: str = ""
    path: str = ""
    kind: str = ""
    options: Callable[[Actor], list[tuple[Any, str]]] | None = None
    apply: Callable[[Actor, Any], models.Q] | None = None

    @property
    def lookup(self) -> str:
        return self.path or self.name


@dataclass(frozen=True, slots=True)
class Section:
    """A related list on a card: rows of `register` whose `via` lookup is the card's object.

    Or any small table: `rows(actor, obj) -> (headings, [[text or (text, url), …], …])`.
    """

    title: str
    register: str = ""
    via: str = ""
    columns: tuple[str, ...] = ()
    limit: int = 10
    add: bool = True
    rows: Callable[[Actor, Any], tuple[list[str], list[list[Any]]]] | None = None


@dataclass(frozen=True, slots=True)
class Action:
    """A workflow's ordinary view linked from the register.

    place: card (link for one object), row (link in each row), bulk (button over picked rows: POST `pick` keys),
    list (link above the list). `url` is a URL name; card and row get the object's key as the argument `url_arg`
    (none when ""). `action` is the policy action that the actor needs; `when(actor, obj)` narrows card actions.
    """

    text: str
    url: str
    place: str = "card"
    action: str = "change"
    url_arg: str = "key"
    kind: str = "secondary"
    icon: str = ""
    confirm: str = ""
    when: Callable[[Actor, Any], bool] | None = None


@dataclass(frozen=True, kw_only=True)
class Register:
    """A register. Hooks (all optional): form, save, base, initial, label, Importer's own; nothing else is needed."""

    slug: str
    model: type[models.Model]
    policy: Policy
    columns: tuple[Column | str, ...]
    title: str = ""
    singular: str = ""
    about: str = ""
    menu: str = ""
    menu_order: int = 50
    icon: str = "list"
    search: tuple[str, ...] = ()
    filters: tuple[Filter | str, ...] = ()
    sort: str = ""
    card: tuple[Column | str, ...] = ()
    sections: tuple[Section, ...] = ()
    actions: tuple[Action, ...] = ()
    form: type[forms.ModelForm[Any]] | None = None
    fields: tuple[str, ...] = ()
    save: Save | None = None
    base: Callable[[Actor], models.Q] | None = None
    initial: Callable[[Actor], dict[str, Any]] | None = None
    importer: Importer | None = None
    personal: tuple[str, ...] | None = None
    session_for_administrator: bool = True
    masks: Mapping[str, Callable[[Any], str]] = field(default_factory=dict)
    """Column → mask: list, card and what `open_masked` names open to an administrator without a session, so masked."""
    masked_search: tuple[str, ...] = ()
    """What `search` is then: whole values only, so that nothing is found by trying beginnings."""
    open_masked: tuple[str, ...] = ("list", "card", "new")
    public: bool = False
    offered: models.Q | None = None
    """Which rows other registers offer in their choices and filters (all that the actor sees when None)."""
    file: Callable[[Actor], bytes] | None = None
    """`opora export` of this register writes these bytes instead of a table (a bank's layout)."""
    files: bool = False
    """Rows bear attached files: those who may change a row add them, those who see it read them."""
    page_size: int = 50
    templates: Mapping[str, str] = field(default_factory=dict)

    # --- names -----------------------------------------------------------------------------------------------

    @cached_property
    def heading(self) -> str:
        name = self.title or str(self.model._meta.verbose_name_plural)
        return name[:1].upper() + name[1:]

    @cached_property
    def one(self) -> str:
        return self.singular or str(self.model._meta.verbose_name)

    @cached_property
    def key_field(self) -> str:
        """What stands in URLs and in the API: public_id where the model has one, else the id."""
        try:
            self.model._meta.get_field("public_id")
        except FieldDoesNotExist:
            return "pk"
        return "public_id"

    def key_of(self, obj: models.Model) -> str:
        return str(getattr(obj, self.key_field))

    def url(self, page: str = "list", obj: models.Model | str | None = None) -> str:
        """Address of a page: list, new, import, card, edit, history (the last three of an object or its key)."""
        if obj is None:
            return reverse(f"register_{page}", args=[self.slug])
        key = obj if isinstance(obj, str) else self.key_of(obj)
        return reverse(f"register_{page}", args=[self.slug, key])

    @property
    def list_address(self) -> str:
        return self.url()

    @property
    def new_address(self) -> str:
        return self.url("new")

    @property
    def import_address(self) -> str:
        return self.url("import")

    @property
    def template_address(self) -> str:
        return self.url("template")

    @property
    def csv_address(self) -> str:
        return self.url("csv")

    @property
    def xlsx_address(self) -> str:
        return self.url("xlsx")

    def allows(self, actor: Actor, action: str) -> bool:
        """May the actor do the action by a role at work? Everybody is a parent too: that opens no register."""
        if actor.system:
            return True
        roles = self.policy.grants.get(self.granted(action), frozenset()) - {"guardian", "learner"}
        return "public" in roles or not actor.roles.isdisjoint(roles)

    def granted(self, action: str) -> str:
        """The policy's own word for an action of the kit: change may be called edit; import and export fall back."""
        grants = self.policy.grants
        for word in {"change": ("change", "edit"), "import": ("import", "create"), "export": ("export", "view")}.get(
            action, (action,)
        ):
            if word in grants:
                return word
        return action

    # --- columns ---------------------------------------------------------------------------------------------

    @cached_property
    def list_columns(self) -> tuple[Column, ...]:
        return tuple(self._column(item) for item in self.columns)

    @cached_property
    def card_columns(self) -> tuple[Column, ...]:
        if self.card:
            return tuple(self._column(item) for item in self.card)
        named = {column.name for column in self.list_columns}
        more = tuple(self._column(name) for name in self.fields if name not in named)
        return self.list_columns + more

    @cached_property
    def all_filters(self) -> tuple[Filter, ...]:
        return tuple(Filter(item) if isinstance(item, str) else item for item in self.filters)

    @cached_property
    def default_sort(self) -> str:
        if self.sort:
            return self.sort
        try:
            self.model._meta.get_field("sort_name")
        except FieldDoesNotExist:
            return "-pk"
        return "sort_name"

    @cached_property
    def personal_fields(self) -> tuple[str, ...]:
        """Personal fields shown on the card; opening it is written to the access journal."""
        if self.personal is not None:
            return self.personal
        declared: Mapping[str, Any] = getattr(self.model, "PERSONAL", {})
        return tuple(name for name, reason in declared.items() if reason != OFFICIAL)

    def field(self, path: str) -> models.Field[Any, Any] | None:
        """The model field at an ORM path, None when the path is not a chain of fields."""
        model: type[models.Model] = self.model
        found: Any = None
        for name in path.split("__"):
            try:
                found = model._meta.pk if name == "pk" else model._meta.get_field(name)
            except FieldDoesNotExist:
                return None
            model = getattr(found, "related_model", None) or model
        return found if isinstance(found, models.Field) else None

    def _column(self, item: Column | str) -> Column:
        from opora.core.registers.columns import completed

        return completed(self, Column(item) if isinstance(item, str) else item)
