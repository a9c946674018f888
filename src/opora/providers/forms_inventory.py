"""Forms of inventories and of shared resources."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django import forms

from opora.core import clock
from opora.core.registers.forms import RegisterForm
from opora.providers.models_inventory import (
    InventoryCampaign,
    InventoryItem,
    InventoryKind,
    InventoryLine,
    Museum,
    ResourceOffer,
    ResourceRequest,
)
from opora.providers.services_inventory import Line

MOST = 1_000_000


class ItemForm(RegisterForm):
    """An item; a norm says per what it is."""

    class Meta:
        model = InventoryItem
        fields = ("kind", "code", "name", "unit", "norm", "norm_per", "basis", "is_active")
        help_texts = {"code": "Латинскими буквами: по нему сравниваются годы"}


class CampaignForm(RegisterForm):
    """A campaign: which kinds of resources are counted."""

    kinds = forms.MultipleChoiceField(
        label="Что учитываем",
        choices=InventoryKind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Ничего не отмечено – всё",
    )

    class Meta:
        model = InventoryCampaign
        fields = ("municipality", "year", "name", "kinds", "starts_on", "due_on", "act")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        start, end = data.get("starts_on"), data.get("due_on")
        if start and end and end < start:
            self.add_error("due_on", "Срок сдачи раньше начала.")
        return data


class OfferForm(RegisterForm):
    """A resource to share; the venue is of the same organisation."""

    class Meta:
        model = ResourceOffer
        fields = ("organisation", "venue", "kind", "name", "terms", "state")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        venue, organisation = data.get("venue"), data.get("organisation")
        if venue is not None and organisation is not None and venue.organisation_id != organisation.pk:
            self.add_error("venue", "Это площадка другой организации.")
        return data


class RequestForm(RegisterForm):
    """What is asked, for what and when."""

    class Meta:
        model = ResourceRequest
        fields = ("offer", "organisation", "purpose", "starts_on", "ends_on", "hours")
        labels = {"starts_on": "С какого дня", "ends_on": "По какой день"}
        help_texts = {"hours": "Например: вторник и четверг, 16:00–18:00. Пусто – весь день"}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        start, end = data.get("starts_on"), data.get("ends_on")
        if start and end and end < start:
            self.add_error("ends_on", "Окончание раньше начала.")
        return data


class MuseumForm(RegisterForm):
    """A museum; the date of its certificate is not a future one."""

    class Meta:
        model = Museum
        fields = (
            "organisation", "name", "profile", "certificate_number", "certificate_date", "head_name", "children",
            "exhibits", "founded_on", "address",
        )  # fmt: skip

    def clean_certificate_date(self) -> Any:
        day = self.cleaned_data["certificate_date"]
        if day is not None and day > clock.today(clock.EASTERNMOST):
            raise forms.ValidationError("Дата свидетельства в будущем.")
        return day


class SheetForm(forms.Form):
    """All lines of a sheet: how much there is, how much of it is usable, a note."""

    def __init__(self, *args: Any, lines: Iterable[InventoryLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = list(lines)
        for line in self.lines:
            for name, value in (("present", line.present), ("usable", line.usable)):
                widget = forms.NumberInput({"class": "tiny", "inputmode": "numeric", "min": "0"})
                self.fields[f"{name}_{line.pk}"] = forms.IntegerField(
                    label=f"{line.item.name}: {'есть' if name == 'present' else 'исправно'}",
                    required=False,
                    min_value=0,
                    max_value=MOST,
                    initial=value,
                    widget=widget,
                    error_messages={"min_value": "Не меньше нуля.", "invalid": "Целое число."},
                )
            self.fields[f"note_{line.pk}"] = forms.CharField(
                label=f"{line.item.name}: примечание", required=False, max_length=250, initial=line.note
            )
        self.fields["seen"] = forms.CharField(required=False, widget=forms.HiddenInput, initial=self._stored())

    def _stored(self) -> str:
        return json.dumps({line.pk: [line.present, line.usable, line.note] for line in self.lines}, ensure_ascii=False)

    def seen(self) -> dict[int, Line] | None:
        """The lines as the page showed them; None when the page did not say."""
        try:
            said = json.loads(self.cleaned_data["seen"])
            return {int(pk): (present, usable, str(note)) for pk, (present, usable, note) in said.items()}
        except (ValueError, TypeError, AttributeError):
            return None

    def renewed(self, lines: Iterable[InventoryLine]) -> SheetForm:
        """The same typing over the lines as they are now: what was left alone shows what others wrote."""
        mine, seen, data = self.counted(), self.seen() or {}, dict(self.data.items())
        fresh = SheetForm(lines=lines)
        for line in fresh.lines:
            if line.pk not in mine or mine[line.pk] == seen.get(line.pk):
                for name in ("present", "usable", "note"):
                    value = getattr(line, name)
                    data[f"{name}_{line.pk}"] = "" if value is None else str(value)
        data["seen"] = fresh._stored()
        made = SheetForm(data, lines=fresh.lines)
        made.is_valid()
        return made

    def counted(self) -> dict[int, Line]:
        """Line id → (present, usable, note); what is present is taken for usable where nothing else is said."""
        found = {}
        for line in self.lines:
            present, usable = self.cleaned_data[f"present_{line.pk}"], self.cleaned_data[f"usable_{line.pk}"]
            found[line.pk] = (present, present if usable is None else usable, self.cleaned_data[f"note_{line.pk}"])
        return found


class RemarkForm(forms.Form):
    """Why a sheet is given back."""

    remark = forms.CharField(
        label="Что исправить",
        max_length=1000,
        widget=forms.Textarea({"rows": 4}),
        help_text="Это прочитает организация",
        error_messages={"required": "Напишите, что исправить."},
    )


class AnswerForm(forms.Form):
    """The owner's answer to a request."""

    agreed = forms.ChoiceField(
        label="Ответ",
        choices=[("yes", "Согласовать"), ("no", "Отказать")],
        widget=forms.RadioSelect,
        error_messages={"required": "Выберите ответ."},
    )
    answer = forms.CharField(
        label="Условия или причина отказа", required=False, max_length=1000, widget=forms.Textarea({"rows": 3})
    )
