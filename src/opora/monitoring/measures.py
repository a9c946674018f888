"""Measures of the rooms that monitoring looks at: what plans count by themselves today (I1).

Every indicator of the catalogue is a measure of the state on the last day; the others count rows of the period.
Rooms above and beside declare their own in the same way, see :mod:`opora.core.measures`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.lookups import GreaterThanOrEqual, LessThanOrEqual

from opora.catalogue.models import Programme
from opora.catalogue.vocabulary import FocusArea
from opora.certificates.models import Certificate, PaymentAgreement, ProgrammeRegisterEntry
from opora.core import measures
from opora.core.localtime import LocalDate
from opora.core.measures import Counted, Measure, Narrowing, Span
from opora.enrolment.models import Enrolment
from opora.monitoring import measures_groups as measures_groups  # those of the forecast
from opora.monitoring.indicators import Indicator, Scope, base
from opora.providers.models import Organisation

YES = (("True", "Да"),)


def _within(rows: QuerySet[Any], moment: str, span: Span) -> QuerySet[Any]:
    """Rows whose moment falls into the span, by the calendar of their own municipality."""
    day = LocalDate(F(moment), F("municipality__time_zone"))
    return rows.filter(GreaterThanOrEqual(day, span.starts_on), LessThanOrEqual(day, span.ends_on))


def _here(rows: QuerySet[Any], span: Span) -> QuerySet[Any]:
    return rows.filter(municipality_id__in=span.municipalities)


def published(span: Span) -> QuerySet[Any]:
    """Programmes first published in the span, whether or not they stand there still."""
    return _within(_here(Programme.objects.all(), span), "published_at", span)


def submitted(span: Span) -> QuerySet[Any]:
    """Programmes given to moderation in the span that are decided: published, returned or put away since."""
    rows = Programme.objects.exclude(state__in=(Programme.State.DRAFT, Programme.State.MODERATION))
    return _within(_here(rows, span), "submitted_at", span)


def enrolled(span: Span) -> QuerySet[Any]:
    return _here(Enrolment.objects.filter(starts_on__range=(span.starts_on, span.ends_on)), span)


def activated(span: Span) -> QuerySet[Any]:
    return _within(_here(Certificate.objects.all(), span), "activated_at", span)


def agreed(span: Span) -> QuerySet[Any]:
    rows = PaymentAgreement.objects.exclude(state=PaymentAgreement.State.DRAFT)
    return _here(rows.filter(date__range=(span.starts_on, span.ends_on)), span)


def registered(span: Span) -> QuerySet[Any]:
    return _here(ProgrammeRegisterEntry.objects.filter(starts_on__range=(span.starts_on, span.ends_on)), span)


def included(span: Span) -> QuerySet[Any]:
    return _here(Organisation.objects.filter(provider_since__range=(span.starts_on, span.ends_on)), span)


def in_navigator(span: Span) -> QuerySet[Any]:
    """Organisations with a programme in the navigator now, published not later than the last day."""
    day = LocalDate(F("published_at"), F("municipality__time_zone"))
    shown = Programme.objects.filter(LessThanOrEqual(day, span.ends_on), state=Programme.State.PUBLISHED)
    return _here(Organisation.objects.filter(state="active", pk__in=shown.values("organisation_id")), span)


def financed(span: Span) -> QuerySet[Any]:
    """Organisations with an agreement on payment that was signed by the last day and is not ended."""
    signed = PaymentAgreement.objects.filter(date__lte=span.ends_on, state=PaymentAgreement.State.SIGNED)
    return _here(Organisation.objects.filter(state="active", pk__in=signed.values("organisation_id")), span)


PROGRAMME_COLUMNS = (
    ("name", "Программа"),
    ("organisation__short_name", "Организация"),
    ("level", "Уровень"),
    ("study_form", "Форма"),
    ("published_at", "Опубликована"),
)
PROGRAMME_NARROWINGS = (
    Narrowing("focus_area", "Направленность", FocusArea.choices),
    Narrowing("level", "Уровень", Programme.Level.choices),
    Narrowing("study_form", "Форма обучения", Programme.StudyForm.choices),
    Narrowing("kind", "Вид программы", Programme.Kind.choices),
    Narrowing("is_network", "Только сетевые", YES),
    Narrowing("is_short", "Только краткосрочные", YES),
    Narrowing("is_mobile", "Только выездные", YES),
    Narrowing("is_prevocational", "Только профессиональные пробы", YES),
)
ORGANISATION_COLUMNS = (("short_name", "Организация"), ("kind", "Вид"), ("municipality__name", "Муниципалитет"))
ORGANISATION_NARROWINGS = (
    Narrowing("kind", "Вид организации", Organisation.Kind.choices),
    Narrowing("department", "Ведомство", Organisation.Department.choices),
    Narrowing("ownership", "Собственность", Organisation.Ownership.choices),
)

measures.declare(
    "programmes_published",
    "Опубликовано программ",
    published,
    unit="программ",
    columns=PROGRAMME_COLUMNS,
    narrowings=PROGRAMME_NARROWINGS,
    register="programmes",
    group="Программы",
    definition="Программы, впервые опубликованные в навигаторе за период",
)
measures.declare(
    "programmes_moderated",
    "Рассмотрено программ на модерации",
    submitted,
    unit="программ",
    columns=(*PROGRAMME_COLUMNS[:2], ("state", "Состояние"), ("submitted_at", "Отправлена")),
    narrowings=PROGRAMME_NARROWINGS,
    register="programmes",
    group="Программы",
    definition="Программы, отправленные на модерацию за период и уже рассмотренные",
)
measures.declare(
    "programme_register_entries",
    "Включено программ в реестры",
    registered,
    unit="программ",
    columns=(("programme__name", "Программа"), ("register", "Реестр"), ("decision", "Решение"), ("starts_on", "С")),
    narrowings=(Narrowing("register", "Реестр", ProgrammeRegisterEntry.Register.choices),),
    group="Программы",
    definition="Решения о включении программ в реестры, принятые за период",
)
measures.declare(
    "organisations_in_navigator",
    "Организации в навигаторе",
    in_navigator,
    unit="организаций",
    columns=ORGANISATION_COLUMNS,
    narrowings=ORGANISATION_NARROWINGS,
    register="organisations",
    group="Организации",
    definition="Действующие организации, у которых в навигаторе есть хотя бы одна программа",
)
measures.declare(
    "organisations_financed",
    "Организации с соглашением об оплате",
    financed,
    unit="организаций",
    columns=ORGANISATION_COLUMNS,
    narrowings=ORGANISATION_NARROWINGS,
    register="organisations",
    group="Организации",
    definition="Действующие организации, у которых есть подписанное соглашение об оплате дополнительного образования",
)
measures.declare(
    "providers_included",
    "Включено в реестр поставщиков",
    included,
    unit="организаций",
    columns=(*ORGANISATION_COLUMNS[:2], ("provider_since", "В реестре с"), ("provider_decision", "Решение")),
    narrowings=ORGANISATION_NARROWINGS,
    register="organisations",
    group="Организации",
    definition="Организации, включённые в реестр поставщиков за период",
)
measures.declare(
    "enrolments_begun",
    "Зачислено за период",
    enrolled,
    unit="зачислений",
    columns=(
        ("child", "Ребёнок"),
        ("group__programme__name", "Программа"),
        ("organisation__short_name", "Организация"),
        ("starts_on", "Зачислен"),
    ),
    narrowings=(Narrowing("focus_area", "Направленность", FocusArea.choices),),
    personal=True,
    group="Дети",
    definition="Зачисления в организации территории, начатые за период",
)
measures.declare(
    "certificates_activated",
    "Активировано сертификатов",
    activated,
    unit="сертификатов",
    columns=(("child", "Ребёнок"), ("number", "Номер"), ("kind", "Вид"), ("activated_at", "Активирован")),
    narrowings=(Narrowing("kind", "Вид сертификата", Certificate.Kind.choices),),
    personal=True,
    group="Дети",
    definition="Сертификаты, активированные за период",
)
measures.declare(
    "payment_agreements",
    "Подписано соглашений об оплате",
    agreed,
    unit="соглашений",
    columns=(("number", "Номер"), ("date", "Дата"), ("organisation__short_name", "Организация"), ("period", "Период")),
    group="Финансирование",
    definition="Соглашения об оплате дополнительного образования с датой в периоде, подписанные хотя бы однажды",
)


def of_indicator(indicator: Indicator) -> Measure:
    """The indicator's value on the last day of the span, with its own rows."""

    def scope(span: Span) -> Scope:
        return Scope(span.ends_on, span.municipalities)

    def make(span: Span, found: Sequence[Decimal]) -> Counted:
        denominator = found[1] if indicator.denominator else None
        return Counted(indicator.ratio(found[0], denominator), found[0], denominator)

    return Measure(
        code=indicator.code,
        title=indicator.name,
        rows=lambda span: indicator.rows(scope(span)),
        unit=indicator.unit,
        digits=indicator.digits,
        columns=indicator.columns,
        personal=indicator.personal,
        definition=indicator.definition,
        group="Показатели на дату",
        parts=lambda span: indicator.parts(scope(span)),
        make=make,
        is_state=True,
    )


@measures.provide
def indicators() -> Iterable[Measure]:
    """Every indicator of the catalogue, also those that higher rooms add."""
    return [of_indicator(one) for one in base.catalogue()]
