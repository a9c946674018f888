"""Lists of past school years are erased: names, dates, СНИЛС, categories and contacts go, what came of invitations stays.

A list is kept while its school year goes on and :data:`opora.outreach.models.YEARS_KEPT` more (models.SCHOOL_LIST). The
rows themselves stay without a person, so that past figures of plans stay true. What history and journal hold of them is
erased with an act each.
"""

from __future__ import annotations

from opora.core import clock, history_guard
from opora.core.access import SYSTEM
from opora.core.transactions import act
from opora.outreach import rules, states
from opora.outreach.models import YEARS_KEPT, Invitation, Pupil, PupilMatch

KEYS = (
    "last_name", "first_name", "patronymic", "birth_date", "school_class", "snils", "categories", "guardian_name",
    "guardian_contact", "match_key", "child_id",
)  # fmt: skip
GROUND = "Истёк срок хранения списков школ (152-ФЗ, ст. 5, ч. 7)"
AT_ONCE = 200


def erase_past(limit: int = 2000) -> int:
    """Erase rows of lists whose term is over, in portions; returns how many. A repeat finds nothing more."""
    done = 0
    while done < limit and (count := _portion(min(AT_ONCE, limit - done))):
        done += count
    return done


def _portion(size: int) -> int:
    day = clock.today(clock.WESTERNMOST)
    # the last year whose term is over on this day
    last = next(year for year in range(day.year, 1999, -1) if rules.erased_from(year, YEARS_KEPT) <= day)
    with act(SYSTEM, quiet_history=True):
        rows = Pupil.objects.select_for_update(skip_locked=True, of=("self",)).filter(class_list__year__lte=last)
        pupils = list(rows.exclude(state=Pupil.State.ERASED).order_by("pk")[:size])
        ids = [row.pk for row in pupils]
        invited = Invitation.objects.filter(pupil__in=ids)
        for one in invited.annotate(result=states.outcome()).order_by("pk"):
            Invitation.objects.filter(pk=one.pk).update(frozen=one.result, answer_note="")
            history_guard.erase(SYSTEM, one, keys=("answer_note",), ground=GROUND)
        PupilMatch.objects.filter(pupil__in=ids).delete()
        for row in pupils:
            history_guard.erase(SYSTEM, row, keys=KEYS, ground=GROUND)
        Pupil.objects.filter(pk__in=ids).update(
            last_name="", first_name="", patronymic="", birth_date=None, school_class="", snils="", categories=[],
            guardian_name="", guardian_contact="", match_key="", child=None, match=Pupil.Match.UNKNOWN,
            state=Pupil.State.ERASED, letter="",
        )  # fmt: skip
    return len(ids)
