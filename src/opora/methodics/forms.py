"""Forms of methodical work."""

from __future__ import annotations

from typing import Any

from django import forms

from opora.core import identifiers
from opora.core.registers.forms import RegisterForm
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


class PartnerForm(RegisterForm):
    """A partner; its ИНН is checked when given."""

    class Meta:
        model = Partner
        fields = ("municipality", "kind", "name", "inn", "contact", "phone", "email", "website", "about")

    def clean_inn(self) -> str:
        text = str(self.cleaned_data["inn"]).strip()
        if not text:
            return ""
        try:
            return identifiers.inn(text)
        except ValueError as error:
            raise forms.ValidationError(identifiers.at_its_field(error)) from error


class AgreementForm(RegisterForm):
    """An agreement; network programmes are picked among those of the centre's territory."""

    class Meta:
        model = Agreement
        fields = (
            "centre", "partner", "number", "signed_on", "topic", "subject", "starts_on", "ends_on", "state",
            "responsible", "programmes",
        )  # fmt: skip
        help_texts = {"programmes": "Программы, которые идут по этому соглашению в сетевой форме"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = self.fields["programmes"]
        assert isinstance(offered, forms.ModelMultipleChoiceField)
        rows = Agreement.programmes.field.remote_field.model._default_manager
        chosen = self.instance.programmes.values("pk") if self.instance.pk else rows.none().values("pk")
        visible = rows.filter(pk__in=offered_programmes(self.actor)) | rows.filter(pk__in=chosen)
        offered.empty_label = None
        offered.queryset = visible.distinct().select_related("organisation")
        offered.widget = forms.CheckboxSelectMultiple()
        offered.widget.choices = offered.choices


def offered_programmes(actor: Any) -> Any:
    """Ids of network programmes that the actor sees."""
    from opora.catalogue.models import Programme
    from opora.core.registers.filters import offered_rows

    return offered_rows(actor, Programme).filter(is_network=True).order_by().values("pk")


class CompetenceForm(RegisterForm):
    """A competence."""

    class Meta:
        model = Competence
        fields = ("code", "name", "area", "is_active")
        help_texts = {"code": "Латинскими буквами"}


class SurveyForm(RegisterForm):
    """A survey of deficits."""

    class Meta:
        model = DeficitSurvey
        fields = ("municipality", "name", "held_on", "method", "state")


class DeficitForm(RegisterForm):
    """What was found in one worker; the worker is of the survey's municipality."""

    class Meta:
        model = Deficit
        fields = ("survey", "staff", "competence", "level")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        survey, staff = data.get("survey"), data.get("staff")
        if survey is not None and staff is not None and staff.organisation.municipality_id != survey.municipality_id:
            self.add_error("staff", "Этот работник из другого муниципалитета.")
        return data


class SiteForm(RegisterForm):
    """A placement site; its end is not before its beginning."""

    class Meta:
        model = PlacementSite
        fields = ("organisation", "topic", "act", "head_name", "capacity", "starts_on", "ends_on")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        start, end = data.get("starts_on"), data.get("ends_on")
        if start and end and end < start:
            self.add_error("ends_on", "Окончание раньше начала.")
        return data


class TrainingForm(RegisterForm):
    """A training of a worker."""

    class Meta:
        model = Training
        fields = (
            "staff", "kind", "programme", "competence", "institution", "site", "hours", "starts_on", "finished_on",
            "state", "certificate_number", "certificate_date",
        )  # fmt: skip


class SeminarForm(RegisterForm):
    """A seminar or a contest of teachers."""

    class Meta:
        model = Seminar
        fields = ("centre", "kind", "title", "competence", "date", "hours", "place", "outcome")


class ParticipantForm(RegisterForm):
    """Who took part."""

    class Meta:
        model = SeminarParticipant
        fields = ("seminar", "staff", "speaks", "result")
