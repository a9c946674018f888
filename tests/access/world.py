"""Two regions with everything a route may name, and one account of every role at its place in the first."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from opora.catalogue.models import EnrolmentOpening, FocusAreaMapping, Slot
from opora.certificates.models import PaymentAgreement, ProgrammeLimit, ProgrammeRegisterEntry
from opora.certificates.models_funding import NormativeCost, SimulationVariant
from opora.certificates.queries_simulation import plan_of
from opora.core import clock, files, signatures
from opora.core.access import ROLES, SYSTEM
from opora.core.models import DetachedSignature, Letter
from opora.enrolment.models import (
    AbsenceNotice,
    Application,
    CalendarFeed,
    Contract,
    ContractMonth,
    Enrolment,
    GroupMessage,
    GroupMessageReader,
    Lesson,
    Order,
    Rollover,
    RolloverGroup,
    RolloverLearner,
)
from opora.enrolment.services import signing
from opora.methodics.models import Partner
from opora.monitoring.models import IndicatorTarget, Snapshot
from opora.monitoring.requests import partner_links
from opora.monitoring.requests.models import DataRequest, DataRequestAnswer
from opora.people import answers
from opora.people.models import Account, Consent, ConsentText, Guardianship, MergeTask, PersonalSession, RoleAssignment
from opora.people.policy import CLOSING_PAPERS
from opora.people.services_accounts import PERSONAL_SESSION
from opora.planning.models import (
    Concept,
    ConceptStage,
    ConceptTarget,
    Evidence,
    FoundingStep,
    Plan,
    PlanItem,
    PlanPublication,
    PlanSection,
    PlanVersion,
)
from opora.providers.models import Organisation, OrganisationFunction, ServedOrganisation, Signatory, Staff, Venue
from opora.reporting.content import fingerprint
from opora.reporting.models import Report, ReportRun, ReportVersion
from opora.reporting.queries import source_of
from opora.reporting.statistics.services import begin
from opora.settlement.models import (
    AgreementTerms,
    BankStatement,
    CentreExpense,
    Charge,
    FamilyPayment,
    FamilyRefund,
    MunicipalAssignment,
    PaymentOrder,
    PaymentRegister,
    PersonalAccount,
    SettlementDocument,
    TaxCertificate,
)
from opora.settlement.rules.family import account_number
from opora.surveys.models import FormAnswer, FormTemplate, FormVersion
from opora.territory.models import Centre, CentreService, LegalAct, Locality, Population
from tests.access.rows import IN_SESSION
from tests.access.world_centre import governed
from tests.enrolment.world import World, make_world
from tests.settlement.town import PROVIDER

ORGANISATION_ROLES = ("provider_manager", "teacher", "expert")
CENTRE_LEVEL = ("desk_operator", "centre_head", "methodologist", "organiser")
MUNICIPAL = ("coordinator", "payer")
REGIONAL = ("regional_operator", "observer")
START = dt.date(2020, 1, 1)


@dataclass
class Side:
    """One provider with its municipality: the objects that addresses name, by kind."""

    world: World
    organisation: Organisation
    objects: dict[str, Any] = field(default_factory=dict)


def make_side(world: World, organisation: Organisation | None = None) -> Side:
    """Fill a provider's side: family, certificate, application with contract, group with timetable."""
    if organisation is not None:
        world = sibling_of(world, organisation)
    side = Side(world, world.organisation)
    venue = Venue.objects.create(organisation=world.organisation, name="Дом", address="ул. Лесная, 1")
    teacher = Staff.objects.create(
        organisation=world.organisation, last_name="Липова", first_name="Вера", post="педагог"
    )
    group = world.group(venue=venue, teacher=teacher)
    Slot.objects.create(
        group=group, weekday=2, starts_at=dt.time(16), ends_at=dt.time(17, 30), academic_hours=2, venue=venue
    )
    family = world.family()
    certificate = world.certificate(family.child)
    application = Application.objects.create(
        child=family.child,
        group=group,
        organisation=world.organisation,
        municipality=world.municipality,
        applicant=family.account,
        funding="certificate",
        state="enrolled",
        starts_on=dt.date(2026, 10, 12),
        total_sum=100,
        certificate_sum=100,
    )
    contract = Contract.objects.create(
        application=application,
        certificate=certificate,
        period=world.period_a,
        child=family.child,
        group=group,
        programme=world.programme,
        organisation=world.organisation,
        municipality=world.municipality,
        focus_area="technical",
        state="active",
        starts_on=dt.date(2026, 10, 12),
        ends_on=dt.date(2026, 10, 31),
        price=100,
        normative_cost=100,
        total_sum=100,
        certificate_sum=100,
        guardian_sum=0,
        accepted_text="Договор",
    )
    ContractMonth.objects.create(contract=contract, month=dt.date(2026, 10, 1), certificate_sum=100, guardian_sum=0)
    enrolment = Enrolment.objects.create(
        child=family.child,
        group=group,
        organisation=world.organisation,
        municipality=world.municipality,
        application=application,
        funding="certificate",
        focus_area="technical",
        starts_on=dt.date(2026, 10, 12),
    )
    twin = world.family().child
    side.objects = {
        "programme": world.programme,
        "module": world.module,
        "group": group,
        "venue": venue,
        "teacher": teacher,
        "child": family.child,
        "family": family,
        "certificate": certificate,
        "application": application,
        "contract": contract,
        "organisation": world.organisation,
        "municipality": world.municipality,
        "period": world.period_a,
        "funding": world.period_a.programme,
        "certificate_group": world.certificate_groups[world.period_a.pk],
        "merge": MergeTask.objects.create(
            left=family.child, right=twin, municipality=world.municipality, ground="имя и дата рождения"
        ),
        "letter": Letter.objects.create(
            account_id=family.account.pk, kind="t", subject="t", body="t", dedup=str(twin.pk)
        ),
        "feed": CalendarFeed.objects.create(kind="child", object_id=family.child.pk),
        "enrolment": enrolment,
        "account": family.account,
    }
    _add_papers(side)
    return side


