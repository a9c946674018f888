"""Making forms: new and copied ones, steps of the builder under a revision, publishing."""

from __future__ import annotations

from collections.abc import Callable

from opora.core import clock
from opora.core.access import Actor
from opora.core.reasons import Hidden, Reason, Refused
from opora.core.transactions import act
from opora.surveys import policy, queries
from opora.surveys.models import FormTemplate, FormVersion
from opora.surveys.rules import edit
from opora.surveys.rules.definition import Definition, Section, from_json, to_json

EMPTY = Definition((Section("1", "Общие сведения"),))


def create_template(actor: Actor, *, title: str, about: str = "", sample: FormTemplate | None = None) -> FormTemplate:
    """A new form with a draft; `sample` is copied as it stands. It belongs to the level that the actor works at."""
    policy.TEMPLATE.require(actor, "create")
    if sample is not None and not policy.TEMPLATE.can(actor, "copy", sample):
        raise Hidden("form")
    region, municipality = _level(actor)
    with act(actor):
        version = queries.shown_version(sample.pk) if sample else None
        made = FormTemplate.objects.create(
            title=title.strip(),
            about=about.strip(),
            region_id=region,
            municipality_id=municipality,
            copied_from=sample,
            created_by_id=actor.account_id,
        )
        FormVersion.objects.create(
            template=made, number=1, definition=version.definition if version else to_json(EMPTY)
        )
    return made


def _level(actor: Actor) -> tuple[int | None, int | None]:
    """(region, municipality) of the actor's place; the system's forms come with Opora."""
    if actor.system:
        return None, None
    for reach in actor.reaches:
        if reach.role in policy.BUILDERS:
            if reach.place_kind == "region":
                return reach.place_id, None
            if reach.municipalities:
                return None, min(reach.municipalities)
    raise Refused(
        Reason("no_place", "Форма принадлежит региону, муниципалитету или центру, а ваша роль ни к кому не привязана.")
    )


def rename_template(actor: Actor, *, template: FormTemplate, title: str, about: str) -> None:
    """Other words for a form; its versions stay."""
    with act(actor):
        one = _mine(actor, template.pk)
        one.title, one.about = title.strip(), about.strip()
        one.save(update_fields=["title", "about"])


def archive_template(actor: Actor, *, template: FormTemplate, archived: bool = True) -> None:
    """Out of the lists for new requests; what was asked with it stays."""
    with act(actor):
        one = _mine(actor, template.pk)
        one.is_archived = archived
        one.save(update_fields=["is_archived"])


def _mine(actor: Actor, pk: int) -> FormTemplate:
    policy.TEMPLATE.get(actor, "change", pk=pk)
    return FormTemplate.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)


def draft_of(actor: Actor, *, template: FormTemplate) -> FormVersion:
    """The draft of a form, made from the published version when there is none."""
    with act(actor):
        one = _mine(actor, template.pk)
        found = queries.draft(one.pk)
        if found is not None:
            return found
        last = queries.published(one.pk)
        number = one.versions.order_by("-number").values_list("number", flat=True).first() or 0
        return FormVersion.objects.create(
            template=one, number=number + 1, definition=last.definition if last else to_json(EMPTY)
        )


def change_draft(
    actor: Actor, *, template: FormTemplate, revision: int, change: Callable[[Definition], Definition]
) -> FormVersion:
    """One step of the builder. Refused when somebody changed the draft since `revision` was shown."""
    with act(actor):
        one = _mine(actor, template.pk)
        version = queries.draft(one.pk)
        if version is None:
            raise Refused(Reason("no_draft", "Эта версия уже действует. Начните новую версию, чтобы менять форму."))
        if version.revision != revision:
            raise Refused(
                Reason(
                    "form_changed",
                    "Пока страница была открыта, форму изменил кто-то другой. Ваша правка не записана.",
                    hint="Страница обновлена: повторите правку.",
                )
            )
        version.definition = to_json(change(from_json(version.definition)))
        version.revision += 1
        version.save(update_fields=["definition", "revision"])
    return version


def publish(actor: Actor, *, template: FormTemplate) -> FormVersion:
    """The draft becomes the version that new answers are given on. Refused with every fault at once."""
    with act(actor):
        one = _mine(actor, template.pk)
        version = queries.draft(one.pk)
        if version is None:
            raise Refused(Reason("no_draft", "Черновика нет: публиковать нечего."))
        if faults := edit.reasons(from_json(version.definition)):
            raise Refused(faults)
        version.state, version.published_at = FormVersion.State.PUBLISHED, clock.now()
        version.save(update_fields=["state", "published_at"])
    return version


def ship(*, code: str, title: str, about: str, form: Definition) -> FormVersion:
    """A form that comes with Opora, kept up to date: another content is a new version. For start-up and tests."""
    from opora.core.access import SYSTEM

    data = to_json(form)
    known = queries.by_code(code)
    if known is not None and known.definition == data:
        return known
    with act(SYSTEM):
        template, _ = FormTemplate.objects.get_or_create(code=code, defaults={"title": title, "about": about})
        FormTemplate.objects.select_for_update(no_key=True).get(pk=template.pk)
        known = queries.by_code(code)
        if known is not None and known.definition == data:
            return known
        number = template.versions.order_by("-number").values_list("number", flat=True).first() or 0
        return FormVersion.objects.create(
            template=template,
            number=number + 1,
            state=FormVersion.State.PUBLISHED,
            definition=data,
            published_at=clock.now(),
        )
