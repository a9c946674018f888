"""What belongs to a centre and its municipality: structure, councils, inventory, partners, staff development."""

from __future__ import annotations

import datetime as dt
import uuid
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from opora.governance.models import CentreMember, CentreUnit, Council, CouncilMember, Decision, Meeting, Proposal
from opora.methodics.models import (
    Agreement,
    Competence,
    Deficit,
    DeficitSurvey,
    Partner,
    PlacementSite,
    Seminar,
    SeminarParticipant,
    Training,
)
from opora.outreach.models import ClassList, Invitation, Pupil
from opora.providers.models_inventory import (
    InventoryCampaign,
    InventoryItem,
    InventoryLine,
    InventorySheet,
    Museum,
    ResourceOffer,
    ResourceRequest,
)
from opora.territory.models import ActPublication

if TYPE_CHECKING:
    from tests.access.world import Side

DAY = dt.date(2026, 3, 2)


def governed(side: Side) -> dict[str, Any]:
    """Objects by kind, as addresses name them."""
    return _councils(side) | _inventory(side) | _methodics(side) | _class_lists(side)


def _councils(side: Side) -> dict[str, Any]:
    centre, act = side.objects["centre"], side.objects["legal_act"]
    name = f"Совет {side.organisation.pk}"
    unit = CentreUnit.objects.create(centre=centre, name="Лаборатория", kind="laboratory", act=act, starts_on=DAY)
    municipality = side.world.municipality
    council = Council.objects.create(
        kind="team", name=name, region=municipality.region, municipality=municipality, act=act, starts_on=DAY
    )
    member = CouncilMember.objects.create(
        council=council, side="business", name="Дубов Иван", post="директор", starts_on=DAY
    )
    meeting = Meeting.objects.create(
        council=council, number=1, date=DAY, agenda="О кружках", state="held", members_then=1, present_then=1
    )
    return {
        "act_publication": ActPublication.objects.create(act=act, site="Сайт", date=DAY),
        "centre_unit": unit,
        "centre_member": CentreMember.objects.create(
            centre=centre, unit=unit, staff=side.objects["teacher"], post="методист", starts_on=DAY
        ),
        "council": council,
        "council_member": member,
        "meeting": meeting,
        "decision": Decision.objects.create(
            meeting=meeting, number=1, text="Открыть кружок", responsible="Дубов И.", due_on=DAY
        ),
        "proposal": Proposal.objects.create(centre=centre, addressee="Администрация", title="О кружках", text="Да"),
    }


def _inventory(side: Side) -> dict[str, Any]:
    item, _ = InventoryItem.objects.get_or_create(code="laptop", defaults={"kind": "equipment", "name": "Ноутбук"})
    campaign = InventoryCampaign.objects.create(
        municipality=side.world.municipality,
        year=2026,
        name=f"Ресурсы {side.organisation.pk}",
        starts_on=DAY,
        due_on=DAY,
        state="open",
    )
    sheet = InventorySheet.objects.create(campaign=campaign, organisation=side.organisation)
    counted = InventoryLine.objects.create(sheet=sheet, item=item, needed=3)
    offer = ResourceOffer.objects.create(organisation=side.organisation, name="Актовый зал")
    return {
        "inventory_item": item,
        "campaign": campaign,
        "sheet": sheet,
        "counted": counted,
        "offer": offer,
        "resource_request": ResourceRequest.objects.create(
            offer=offer, organisation=side.organisation, purpose="Концерт", starts_on=DAY, ends_on=DAY
        ),
        "museum": Museum.objects.create(organisation=side.organisation, name="Музей школы", profile="history"),
    }


def _methodics(side: Side) -> dict[str, Any]:
    centre, teacher, municipality = side.objects["centre"], side.objects["teacher"], side.world.municipality
    partner = Partner.objects.create(municipality=municipality, kind="business", name=f"Завод {side.organisation.pk}")
    competence, _ = Competence.objects.get_or_create(code="digital", defaults={"name": "Цифровые навыки"})
    survey = DeficitSurvey.objects.create(municipality=municipality, name=f"Опрос {side.organisation.pk}", held_on=DAY)
    seminar = Seminar.objects.create(centre=centre, title="Разноуровневые программы", date=DAY)
    return {
        "partner": partner,
        "partner_agreement": Agreement.objects.create(
            centre=centre, partner=partner, number="1", signed_on=DAY, topic="career", subject="Пробы", starts_on=DAY
        ),
        "competence": competence,
        "survey": survey,
        "deficit": Deficit.objects.create(survey=survey, staff=teacher, competence=competence, level="full"),
        "training": Training.objects.create(
            staff=teacher, programme="Цифровой педагог", institution="Институт", hours=36, starts_on=DAY
        ),
        "placement_site": PlacementSite.objects.create(
            organisation=side.organisation, topic="Робототехника", starts_on=DAY
        ),
        "seminar": seminar,
        "participant": SeminarParticipant.objects.create(seminar=seminar, staff=teacher),
    }


def _class_lists(side: Side) -> dict[str, Any]:
    school = side.organisation
    listed = ClassList.objects.create(
        organisation=school,
        municipality=side.world.municipality,
        year=2025,
        name="Школа, 2025/2026",
        key=f"{school.slug}-2025",
    )
    pupil = Pupil.objects.create(
        class_list=listed, last_name="Лозовой", first_name="Пётр", birth_date=dt.date(2015, 5, 5), school_class="5А",
        grade=5, letter="А", match_key=f"лозовой|петр|{school.pk}",
    )  # fmt: skip
    invitation = Invitation.objects.create(pupil=pupil, batch=uuid.uuid4(), channel="paper", invited_on=DAY)
    return {
        "class_list": listed,
        "pupil": pupil,
        "invitation": invitation,
        "invitation_batch": SimpleNamespace(public_id=invitation.batch, pk=invitation.batch),
    }
