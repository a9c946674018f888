"""A request and an answer go once, however many press the button at the same moment."""

import threading

import pytest
from django.db import connection

from opora.core.access import SYSTEM
from opora.core.models import Letter
from opora.core.reasons import Busy, Refused
from opora.monitoring.requests import queries
from opora.monitoring.requests.services import answering, asking
from tests.requests.conftest import ANSWER, make_land

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]
PEOPLE = 6


def together(deed):
    """What each of the people was told: "done", "refused" or the error."""
    start, told = threading.Barrier(PEOPLE), []

    def press():
        try:
            start.wait()
            for _ in range(20):
                try:
                    deed()
                    told.append("done")
                    return
                except Busy:
                    continue
        except Refused:
            told.append("refused")
        except Exception as error:
            told.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(PEOPLE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(told, key=str)


def test_a_request_and_its_answer_go_once():
    land = make_land()
    head = land.actors["centre_head"]
    one = asking.create_request(
        head, subject="Итоги", body="", version=land.version, working_days=3, audience="organisations"
    )
    asking.pick(head, pk=one.pk, ids=queries.candidates(one).values_list("pk", flat=True))
    once = ["done"] + ["refused"] * (PEOPLE - 1)
    assert together(lambda: asking.send_request(head, pk=one.pk)) == once
    assert one.answers.count() == 2 and Letter.objects.filter(kind="request.new").count() == 2
    mine = one.answers.get(organisation=land.organisations[0])
    answering.save_section(SYSTEM, pk=mine.pk, section="1", posted=ANSWER, revision=0)
    assert together(lambda: answering.send_answer(SYSTEM, pk=mine.pk)) == once
    assert mine.answer.kept.count() == 1
    sections = [{**ANSWER, "v-1": str(number)} for number in range(PEOPLE * 20)]
    other = one.answers.get(organisation=land.organisations[1])

    def save():
        answering.save_section(SYSTEM, pk=other.pk, section="1", posted=sections.pop(), revision=0)

    assert together(save) == once  # the others are told that somebody was quicker
