"""Forms of governance."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from opora.core.registers.forms import RegisterForm
from opora.core.ui.forms import DateInput, TimeInput, UnitInput
from opora.governance import queries
from opora.governance.models import CentreMember, CentreUnit, Council, CouncilMember, Decision, Meeting, Proposal
from opora.territory.services_acts import label

DATE = {"required": "Укажите дату.", "invalid": "Укажите дату полностью: день, месяц, год."}


class AccountField(forms.EmailField):
    """An account at work, named by its e-mail: nobody gets a list of accounts to choose from."""

    def prepare_value(self, value: Any) -> Any:
        """The e-mail of a stored account; what was typed as it is."""
        if isinstance(value, int):
            return queries.email_of(value)
        return value

    def clean(self, value: Any) -> Any:
        text = str(super().clean(value) or "").strip().lower()
        if not text:
            return None
        account = queries.account_of(text)
        if account is None:
            raise forms.ValidationError("Работника с такой электронной почтой в системе нет.")
        return account


class TermForm(RegisterForm):
    """A row with a term: its end is not before its beginning."""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        start, end = data.get("starts_on"), data.get("ends_on")
        if start and end and end < start:
            self.add_error("ends_on", "Окончание раньше начала.")
        return data


class UnitForm(TermForm):
    """A temporary group, laboratory or project office has an end and a task."""

    class Meta:
        model = CentreUnit
        fields = ("centre", "kind", "name", "task", "act", "starts_on", "ends_on", "result")

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        temporary = data.get("kind") in (CentreUnit.Kind.CREATIVE_GROUP, CentreUnit.Kind.PROJECT_OFFICE)
        if temporary and not data.get("ends_on"):
            self.add_error("ends_on", "Временная группа и проектный офис создаются на срок: укажите, по какой день.")
        return data


class MemberForm(TermForm):
    """A worker of the centre; the unit belongs to the same centre."""

    class Meta:
        model = CentreMember
        fields = ("centre", "unit", "staff", "role", "post", "rate", "starts_on", "ends_on")

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        unit, centre = data.get("unit"), data.get("centre")
        if unit is not None and centre is not None and unit.centre_id != centre.pk:
            self.add_error("unit", "Это подразделение другого центра.")
        return data


class CouncilForm(TermForm):
    """A council; the region follows from the municipality where there is one."""

    class Meta:
        model = Council
        fields = ("kind", "name", "region", "municipality", "focus_area", "act", "quorum", "starts_on", "ends_on")
        widgets = {"quorum": UnitInput("%", {"class": "short"}, decimal=False)}
        help_texts = {"quorum": "Заседание состоится, если пришло больше этой доли членов. 50 – больше половины"}


class CouncilMemberForm(TermForm):
    """A member of a council."""

    account = AccountField(
        label="Электронная почта в системе",
        required=False,
        help_text="Если член совета работает в системе: его решения появятся в его делах",
    )

    class Meta:
        model = CouncilMember
        fields = ("council", "side", "role", "name", "post", "account", "starts_on", "ends_on")


class MeetingForm(RegisterForm):
    """A meeting with its agenda."""

    class Meta:
        model = Meeting
        fields = ("council", "number", "date", "starts_at", "place", "agenda", "guests")
        widgets = {"starts_at": TimeInput(), "guests": forms.Textarea({"rows": 2})}
        help_texts = {"guests": "Кого пригласили, через запятую"}


class DecisionForm(RegisterForm):
    """A decision: what, who, until when; the number is given by itself."""

    account = AccountField(
        label="Электронная почта ответственного в системе",
        required=False,
        help_text="Если ответственный работает в системе, решение появится в его делах",
    )

    class Meta:
        model = Decision
        fields = (
            "meeting", "question", "text", "responsible", "account", "due_on", "votes_for", "votes_against",
            "votes_abstained",
        )  # fmt: skip
        help_texts = {"question": "Номер вопроса в повестке"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        meeting: Any = self.fields["meeting"]
        if hasattr(meeting, "queryset"):  # a long register gives a field in which the name is typed
            meeting.queryset = meeting.queryset.select_related("council")
            meeting.label_from_instance = _council_and_meeting


def _council_and_meeting(row: Meeting) -> str:
    return f"{row.council}: {row}"


class ProposalForm(RegisterForm):
    """The words of a proposal."""

    class Meta:
        model = Proposal
        fields = ("centre", "addressee", "title", "text")


class HoldForm(forms.Form):
    """Who of the members came to the meeting."""

    present = forms.MultipleChoiceField(label="Кто присутствует", required=False, widget=forms.CheckboxSelectMultiple)
    guests = forms.CharField(
        label="Приглашённые", required=False, widget=forms.Textarea({"rows": 2}), help_text="Через запятую"
    )

    def __init__(self, *args: Any, members: Iterable[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(row.pk), f"{row.name}, {row.post} ({row.get_side_display().lower()})") for row in members]
        self.fields["present"].choices = choices  # type: ignore[attr-defined]


class CloseForm(forms.Form):
    """How a decision ended."""

    state = forms.ChoiceField(
        label="Чем закончилось",
        choices=[("done", "Исполнено"), ("cancelled", "Снято с контроля")],
        widget=forms.RadioSelect,
        initial="done",
    )
    day = forms.DateField(label="Когда", widget=DateInput, error_messages=DATE)
    result = forms.CharField(
        label="Что сделано или почему снято",
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": "Напишите, что сделано."},
    )


class StepForm(forms.Form):
    """One step of a proposal; which fields there are depends on the step."""

    day = forms.DateField(label="Когда", widget=DateInput, error_messages=DATE)
    number = forms.CharField(label="Исходящий номер", max_length=60, required=False)
    answer = forms.CharField(
        label="Реквизиты ответа", max_length=250, required=False, help_text="Например: письмо от 12.10.2026 № 415"
    )
    reason = forms.CharField(
        label="Почему отклонено", required=False, max_length=1000, widget=forms.Textarea({"rows": 3})
    )
    act: Any = forms.ModelChoiceField(
        label="Каким актом принято",
        queryset=None,
        required=False,
        empty_label="Без акта",
        help_text="Акт должен быть в реестре правовых актов",
    )
    carry_out_by = forms.DateField(label="Исполнить до", required=False, widget=DateInput, error_messages=DATE)
    result = forms.CharField(
        label="Что получилось", required=False, max_length=1000, widget=forms.Textarea({"rows": 3})
    )

    FIELDS = {
        "send": ("day", "number"),
        "consider": ("day",),
        "accept": ("day", "answer", "act", "carry_out_by"),
        "decline": ("day", "answer", "reason"),
        "carry_out": ("day", "act", "result"),
        "withdraw": ("day",),
    }

    def __init__(self, *args: Any, step: str, acts: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered: Any = self.fields["act"]
        offered.queryset, offered.label_from_instance = acts, label
        self.fields = {name: self.fields[name] for name in self.FIELDS[step]}