def _talk(side: Side) -> dict[str, Any]:
    """A message to the family with its file and its signed link, a notice of absence."""
    group, account = side.objects["group"], side.objects["account"]
    message = GroupMessage.objects.create(
        group=group,
        organisation=side.organisation,
        municipality=side.world.municipality,
        author_name="Липова Вера",
        text="Завтра поход.",
        sent_at=clock.now(),
    )
    files.store(SYSTEM, owner=message, name="Список.pdf", content_type=files.PDF, data=b"%PDF-")
    GroupMessageReader.objects.create(message=message, account=account)
    return {
        "group_message": message,
        "message_link": SimpleNamespace(pk=answers.token("message", message.pk, account, clock.now())),
        "absence": AbsenceNotice.objects.create(
            child=side.objects["child"],
            first_day=dt.date(2099, 1, 12),
            last_day=dt.date(2099, 1, 13),
            cause="ill",
            reported_at=clock.now(),
        ),
    }


def _next_year(side: Side) -> dict[str, Any]:
    """A change of school year that asks the family."""
    group = side.objects["group"]
    batch = Rollover.objects.create(
        organisation=side.organisation,
        municipality=side.world.municipality,
        from_year=2026,
        to_year=2027,
        state="asking",
        answer_until=dt.datetime(2099, 1, 12, tzinfo=dt.UTC),
    )
    line = RolloverGroup.objects.create(
        rollover=batch,
        from_group=group,
        plan="next_group",
        module=group.module,
        name="Следующая",
        capacity=10,
        starts_on=dt.date(2027, 9, 15),
        ends_on=dt.date(2028, 5, 31),
        age_from=5,
        age_to=17,
    )
    learner = RolloverLearner.objects.create(
        rollover=batch,
        line=line,
        child=side.objects["child"],
        enrolment=side.objects["enrolment"],
        funding="certificate",
    )
    return {"rollover": batch, "rollover_group": line, "rollover_learner": learner}


