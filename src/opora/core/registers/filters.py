"""The filter panel: an ordinary GET form made of the register's filters; values stay in the URL."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models
from django.db.models import Q
from django.http import QueryDict

from opora.core.access import Actor
from opora.core.registers.columns import kind_of, naming_field
from opora.core.registers.declaration import Filter, Register

ANY = [("", "Все")]
YES_NO = [("", "Все"), ("1", "Да"), ("0", "Нет")]
MOST_OPTIONS = 400
MOST_LOOKED_AT = 4000
"""Of more rows than this nobody asks which are in use: over a region that would read the whole register."""


class FilterForm(forms.Form):
    """Fields by the filters' kinds. `condition()` is the Q of what is filled in rightly."""

    use_required_attribute = False

    def __init__(self, register: Register, actor: Actor, params: QueryDict | dict[str, Any]) -> None:
        super().__init__(data=params or {}, auto_id="filter_%s")
        self.register, self.actor = register, actor
        self.kinds = {item.name: item.kind or _kind(register, item) for item in register.all_filters}
        if register.search:
            self.fields["q"] = forms.CharField(
                label="Поиск", required=False, max_length=200, widget=forms.TextInput({"type": "search"})
            )
        for item in register.all_filters:
            self._add(item, self.kinds[item.name])

    def _add(self, item: Filter, kind: str) -> None:
        title = item.title or self._title(item)
        if kind in ("date", "number"):
            make = forms.DateField if kind == "date" else forms.DecimalField
            options: dict[str, Any] = {"required": False}
            if kind == "date":
                options["widget"] = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
            self.fields[f"{item.name}_from"] = make(label=f"{title}, от", **options)
            self.fields[f"{item.name}_to"] = make(label="до", **options)
            return
        if kind == "day":
            day = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
            self.fields[item.name] = forms.DateField(label=title, required=False, widget=day)
            return
        if kind == "text":
            self.fields[item.name] = forms.CharField(label=title, required=False, max_length=200)
            return
        choices = self._choices(item, kind)
        if choices is None:
            # too many rows to choose from a list: the value comes from a link, for example from a card
            hidden = forms.HiddenInput() if not self.data.get(item.name) else forms.NumberInput()
            self.fields[item.name] = forms.IntegerField(label=title, required=False, widget=hidden)
        else:
            self.fields[item.name] = forms.ChoiceField(label=title, required=False, choices=choices)

    def _title(self, item: Filter) -> str:
        field = self.register.field(item.lookup)
        name = str(field.verbose_name) if field is not None else item.name
        return name[:1].upper() + name[1:]

    def _choices(self, item: Filter, kind: str) -> list[tuple[Any, str]] | None:
        if item.options is not None:
            return [*ANY, *item.options(self.actor)]
        if kind == "bool":
            return YES_NO
        field = self.register.field(item.lookup)
        if kind == "choice":
            return [*ANY, *(field.flatchoices if field is not None else [])]
        assert field is not None and field.related_model is not None, f"filter {item.name}: no related model"
        options = related_options(self.register, self.actor, field.related_model, item.lookup)
        return None if options is None else [*ANY, *options]

    def condition(self) -> Q:
        self.is_valid()
        found = Q()
        for item in self.register.all_filters:
            found &= self._one(item, self.kinds[item.name])
        return found

    def _one(self, item: Filter, kind: str) -> Q:
        values = self.cleaned_data
        if kind in ("date", "number"):
            low, high = values.get(f"{item.name}_from"), values.get(f"{item.name}_to")
            path = item.lookup
            if isinstance(self.register.field(path), models.DateTimeField):
                path += "__date"
            ends = Q() if low is None else Q(**{f"{path}__gte": low})
            return ends if high is None else ends & Q(**{f"{path}__lte": high})
        value = values.get(item.name)
        if value in (None, ""):
            return Q()
        if item.apply is not None:
            return item.apply(self.actor, value)
        if kind == "bool":
            return Q(**{item.lookup: value == "1"})
        return Q(**{f"{item.lookup}__icontains" if kind == "text" else item.lookup: value})

    @property
    def used(self) -> int:
        """How many filters narrow the list (the panel opens when any does)."""
        self.is_valid()
        return sum(1 for name, value in self.cleaned_data.items() if value not in (None, ""))


def _kind(register: Register, item: Filter) -> str:
    if item.options is not None or item.apply is not None:
        return "choice" if item.options is not None else "text"
    field = register.field(item.lookup)
    if isinstance(field, models.ForeignKey):
        return "ref"
    kind = kind_of(field)
    return {"decimal": "number", "datetime": "date"}.get(kind, kind)


def offered_rows(actor: Actor, model: type[models.Model]) -> models.QuerySet[Any]:
    """Rows of a model that the actor may choose from: its register's policy and `offered`."""
    from opora.core.registers import registry

    register = registry.of_model(model)
    if register is None:
        return model._default_manager.all()
    rows = register.policy.rows(actor, "view")
    return rows.filter(register.offered) if register.offered is not None else rows


def related_options(
    register: Register, actor: Actor, model: type[models.Model], path: str
) -> list[tuple[Any, str]] | None:
    """Rows of a related model as (id, name); of a long register only those in use; None when still too many."""
    from opora.core.registers import access, registry

    target = registry.of_model(model)
    if target is not None and access.masked(target, actor):
        return None
    rows = offered_rows(actor, model)
    if naming_field(model) == "pk":  # several fields name such a row: a worker's surname, name, patronymic
        found = list(rows[: MOST_OPTIONS + 1])
        return None if len(found) > MOST_OPTIONS else [(row.pk, str(row)) for row in found]
    if rows.order_by()[MOST_LOOKED_AT : MOST_LOOKED_AT + 1].exists():
        return None
    pairs = list(rows.values_list("pk", naming_field(model))[: MOST_OPTIONS + 1])
    if len(pairs) > MOST_OPTIONS:
        used = register.policy.rows(actor, "view").order_by().values(path)
        pairs = list(rows.filter(pk__in=used).values_list("pk", naming_field(model))[: MOST_OPTIONS + 1])
    return None if len(pairs) > MOST_OPTIONS else [(pk, str(name)) for pk, name in pairs]
