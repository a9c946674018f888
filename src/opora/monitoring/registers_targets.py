"""The register of target values: what each indicator shall reach by which date, and on what basis (I2)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q

from opora.core.access import Actor
from opora.core.registers import Column, Filter, Register, register
from opora.core.registers.forms import RegisterForm
from opora.monitoring import policy
from opora.monitoring.indicators import catalogue
from opora.monitoring.models import IndicatorTarget
from opora.monitoring.services_targets import save_target


def _name(code: str) -> str:
    """The indicator as people know it; the bare code when the catalogue has none any more."""
    return next((_titled(one) for one in catalogue() if one.code == code), code)


def _titled(indicator: Any) -> str:
    return f"{indicator.name}, {indicator.unit}" if indicator.unit else str(indicator.name)


def _choices() -> list[tuple[str, str]]:
    return sorted(((one.code, _titled(one)) for one in catalogue()), key=lambda item: item[1])


def _used(actor: Actor) -> list[tuple[str, str]]:
    """Indicators that have targets which the actor sees."""
    known = set(policy.targets.rows(actor, "view").values_list("code", flat=True).distinct())
    return [choice for choice in _choices() if choice[0] in known]


def _place(actor: Actor) -> dict[str, Any]:
    """The municipality of those who have one."""
    own = actor.municipalities(*policy.TARGET_KEEPERS)
    return {"municipality": next(iter(own))} if len(own) == 1 else {}


class TargetForm(RegisterForm):
    """A target value with its basis."""

    code = forms.ChoiceField(label="Показатель")

    class Meta:
        model = IndicatorTarget
        fields = ("municipality", "organisation", "code", "due", "value", "act", "source", "is_active")
        help_texts = {
            "organisation": "Пусто – значение для всего муниципалитета.",
            "value": "В единицах показателя: 25 для 25 %, 3 761 для детей.",
            "act": "Акт, которым значение установлено, если он есть в реестре.",
            "source": "Если акта в реестре нет: название, дата и номер документа.",
            "is_active": "Снимите отметку, если значение отменили: история останется, на панели его не будет.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].choices = [("", "Выберите"), *_choices()]  # type: ignore[attr-defined]
        self.fields["municipality"].required = True
        if self.instance.by_concept:
            for field in self.fields.values():
                field.disabled = True


targets = register(
    Register(
        slug="indicator_targets",
        model=IndicatorTarget,
        policy=policy.targets,
        title="Целевые значения",
        singular="Целевое значение",
        about="Чего показатели должны достичь и к какой дате: по концепции, соглашению или приказу. Панель показателей и"
        " годовой отчёт сравнивают с ними достигнутое.",
        menu="monitoring",
        menu_order=15,
        icon="target",
        columns=(
            Column("code", show=_name),
            "due",
            "value",
            Column("municipality", to="municipalities"),
            Column("organisation", to="organisations"),
            "source",
            "is_active",
        ),
        card=(
            Column("code", show=_name),
            "due",
            "value",
            Column("municipality", to="municipalities"),
            Column("organisation", to="organisations"),
            Column("act", path="act__title", to="legal_acts"),
            "source",
            "by_concept",
            "is_active",
        ),
        search=("source", "organisation__short_name"),
        filters=(
            Filter("code", "Показатель", options=_used, apply=lambda actor, value: Q(code=value)),
            "municipality",
            "organisation",
            Filter("due", "К дате"),
            "is_active",
            "by_concept",
        ),
        sort="due",
        form=TargetForm,
        initial=_place,
        save=save_target,
    )
)