def announced(world: World) -> EnrolmentOpening:
    """An announced opening with a group of its own."""
    opening = EnrolmentOpening.objects.create(
        municipality=world.municipality,
        name="Набор на весну",
        opens_at=dt.datetime(2099, 1, 12, 7, tzinfo=dt.UTC),
        state="announced",
    )
    world.group(opening=opening, window_from=opening.opens_at)
    return opening


def _add_papers(side: Side) -> None:
    """What belongs to the organisation and its group: lesson, order, signatory, agreement, entries of registers."""
    world, organisation, municipality = side.world, side.organisation, side.world.municipality
    of_both = {"organisation": organisation, "municipality": municipality}
    side.objects |= {
        "opening": announced(side.world),
        "lesson": Lesson.objects.create(
            group=side.objects["group"],
            date=dt.date(2026, 10, 13),
            starts_at=dt.time(16),
            ends_at=dt.time(17, 30),
            academic_hours=2,
            for_month=dt.date(2026, 10, 1),
            teacher=side.objects["teacher"],
            **of_both,
        ),
        **_talk(side),
        **_next_year(side),
        "order": Order.objects.create(kind="enrolment", **of_both),
        "consent": Consent.objects.create(
            text=ConsentText.objects.filter(kind="processing")[0],
            child=side.objects["child"],
            account=side.objects["account"],
            giver_name="Лесная Анна",
            channel="online",
        ),
        "signatory": Signatory.objects.create(
            organisation=organisation, name="Дубов Иван Петрович", post="директор", starts_on=START
        ),
        "function": OrganisationFunction.objects.create(organisation=organisation, kind="pilot", starts_on=START),
        "agreement": PaymentAgreement.objects.get_or_create(
            period=world.period_b, number="2", date=dt.date(2026, 8, 1), **of_both
        )[0]
        if not PaymentAgreement.objects.filter(period=world.period_b, organisation=organisation).exists()
        else PaymentAgreement.objects.get(period=world.period_b, organisation=organisation),
        "programme_limit": ProgrammeLimit.objects.create(
            period=world.period_a, programme=world.programme, contracts=50
        ),
        "register_entry": ProgrammeRegisterEntry.objects.get_or_create(
            programme=world.programme, municipality=municipality, register="certified", defaults={"starts_on": START}
        )[0],
        "locality": Locality.objects.create(municipality=municipality, name=f"Сосновка {organisation.pk}"),
        "population": Population.objects.get_or_create(
            municipality=municipality,
            year=2026,
            age=7,
            defaults={"count": 100, "source": "Росстат", "source_date": START},
        )[0],
        "legal_act": LegalAct.objects.create(
            municipality=municipality,
            kind="other",
            issuer="Дума",
            number=str(organisation.pk),
            date=START,
            title="О кружках",
        ),
        "region": municipality.region,
        "issued_order": _issued_order(side),
    }
    side.objects |= _settlement(side)
    side.objects |= _signatures(side)
    _add_funding(side)


def _settlement(side: Side) -> dict[str, Any]:
    """A draft, an issued document with its order, a statement."""
    agreement = side.objects["agreement"]
    common = {
        "agreement": agreement,
        "period": agreement.period,
        "organisation": agreement.organisation,
        "municipality": agreement.municipality,
    }
    number = side.organisation.pk
    AgreementTerms.objects.create(agreement=agreement, payer=SIDE, provider=SIDE, kbk="9" * 20, kosgu="226")
    draft = SettlementDocument.objects.create(kind="invoice", month=dt.date(2027, 1, 1), **common)
    issued = SettlementDocument.objects.create(
        kind="advance_request", month=dt.date(2027, 1, 1), state="approved", number=number, date=START, payable=10,
        total=10, advance=10, **common,
    )  # fmt: skip
    order = PaymentOrder.objects.create(
        document=issued, organisation=agreement.organisation, municipality=agreement.municipality, number=number,
        date=START, amount=10, purpose="Аванс", payer=SIDE, provider=SIDE, kbk="9" * 20, kosgu="226",
    )  # fmt: skip
    statement = BankStatement.objects.create(
        municipality=agreement.municipality, file_name="kl_to_1c.txt", sha256=f"{number:064d}", account="0" * 20
    )
    assignment = MunicipalAssignment.objects.create(
        organisation=agreement.organisation, municipality=agreement.municipality, year=2026, planned_hours=10
    )
    return {
        **_family_money(side),
        **_settlement_signatures(draft, agreement),
        "settlement_document": draft,
        "payment_order": order,
        "bank_statement": statement,
        "assignment": assignment,
    }


