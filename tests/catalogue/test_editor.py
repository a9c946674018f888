"""The provider's programme editor and the centre's moderation, in the browser: access, bad input, revisions."""

from __future__ import annotations

import datetime as dt

from opora.catalogue.models import Group, LessonException, Module, Programme, ProgrammeRevision, Slot
from opora.catalogue.services import add_exception
from opora.core.models import Letter, Outbox
from opora.enrolment.models import Enrolment
from opora.enrolment.services.lesson_letters import tell_lesson_changes

ANNOTATION = "Дети собирают роботов из конструктора, учатся программировать и ездят на соревнования. " * 3


def editor_data(programme: Programme, **changes) -> dict:
    data = {
        "name": programme.name,
        "annotation": ANNOTATION,
        "results": "Соберёт робота",
        "audience": "Всем",
        "focus_area": "technical",
        "kind": "general",
        "level": "starter",
        "study_form": "full_time",
        "age_from": "7",
        "age_to": "12",
    }
    return data | changes


def make_draft(manager) -> Programme:
    done = manager.post(
        "/office/programmes/new/",
        {"name": "Шахматы", "focus_area": "sport", "age_from": "6", "age_to": "11", "organisation": _own(manager)},
    )
    assert done.status_code == 302, done.content.decode()
    return Programme.objects.get(name="Шахматы")


def _own(manager) -> str:
    form = manager.get("/office/programmes/new/").context["form"]
    return str(form.fields["organisation"].queryset.get().pk)


def test_from_a_draft_to_the_navigator(world, manager, methodologist, stranger, guardian):
    programme = make_draft(manager)
    page = f"/office/programmes/{programme.pk}/editor/"
    assert stranger.get(page).status_code == 404
    assert guardian.get(page).status_code == 403
    shown = manager.get(page).content.decode()
    assert "Нет описания программы" in shown and 'href="#id_annotation"' in shown and 'href="#modules"' in shown
    refused = manager.post(f"/office/programmes/{programme.pk}/submit/", follow=True).content.decode()
    assert "Нет ни одного модуля" in refused
    manager.post(page, editor_data(programme))
    manager.post(f"/office/programmes/{programme.pk}/modules/new/", {"name": "Год", "hours": "72", "price": "1 250,50"})
    module = Module.objects.get(programme=programme)
    assert str(module.price) == "1250.50"
    manager.post(f"/office/programmes/{programme.pk}/submit/")
    programme.refresh_from_db()
    assert programme.state == "moderation"
    assert "Шахматы" in methodologist.get("/office/moderation/").content.decode()
    assert manager.get("/office/moderation/").status_code == 403
    review = f"/office/moderation/{programme.pk}/"
    assert methodologist.post(review, {"decision": "return"}).status_code == 409
    methodologist.post(review, {"decision": "return", "remark_results": "Напишите, чему научится."})
    again = manager.get(page).content.decode()
    assert "Замечание: Напишите, чему научится." in again
    manager.post(f"/office/programmes/{programme.pk}/submit/")
    methodologist.post(review, {"decision": "publish"})
    programme.refresh_from_db()
    assert programme.state == "published"
    assert Outbox.objects.filter(kind="programme.published", object_id=programme.pk).exists()


def test_wrong_values_are_told_in_russian(world, manager):
    programme = make_draft(manager)
    page = f"/office/programmes/{programme.pk}/editor/"
    bad = manager.post(page, editor_data(programme, age_from="15", age_to="7", name=""))
    assert bad.status_code == 422 and "Название" in bad.content.decode()
    crossed = manager.post(page, editor_data(programme, age_from="15", age_to="7"))
    assert crossed.status_code == 422
    module = manager.post(
        f"/office/programmes/{programme.pk}/modules/new/", {"name": "Год", "hours": "72", "price": "дорого"}
    )
    assert module.status_code == 422 and "Напишите сумму цифрами" in module.content.decode()
    assert not Module.objects.filter(programme=programme).exists()


