"""The form of a programme's limit: in an approved period it asks for the amending act."""

from __future__ import annotations

from typing import Any

from opora.certificates import queries
from opora.certificates.forms_acts import GroundFields
from opora.certificates.models import ProgrammeLimit
from opora.core.registers.forms import RegisterForm


class ProgrammeLimitForm(RegisterForm, GroundFields):
    """Period, programme, number of contracts; the act is asked for when the period is approved."""

    class Meta:
        model = ProgrammeLimit
        fields = ("period", "programme", "contracts")
        labels = {"period": "Период", "programme": "Программа", "contracts": "Договоров самое большее"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer(queries.acts_to_amend_by(self.actor))
        self.fields["act"].label = "Акт об изменении"
        self.fields[
            "act"
        ].help_text = (
            "Нужен, если период уже утверждён. Акта в списке нет – запишите его ниже, файл приложите на его карточке."
        )

    def data_for_save(self) -> dict[str, Any]:
        values = {name: self.cleaned_data[name] for name in self.Meta.fields}
        return values | {"ground": self.ground()}