def _settlement_signatures(document: SettlementDocument, agreement: PaymentAgreement) -> dict[str, Any]:
    """Kept papers of a document, of signed terms and of a reconciliation, each with a signature."""
    terms = AgreementTerms.objects.create(
        agreement=agreement, version=3, payer=SIDE, provider=PROVIDER, kbk="9" * 20, kosgu="226", signed_on=START,
        signed_at=dt.datetime(2026, 8, 10, tzinfo=dt.UTC),
    )  # fmt: skip
    found: dict[str, Any] = {}
    for name, owner in (("document", document), ("agreement", terms), ("act", agreement)):
        paper = files.store(SYSTEM, owner=owner, name="Файл.pdf", content_type=files.PDF, data=b"%PDF-1.7")
        file = files.store(SYSTEM, owner=paper, name="a.sig", content_type=signatures.TYPE, data=b"0")
        made = DetachedSignature.objects.create(document=paper, file=file, signer="Иванова Анна")
        found[f"{name}_paper"], found[f"{name}_paper_signature"] = paper, made
    return found


def _family_money(side: Side) -> dict[str, Any]:
    """A personal account with a charge and a payment, a register of the bank; the payee is known by the agreement."""
    contract = side.objects["contract"]
    of_both = {"organisation": side.organisation, "municipality": side.world.municipality}
    account = PersonalAccount.objects.create(
        number=account_number(contract.application_id), application=contract.application, contract=contract,
        child=contract.child, group=contract.group, charged=20, paid=5, **of_both,
    )  # fmt: skip
    charge = Charge.objects.create(
        account=account, month=dt.date(2026, 10, 1), kind="charge", amount=20, due_on=dt.date(2026, 10, 22), **of_both
    )
    payment = FamilyPayment.objects.create(
        account=account, state="matched", paid_on=dt.date(2026, 10, 22), amount=5, reference="1", **of_both
    )
    refund = FamilyRefund.objects.create(
        account=account, amount=5, begun_by="family", recipient="Лесная Анна", bank_account="4" * 20, bank_bik="0" * 9,
        **of_both,
    )  # fmt: skip
    register = PaymentRegister.objects.create(file_name="reg.txt", sha256="0" * 64, rows=0, total=0, **of_both)
    AgreementTerms.objects.create(
        agreement=side.objects["agreement"], version=2, payer=SIDE, provider=PROVIDER, kbk="9" * 20, kosgu="226",
        signed_on=START,
    )  # fmt: skip
    return {
        "personal_account": account, "family_charge": charge, "family_payment": payment, "payment_register": register,
        "family_refund": refund, "tax_certificate": _tax_paper(side, side.objects["account"], 1),
    }  # fmt: skip


def _tax_paper(side: Side, account: Account, number: int) -> TaxCertificate:
    """An issued paper of one paying account: other guardians of the child do not open it."""
    person = {"last_name": "Лесная", "first_name": "Анна"}
    return TaxCertificate.objects.create(
        organisation=side.organisation, municipality=side.world.municipality, child=side.objects["contract"].child,
        account=account, year=2026, state="issued", number=number, date=START, due_on=START, amount=5, payer=person,
        learner=person, provider={"name": "Клуб", "inn": "7707083893", "signatory": "Дубов И. П."},
    )  # fmt: skip


def _add_funding(side: Side) -> None:
    """The act of the period with its file, a variant of its parameters, a cost with its document."""
    period, module = side.world.period_a, side.objects["module"]
    if period.act is None:
        period.act = side.objects["legal_act"]
        period.save(update_fields=["act"])
        files.store(SYSTEM, owner=period.act, name="Акт.pdf", content_type=files.PDF, data=b"%PDF-1.7")
    side.objects["variant"], _ = SimulationVariant.objects.get_or_create(
        period=period, name="Вариант", defaults={"plan": plan_of(period).to_json()}
    )
    cost = NormativeCost.objects.create(module=module, way="manual", cost=100, basis="Приказ № 1")
    files.store(SYSTEM, owner=cost, name="Приказ.pdf", content_type=files.PDF, data=b"%PDF-1.7")


