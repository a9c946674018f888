"""Class lists of two schools of the showcase: most pupils are known, some with slips of the pen, some to nobody.

The lists are compared and the children invited by the ordinary services, so that what the pages show is computed: some of
those invited seven weeks ago have applied and begun since.
"""

from __future__ import annotations

from random import Random
from typing import Any

from allauth.account.models import EmailAddress
from django.db.models import Min, Q

from opora.core import clock
from opora.core.access import SYSTEM, Actor
from opora.core.names import match_key
from opora.demo.districts import showcase
from opora.demo.frame import Frame
from opora.demo.identifiers import phone
from opora.demo.naming import CHILDREN, PARENTS, patronymic, pick_first, pick_surname, surname_for
from opora.demo.rows.accounts import DOMAIN, password
from opora.enrolment.models import Enrolment
from opora.enrolment.rules.rollover import school_year_of
from opora.outreach import services_invitations, services_matching
from opora.outreach.models import ClassList, Invitation, Pupil
from opora.outreach.services import key_of, name_of
from opora.people.actors import actor_of
from opora.people.models import Account, Child, ChildCategory, RoleAssignment
from opora.providers.models import Organisation

SCHOOL = f"school@{DOMAIN}"
GRADES = ((1, 2, 3, 4, 5, 6, 7, 8, 9), (5, 6, 7, 8))
"""Which grades the first and the second school have brought."""
INVITED = (
    (49, {"5А", "5Б", "6А", "6Б", "7А", "7Б"}),
    (12, {"3А", "3Б", "4А"}),
)
"""How many days ago which classes of the first school were invited."""
ANSWERS = (
    ("elsewhere", "Занимается с тренером частного клуба"),
    ("refused", "Далеко возить, ждут кружок в микрорайоне"),
    ("elsewhere", "Ходит на танцы во дворец культуры соседнего района"),
    ("refused", "Нет времени из-за подготовки к экзаменам"),
    ("moved", "Семья переехала в областной центр"),
)


def write(frame: Frame) -> None:
    """After the district and its school year."""
    rng = Random("class lists")
    schools = Organisation.objects.filter(municipality__oktmo=showcase().oktmo, kind="school", state="active")
    for grades, school in zip(GRADES, schools.select_related("municipality").order_by("pk"), strict=False):
        _list(frame, school, grades, rng)
    first = ClassList.objects.select_related("organisation").order_by("pk").first()
    head = Account.objects.filter(email=f"centre_head@{DOMAIN}").first()
    if first is not None and head is not None:
        _staff(frame, first.organisation)
        _invite(frame, actor_of(head), first, rng)


