"""Forms of the territory's registers where a check needs more than the model knows."""

from __future__ import annotations

from typing import Any

from django import forms

from opora.core import clock, identifiers
from opora.core.publications import FIELDS, PublicationForm
from opora.core.registers.forms import RegisterForm
from opora.territory import services_acts
from opora.territory.models import ActPublication, Centre, LegalAct, Municipality, Population


class OktmoField(forms.CharField):
    """ОКТМО with or without blanks."""

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if not text:
            return ""
        try:
            return identifiers.oktmo(text)
        except ValueError as error:
            raise forms.ValidationError(identifiers.at_its_field(error)) from error


class MunicipalityForm(RegisterForm):
    """A municipality; its code is checked."""

    oktmo = OktmoField(label="ОКТМО", max_length=20)

    class Meta:
        model = Municipality
        fields = (
            "region",
            "oktmo",
            "parent_oktmo",
            "name",
            "short_name",
            "kind",
            "centre_name",
            "time_zone",
            "latitude",
            "longitude",
            "is_served",
            "enrolment_opens_at",
        )


class CentreForm(RegisterForm):
    """A support centre: a function of its host organisation."""

    class Meta:
        model = Centre
        fields = (
            "slug",
            "name",
            "municipality",
            "head_name",
            "head_order",
            "founding_act",
            "founded_on",
            "address",
            "phone",
            "email",
            "website",
            "is_active",
        )


class PopulationForm(RegisterForm):
    """The number of children of one age; the year is not a future one."""

    class Meta:
        model = Population
        fields = ("municipality", "year", "age", "count", "source", "source_date")

    def clean_year(self) -> int:
        year: int = self.cleaned_data["year"]
        if not 1990 <= year <= clock.today(clock.EASTERNMOST).year + 1:
            raise forms.ValidationError("Укажите год, на 1 января которого дана численность.")
        return year


class LegalActForm(RegisterForm):
    """A legal act; its term does not end before it begins. One that looks like another is added only knowingly."""

    is_other = forms.BooleanField(
        label="Это другой акт",
        required=False,
        help_text="Отметьте, если похожий акт уже есть в реестре, но этот – действительно другой",
    )

    class Meta:
        model = LegalAct
        fields = (
            "kind",
            "level",
            "issuer",
            "number",
            "date",
            "title",
            "municipality",
            "in_force_from",
            "in_force_to",
            "replaced_by",
            "must_publish",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        replacing: Any = self.fields["replaced_by"]
        replacing.label_from_instance = services_acts.label  # a typed reference, in a long register, has no use for it

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        start, end = data.get("in_force_from"), data.get("in_force_to")
        if start and end and end < start:
            self.add_error("in_force_to", "Окончание действия раньше начала.")
        return data


class ActPublicationForm(PublicationForm):
    """A publication is not before the act."""

    of = "act"
    too_early = "Публикация раньше даты самого акта."

    class Meta:
        model = ActPublication
        fields = ("act", *FIELDS)