def _signatures(side: Side) -> dict[str, Any]:
    """One beside the issued order, one beside the contract's accepted text."""
    text = signing.contract_document(SYSTEM, contract=side.objects["contract"])
    found = {}
    for name, document in (("order_signature", side.objects["issued_order"].file), ("contract_signature", text)):
        file = files.store(SYSTEM, owner=document, name="a.sig", content_type=signatures.TYPE, data=b"0")
        found[name] = DetachedSignature.objects.create(document=document, file=file, signer="Иванова Анна")
    return found


def _issued_order(side: Side) -> Order:
    order = Order.objects.create(
        organisation=side.organisation,
        municipality=side.world.municipality,
        kind="enrolment",
        number="1-к",
        date=dt.date(2026, 10, 12),
        state="issued",
    )
    order.file = files.store(SYSTEM, owner=order, name="Приказ.docx", content_type=files.DOCX, data=b"document")
    order.save(update_fields=["file"])
    return order


def sibling_of(world: World, organisation: Organisation) -> World:
    """The same municipality seen from another organisation, with a programme of its own."""
    from dataclasses import replace

    from opora.catalogue.models import Module, Programme

    programme = Programme.objects.create(
        organisation=organisation,
        municipality=world.municipality,
        slug="chess",
        name="Шахматы",
        focus_area="sport",
        state="published",
    )
    module = Module.objects.create(programme=programme, number=1, name="Первый год", hours=36)
    return replace(world, organisation=organisation, programme=programme, module=module, children=[])


SIDE = {"name": "Сторона", "inn": "7707083893", "account": "03231643453820007300", "treasury_account": "4" * 20}


@dataclass
class Access:
    """Own, sibling (same municipality, other provider and family) and foreign sides; accounts by role.

    `former` is the own provider with a child whose study and application ended longer ago than papers are closed.
    """

    own: Side
    sibling: Side
    foreign: Side
    former: Side
    accounts: dict[str, Account]


def make_access() -> Access:
    """Build both regions and the accounts."""
    first, second = make_world(), make_world()
    other = Organisation.objects.create(
        municipality=first.municipality, slug="other-house", full_name="Клуб", short_name="Клуб", kind="other"
    )
    type(first.municipality).objects.update(is_served=True)
    for world in (first, second):
        world.municipality.refresh_from_db()
    own, sibling, foreign = make_side(first), make_side(first, other), make_side(second)
    mapping = FocusAreaMapping.objects.create(raw="Военная")
    text = ConsentText.objects.filter(kind="processing").first()
    for side in (own, sibling, foreign):
        side.objects["mapping"] = mapping
        side.objects["consent_text"] = text
        centre = Centre.objects.create(
            slug=f"centre-{side.organisation.pk}", name="Центр", municipality=side.world.municipality
        )
        side.objects["centre"] = centre
        side.objects["expense"] = CentreExpense.objects.create(
            centre=centre, municipality=side.world.municipality, year=2026, subject="Пособия", planned=10
        )
        side.objects["centre_service"] = CentreService.objects.create(
            centre=centre, municipality=side.world.municipality, starts_on=START
        )
        side.objects["served"] = ServedOrganisation.objects.create(
            centre=centre, organisation=side.organisation, starts_on=START
        )
        side.objects |= _planning(side, centre)
        side.objects |= governed(side)
        side.objects |= _reports(side)
        side.objects["role"] = RoleAssignment.objects.create(
            account=side.objects["account"],
            role="observer",
            place_kind="region",
            place_id=side.world.municipality.region_id,
            starts_on=START,
            ends_on=START,
        )
    for side, asking in ((own, own), (sibling, own), (foreign, foreign)):
        side.objects |= _forms_and_requests(side, asking.objects["centre"])
    accounts = {role: _account(role, own) for role in ROLES}
    accounts[IN_SESSION] = _in_session()
    return Access(own, sibling, foreign, _former(own), accounts)