def test_guarded_changes_of_a_published_programme_wait(world, manager, methodologist):
    programme = world.programme
    Programme.objects.filter(pk=programme.pk).update(age_from=7, age_to=12)
    page = f"/office/programmes/{programme.pk}/editor/"
    manager.post(page, editor_data(programme, age_to="14", audience="Новичкам"))
    programme.refresh_from_db()
    assert (programme.age_to, programme.audience) == (12, "Новичкам")
    shown = manager.get(page).content.decode()
    assert "Изменения проверяет центр" in shown and "<strong>14</strong>" in shown
    manager.post(
        f"/office/programmes/{programme.pk}/modules/{world.module.pk}/",
        {"name": "Первый год", "hours": "72", "price": "99"},
    )
    review = f"/office/moderation/{programme.pk}/"
    text = methodologist.get(review).content.decode()
    assert "Сейчас у родителей" in text and "99,00" in text
    methodologist.post(review, {"decision": "publish"})
    programme.refresh_from_db()
    world.module.refresh_from_db()
    assert (programme.age_to, programme.version, str(world.module.price)) == (14, 2, "99.00")
    assert ProgrammeRevision.objects.get().state == "approved"


def test_a_group_with_its_timetable(world, manager, stranger, staff):
    page = f"/office/modules/{world.module.pk}/groups/new/"
    assert stranger.get(page).status_code == 404
    data = {
        "name": "Новая",
        "capacity": "10",
        "starts_on": "2026-10-15",
        "ends_on": "2027-05-31",
        "age_from": "7",
        "age_to": "10",
        "teacher": str(staff.pk),
    }
    nobody_pays = manager.post(page, data)
    assert nobody_pays.status_code == 422 and "за чей счёт" in nobody_pays.content.decode()
    assert manager.post(page, {**data, "for_budget": "on"}).status_code == 302
    group = Group.objects.get(name="Новая")
    table = f"/office/groups/{group.pk}/timetable/"
    lines = {"slot-TOTAL_FORMS": "2", "slot-INITIAL_FORMS": "0"}
    lines |= {"slot-0-weekday": "1", "slot-0-starts_at": "15:00", "slot-0-ends_at": "16:30", "slot-0-room": "12"}
    crossed = lines | {"slot-1-weekday": "1", "slot-1-starts_at": "16:00", "slot-1-ends_at": "17:00"}
    assert "Два занятия группы в одно время" in manager.post(table, crossed).content.decode().replace("\xa0", " ")
    backwards = lines | {"slot-1-weekday": "2", "slot-1-starts_at": "16:00", "slot-1-ends_at": "15:00"}
    assert manager.post(table, backwards).status_code == 422
    assert not Slot.objects.exists()
    assert manager.post(table, lines).status_code == 302
    assert str(Slot.objects.get().academic_hours) == "2.00"
    other = world.group(teacher=staff, name="Соседняя")
    Slot.objects.create(group=other, weekday=1, starts_at=dt.time(16), ends_at=dt.time(17), academic_hours=1)
    assert "уже ведёт занятие" in manager.get(table).content.decode()


def test_an_exception_needs_a_reason_and_is_told(world, manager, taught):
    page = f"/office/groups/{taught.pk}/timetable/change/"
    silent = manager.post(page, {"kind": "cancelled", "date": "2026-10-19"})
    assert silent.status_code == 422 and "Напишите причину" in silent.content.decode()
    assert manager.post(page, {"kind": "cancelled", "date": "2026-10-19", "reason": "Праздник"}).status_code == 302
    assert LessonException.objects.count() == 1
    assert Outbox.objects.filter(kind="lesson.changed", object_id=taught.pk).count() == 1


def test_families_of_the_group_get_a_letter(world, taught):
    family = world.family()
    Enrolment.objects.create(
        child=family.child,
        group=taught,
        organisation=world.organisation,
        municipality=world.municipality,
        funding="budget",
        focus_area="technical",
        starts_on=dt.date(2026, 9, 15),
    )
    add_exception(world.manager, group=taught, kind="cancelled", date=dt.date(2026, 10, 19), reason="Праздник")
    assert tell_lesson_changes() == 1
    letter = Letter.objects.get(kind="lesson_changed")
    assert letter.address == family.account.email and "Праздник" in letter.body
    assert tell_lesson_changes() == 0 and Letter.objects.filter(kind="lesson_changed").count() == 1


def test_opening_shows_why_it_cannot(world, manager):
    group = world.group(state="draft")
    refused = manager.post(f"/office/groups/{group.pk}/open/", follow=True).content.decode()
    assert "нет расписания" in refused
    Slot.objects.create(group=group, weekday=1, starts_at=dt.time(16), ends_at=dt.time(17), academic_hours=1)
    Module.objects.filter(pk=world.module.pk).update(normative_cost=100)
    manager.post(f"/office/groups/{group.pk}/open/")
    group.refresh_from_db()
    assert group.state == "open"


def test_the_quality_list(world, methodologist):
    assert "Нет описания программы" in methodologist.get("/office/moderation/quality/").content.decode()
