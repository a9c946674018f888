"""Orders: draft, issue with effect on the learners, the document, templates; nothing half-written."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from docx import Document

from opora.core import files
from opora.core.reasons import Hidden, Refused
from opora.enrolment import services
from opora.enrolment.documents.orders import shipped, template_reasons
from opora.enrolment.models import Application, Enrolment, Order
from opora.enrolment.services import orders
from tests.enrolment.world import World

DAY = dt.date(2026, 10, 13)


def confirmed(world: World, group, **child) -> Application:
    family = world.family(**child)
    made = services.apply(family.actor, child=family.child, group=group, funding="budget")
    services.confirm(world.manager, application=made.application_id)
    return Application.objects.get(pk=made.application_id)


def text_of(order: Order) -> str:
    document = Document(io.BytesIO(files.read(order.file)))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def draft(world: World, lines, kind: str = "enrolment") -> Order:
    return orders.draft_order(world.manager, organisation=world.organisation, kind=kind, lines=lines)


def test_an_order_enrols_its_children_and_names_them(world, signatory):
    group = world.group(name="Группа А")
    first, second = confirmed(world, group, last_name="Ёлкин"), confirmed(world, group, last_name="Арбузов")
    order = draft(world, [orders.Line(first, DAY), orders.Line(second, DAY)])
    orders.issue_order(world.manager, order=order, signatory=signatory, date=DAY)
    assert order.number == "1-з" and order.state == "issued"
    assert set(Enrolment.objects.values_list("child_id", "starts_on")) == {
        (first.child_id, DAY),
        (second.child_id, DAY),
    }
    text = text_of(order)
    for wanted in (
        "Дом творчества",
        "№ 1-з",
        "13 октября 2026",
        "Ёлкин",
        "Арбузов",
        "Группа А",
        "Орлова М.",
        "2 ребёнка",
    ):
        assert wanted in text.replace("\xa0", " "), wanted
    assert text.index("Арбузов") < text.index("Ёлкин")
    assert "{{" not in text and "{%" not in text


def test_numbers_have_no_gaps_and_a_refused_order_writes_nothing(world, signatory):
    group = world.group()
    good, bad = confirmed(world, group), confirmed(world, group)
    order = draft(world, [orders.Line(good, DAY), orders.Line(bad, DAY)])
    services.refuse(world.manager, application=bad, reasons=[refusal()])
    with pytest.raises(Refused) as refused:
        orders.issue_order(world.manager, order=order, signatory=signatory, date=DAY)
    assert bad.child.full_name in str(refused.value)
    order.refresh_from_db()
    assert order.state == "draft" and order.number == "" and not Enrolment.objects.exists()
    orders.delete_draft(world.manager, order=order)
    again = draft(world, [orders.Line(good, DAY)])
    orders.issue_order(world.manager, order=again, signatory=signatory, date=DAY)
    assert again.number == "1-з"


def refusal():
    from opora.enrolment.refusals import REFUSALS

    return REFUSALS["documents"]


def test_an_issued_order_stands(world, signatory):
    order = draft(world, [orders.Line(confirmed(world, world.group()), DAY)])
    orders.issue_order(world.manager, order=order, signatory=signatory)
    with pytest.raises(Refused, match="уже издан"):
        orders.issue_order(world.manager, order=order, signatory=signatory)
    with pytest.raises(Refused, match="уже издан"):
        orders.delete_draft(world.manager, order=order)


def test_a_child_is_not_drafted_twice(world):
    one = confirmed(world, world.group())
    draft(world, [orders.Line(one, DAY)])
    with pytest.raises(Refused, match="другом проекте"):
        draft(world, [orders.Line(one, DAY)])


def test_transfer_and_withdrawal_orders_take_effect(world, signatory):
    first, second = world.group(name="Из группы"), world.group(name="В группу")
    one = confirmed(world, first)
    services.enrol(world.manager, application=one)
    one.refresh_from_db()
    moved = draft(world, [orders.Line(one, DAY, to_group=second)], "transfer")
    orders.issue_order(world.manager, order=moved, signatory=signatory)
    one.refresh_from_db()
    assert one.group == second and moved.number == "1-п"
    assert "Из группы" in text_of(moved) and "В группу" in text_of(moved)
    left = draft(world, [orders.Line(one, DAY, ground="Переезд семьи")], "withdrawal")
    orders.issue_order(world.manager, order=left, signatory=signatory)
    assert Enrolment.objects.get(application=one).ends_on == DAY
    assert "Переезд семьи" in text_of(left) and left.number == "1-о"


def test_withdrawal_needs_a_ground_and_transfer_a_group(world):
    one = confirmed(world, world.group())
    services.enrol(world.manager, application=one)
    one.refresh_from_db()
    with pytest.raises(Refused, match="причину отчисления"):
        draft(world, [orders.Line(one, DAY)], "withdrawal")
    with pytest.raises(Refused, match="другую группу"):
        draft(world, [orders.Line(one, DAY)], "transfer")
    with pytest.raises(Refused, match="хотя бы одного"):
        draft(world, [], "enrolment")


def test_a_stranger_drafts_nothing(world):
    from tests.enrolment.world import make_world

    one = confirmed(world, world.group())
    with pytest.raises(Hidden):
        orders.draft_order(
            make_world().manager, organisation=world.organisation, kind="enrolment", lines=[orders.Line(one, DAY)]
        )


@pytest.mark.parametrize("kind", ["enrolment", "transfer", "withdrawal"])
def test_shipped_templates_are_good(kind):
    assert template_reasons(shipped(kind), kind) == []


def test_bad_templates_are_told(world):
    document = Document()
    document.add_paragraph("{{ wrong_field }}")
    out = io.BytesIO()
    document.save(out)
    assert "неизвестные поля: wrong_field" in template_reasons(out.getvalue(), "enrolment")[0].message
    assert "не документ Word" in template_reasons(b"hello", "enrolment")[0].message
    empty = io.BytesIO()
    Document().save(empty)
    assert "нет списка детей" in template_reasons(empty.getvalue(), "enrolment")[0].message


def test_a_template_runs_in_a_sandbox():
    document = Document()
    document.add_paragraph("{{ lines.__class__.__mro__ }}{% for line in lines %}{{ line }}{% endfor %}")
    out = io.BytesIO()
    document.save(out)
    assert template_reasons(out.getvalue(), "enrolment")


def test_an_own_template_is_used(world, signatory):
    document = Document(io.BytesIO(shipped("enrolment")))
    document.add_paragraph("Наш собственный текст")
    out = io.BytesIO()
    document.save(out)
    orders.save_template(
        world.manager, organisation=world.organisation, kind="enrolment", name="наш.docx", data=out.getvalue()
    )
    order = draft(world, [orders.Line(confirmed(world, world.group()), DAY)])
    orders.issue_order(world.manager, order=order, signatory=signatory)
    assert "Наш собственный текст" in text_of(order)


def test_the_road_in_the_browser(world, manager, stranger, guardian, signatory):
    one = confirmed(world, world.group())
    page = f"/office/orders/new/{world.organisation.pk}/enrolment/"
    assert one.child.full_name in manager.get(page).content.decode()
    assert stranger.get(page).status_code == 404
    assert guardian.get(page).status_code == 403
    bad = manager.post(page, {"effective_on": "вчера", "pick": [str(one.public_id)]})
    assert bad.status_code == 422 and "Такой даты нет" in bad.content.decode()
    assert manager.post(page, {"effective_on": "2026-10-13"}).status_code == 422
    made = manager.post(page, {"effective_on": "2026-10-13", "pick": [str(one.public_id)]})
    order = Order.objects.get()
    assert made.url == f"/office/orders/{order.pk}/"
    assert stranger.get(made.url).status_code == 404
    assert manager.post(made.url, {"signatory": signatory.pk, "date": "2026-10-13"}).status_code == 302
    file = manager.get(f"{made.url}file.docx")
    assert file.status_code == 200 and file["Content-Type"] == files.DOCX
    assert stranger.get(f"{made.url}file.docx").status_code == 404