def _planning(side: Side, centre: Centre) -> dict[str, Any]:
    """A plan in force with a proven item, a concept with a target, a closed step of founding."""
    of_both = {"centre": centre, "municipality": side.world.municipality}
    plan = Plan.objects.create(slug=f"{centre.slug}-2020", title="План", year=2020, state="approved", **of_both)
    section = PlanSection.objects.create(plan=plan, number=1, title="Создание центра")
    item = PlanItem.objects.create(plan=plan, section=section, number="1.1", position=1_001_000, content="Портал")
    proof = Evidence.objects.create(item=item, date=START, text="Адрес портала")
    concept = Concept.objects.create(title="Концепция", starts_on=START, ends_on=dt.date(2030, 12, 31), **of_both)
    step = FoundingStep.objects.create(number=1, title="Конкурс", **of_both)
    for owner in (proof, step):
        owner.file = files.store(SYSTEM, owner=owner, name="Акт.pdf", content_type=files.PDF, data=b"%PDF-1.7")
        owner.save(update_fields=["file"])
    return {
        "plan": plan,
        "plan_section": section,
        "plan_item": item,
        "plan_version": PlanVersion.objects.create(
            plan=plan, number=1, approved_at=clock.now(), content={"sections": {}, "items": []}
        ),
        "plan_publication": PlanPublication.objects.create(plan=plan, version=1, site="Сайт", date=START),
        "evidence": proof,
        "concept": concept,
        "concept_stage": ConceptStage.objects.create(
            concept=concept, number=1, title="Первый", starts_on=START, ends_on=START
        ),
        "concept_target": ConceptTarget.objects.create(
            concept=concept, title="Охват", due_on=dt.date(2030, 12, 31), amount=50, measure="coverage"
        ),
        "founding_step": step,
    }


def _reports(side: Side) -> dict[str, Any]:
    """An agreed report of the centre with a file, the order of the whole region, a snapshot of the municipality."""
    where = side.world.municipality
    place = {"municipality": where, "region": where.region, "date": START, "values": {"figures": {}, "data": {}}}
    snapshot = Snapshot.objects.create(title="Снимок", **place)
    target = IndicatorTarget.objects.create(
        municipality=where, organisation=side.organisation, code="learners", due=START, value=50, source="Приказ"
    )
    report = Report.objects.create(
        region=where.region, municipality=where, centre=side.objects["centre"], year=2026, state="agreed",
        snapshot=Snapshot.objects.create(title="Снимок", centre=side.objects["centre"], kind="annual", year=2026, **place),
    )  # fmt: skip
    run = ReportRun.objects.create(region=where.region, year=2026)
    version = ReportVersion.objects.create(report=report, run=run, number=1, state="done", snapshot=report.snapshot)
    stored = files.store(SYSTEM, owner=version, name="Отчёт.html", content_type="text/html", data=b"<p>report</p>")
    version.manifest = [{"format": "html", "name": stored.name, "size": 13, "sha256": stored.sha256, "file": stored.pk}]
    version.save()
    assessment = Report.objects.create(
        kind="self", region=where.region, municipality=where, organisation=side.organisation, year=2026, state="signed",
        published_at=clock.now(), snapshot=Snapshot.objects.create(title="Снимок", organisation=side.organisation, **place),
    )  # fmt: skip
    made = ReportVersion.objects.create(
        report=assessment, number=1, state="done", snapshot=assessment.snapshot,
        fingerprint=fingerprint(source_of(assessment)),
    )  # fmt: skip
    made.manifest = [entry | {"format": "pdf"} for entry in version.manifest]
    made.save()
    return {
        "snapshot": snapshot,
        "indicator_target": target,
        "report": report,
        "report_run": run,
        "report_version": version,
    }