def _list(frame: Frame, school: Organisation, grades: tuple[int, ...], rng: Random) -> None:
    year = school_year_of(frame.date)
    loaded = frame.moment(frame.before(63), 14)
    made = ClassList.objects.create(
        organisation=school, municipality=school.municipality, year=year, key=key_of(school, year),
        name=name_of(school, year), basis="Соглашение о передаче сведений от 1 сентября, приказ школы № 84",
        loaded_at=loaded,
    )  # fmt: skip
    classes = [f"{grade}{letter}" for grade in grades for letter in "АБВГ"]
    children = list(Child.objects.filter(school_id=school.pk, school_class__in=classes, state="living").order_by("pk"))
    categories: dict[int, list[str]] = {}
    for child, code in ChildCategory.objects.filter(child__in=children).order_by("pk").values_list("child_id", "code"):
        categories.setdefault(child, []).append(code)
    pupils = [_known(made, child, categories.get(child.pk, []), rng) for child in children]
    pupils += [_stranger(frame, made, rng.choice(classes), rng) for _ in range(max(4, len(children) * 7 // 100))]
    unique = {(one.match_key, one.birth_date): one for one in pupils}
    Pupil.objects.bulk_create(unique.values())
    with clock.frozen(loaded):
        services_matching.compare(SYSTEM, lists=[made.pk])


def _known(made: ClassList, child: Child, categories: list[str], rng: Random) -> Pupil:
    """As the school writes the child: mostly right, sometimes with a letter too few or without the patronymic."""
    last, first, father, snils = child.last_name, child.first_name, child.patronymic, child.snils
    slip = rng.random()
    if slip < 0.012:
        last, snils = last[:2] + last[3:], ""
    elif slip < 0.02:
        father, snils = "", ""
    elif slip < 0.3:
        first, snils = first.replace("ё", "е"), ""
    if not categories and rng.random() < 0.07:  # the school knows families that have never come to a desk
        categories = [rng.choice(("special_needs", "disabled", "hardship", "large_family", "at_risk", "gifted"))]
    return _pupil(made, last, first, father, child.birth_date, child.school_class, snils=snils, categories=categories)


def _stranger(frame: Frame, made: ClassList, school_class: str, rng: Random) -> Pupil:
    """A child whose family has never come to Opora; the school knows whom to call."""
    sex = rng.choice("fm")
    surname, father = pick_surname(rng), pick_first(rng, "m", PARENTS)
    born = frame.birth_date(int(school_class[:-1]) + 6, rng.randrange(300))
    mother = f"{surname_for(surname, 'f')} {pick_first(rng, 'f', PARENTS)}"
    return _pupil(
        made, surname_for(surname, sex), pick_first(rng, sex, CHILDREN), patronymic(father, sex), born, school_class,
        categories=["hardship"] if rng.random() < 0.15 else ["large_family"] if rng.random() < 0.15 else [],
        guardian_name=mother, guardian_contact=phone(7000000 + rng.randrange(900000)),
    )  # fmt: skip


def _pupil(made: ClassList, last: str, first: str, father: str, born: Any, school_class: str, **more: Any) -> Pupil:
    return Pupil(
        class_list=made, last_name=last, first_name=first, patronymic=father, birth_date=born,
        school_class=school_class, grade=int(school_class[:-1]), letter=school_class[-1],
        match_key=match_key(last, first, father), **more,
    )  # fmt: skip


def _staff(frame: Frame, school: Organisation) -> None:
    """A deputy head of the school, who brings its lists."""
    account = Account.objects.create(
        email=SCHOOL, password=password(), last_name="Ершова", first_name="Галина", patronymic="Петровна",
        created_at=frame.moment(frame.before(200)),
    )  # fmt: skip
    EmailAddress.objects.create(user=account, email=SCHOOL, verified=True, primary=True)
    RoleAssignment.objects.create(
        account=account, role="provider_manager", place_kind="organisation", place_id=school.pk,
        starts_on=frame.before(200),
    )  # fmt: skip


def _beginners(frame: Frame, before: int) -> Any:
    """Children who began their first study after that day: the centre knew whom to call."""
    first = Enrolment.objects.order_by().values("child").annotate(first=Min("starts_on"))
    return first.filter(first__gt=frame.before(before)).values("child")


def _invite(frame: Frame, head: Actor, made: ClassList, rng: Random) -> None:
    """The centre invited whoever learned nowhere that day; some families have answered by word."""
    for before, classes in INVITED:
        with clock.frozen(frame.moment(frame.before(before), 11)):
            rows = Pupil.objects.filter(class_list=made, match__in=("unknown", "matched"))
            rows = rows.filter(Q(school_class__in=classes) | Q(child__in=_beginners(frame, before)))
            keys = [str(key) for key in rows.order_by("pk").values_list("public_id", flat=True)]
            if services_invitations.plan(head, keys=keys).ready:
                services_invitations.invite(head, keys=keys)
    invited = list(Invitation.objects.filter(pupil__class_list=made).order_by("pk"))
    for number, one in enumerate(rng.sample(invited, k=len(invited) // 4)):
        one.answer, one.answer_note = ANSWERS[number % len(ANSWERS)]
        one.save(update_fields=["answer", "answer_note"])