def _forms_and_requests(side: Side, centre: Centre) -> dict[str, Any]:
    """A form in draft, a sent request of the centre with the organisation's sent answer, a statistics form."""
    municipality = side.world.municipality
    template = FormTemplate.objects.create(title="Анкета", municipality=municipality)
    form = {
        "sections": [{"code": "1", "title": "Первый", "fields": [{"code": "1", "kind": "number", "title": "Всего"}]}]
    }
    version = FormVersion.objects.create(template=template, number=1, definition=form)
    request = DataRequest.objects.create(
        sender_kind="centre", region=municipality.region, municipality=municipality, centre=centre, number=1,
        date=START, due=START, due_at=clock.now(), sent_at=clock.now(), subject="Итоги", version=version,
        audience="organisations", state="sent",
    )  # fmt: skip
    partner, _ = Partner.objects.get_or_create(
        municipality=municipality, name="Музей реки", defaults={"kind": "culture", "email": "museum@example.org"}
    )
    by_partner = DataRequestAnswer.objects.create(
        request=request, partner=partner, municipality=municipality, due=START, due_at=clock.now(),
        answer=FormAnswer.objects.create(version=version),
    )  # fmt: skip
    return {
        "partner_link": SimpleNamespace(pk=partner_links.token(by_partner, partner.email, clock.now())),
        "form_template": template,
        "data_request": request,
        "request_answer": DataRequestAnswer.objects.create(
            request=request, organisation=side.organisation, municipality=municipality, state="sent",
            sent_at=clock.now(), letter_number=1, letter_date=START,
            answer=FormAnswer.objects.create(version=version),
        ),
        "statistics_form": begin(SYSTEM, organisation=side.organisation, year=2026),
    }  # fmt: skip


def _former(own: Side) -> Side:
    """The own provider's child that studied there until 31 days ago."""
    family = own.world.family()
    ended = clock.today(own.world.municipality.time_zone) - CLOSING_PAPERS - dt.timedelta(days=2)
    application = Application.objects.create(
        child=family.child,
        group=own.objects["group"],
        organisation=own.organisation,
        municipality=own.world.municipality,
        applicant=family.account,
        funding="budget",
        state="finished",
        starts_on=ended - dt.timedelta(days=60),
    )
    Enrolment.objects.create(
        child=family.child,
        group=own.objects["group"],
        organisation=own.organisation,
        municipality=own.world.municipality,
        application=application,
        funding="budget",
        focus_area="technical",
        starts_on=ended - dt.timedelta(days=60),
        ends_on=ended,
    )
    changed = {"child": family.child, "certificate": own.world.certificate(family.child), "family": family}
    return Side(own.world, own.organisation, own.objects | changed)


def _in_session() -> Account:
    account = Account.objects.create(email="in-session@example.org", first_name="Ольга", last_name="Дубова")
    RoleAssignment.objects.create(account=account, role="administrator", place_kind="system", starts_on=START)
    PersonalSession.objects.create(
        account=account,
        reason="Обращение семьи: проверка карточки",
        started_at=clock.now(),
        ends_at=clock.now() + PERSONAL_SESSION,
    )
    return account


def _account(role: str, own: Side) -> Account:
    account = Account.objects.create(email=f"{role}@example.org", first_name="Ольга", last_name="Дубова")
    if role == "guardian":
        Guardianship.objects.create(account=account, child=own.objects["child"], relation="father")
        GroupMessageReader.objects.create(message=own.objects["group_message"], account=account)
        own.objects["tax_certificate"] = _tax_paper(own, account, 2)
        return account
    if role == "learner":
        Guardianship.objects.create(account=account, child=own.objects["child"], relation="self")
    kind, place = _place(role, own)
    RoleAssignment.objects.create(account=account, role=role, place_kind=kind, place_id=place, starts_on=START)
    if role == "teacher":
        Staff.objects.filter(pk=own.objects["teacher"].pk).update(account=account)
    return account


def _place(role: str, own: Side) -> tuple[str, int | None]:
    if role in ORGANISATION_ROLES:
        return "organisation", own.organisation.pk
    if role in CENTRE_LEVEL:
        return "centre", own.objects["centre"].pk
    if role in REGIONAL:
        return "region", own.world.municipality.region_id
    if role in MUNICIPAL:
        return "municipality", own.world.municipality.pk
    return "system", None
