"""Every register: who opens its list, whose card opens, who changes and who imports. No row, no register."""

from __future__ import annotations

from dataclasses import dataclass

from tests.access.rows import (
    ADMINISTRATOR,
    CENTRE,
    DESK,
    FUNDERS,
    MODERATORS,
    NOBODY,
    PROVIDER,
    STAFF,
    Row,
)

REGION = frozenset({"regional_operator"})
AUTHORITY = frozenset({"coordinator", "regional_operator"})
AT_ORGANISATION = frozenset({"provider_manager", "teacher", "expert"})
CATALOGUE = PROVIDER | DESK | FUNDERS | REGION | ADMINISTRATOR | {"teacher"}
MONEY = FUNDERS | CENTRE | REGION | ADMINISTRATOR | {"observer"}
ENROLMENT = PROVIDER | DESK | FUNDERS | REGION | {"teacher"}
PERSONNEL = PROVIDER | DESK | AUTHORITY | ADMINISTRATOR | {"teacher"}
FOUNDERS = AUTHORITY | ADMINISTRATOR | {"centre_head"}
KEEPERS = FOUNDERS | PROVIDER | {"methodologist"}
WRITERS = AUTHORITY | CENTRE | ADMINISTRATOR
SETTLING = PROVIDER | FUNDERS | REGION | {"centre_head"}
PLANNING = CENTRE | AUTHORITY | ADMINISTRATOR | {"observer"}
CONCEPTS = MODERATORS | {"coordinator"}
DESK_HEADS = frozenset({"desk_operator", "centre_head"})


@dataclass(frozen=True)
class Table:
    """Roles that view, add, change and import; `about`: the object of a card.

    `everywhere`: facts that belong to no place; `beyond`: roles that open the list but reach no such card.
    `session`: an administrator first opens a session with a reason, but for the pages named in `masked`, which open
    with masked values. `change` None: changed on pages of its own.
    """

    about: str
    view: frozenset[str]
    create: frozenset[str] | None = None
    change: frozenset[str] | None = None
    imports: frozenset[str] | None = None
    export: frozenset[str] | None = None
    everywhere: bool = False
    beyond: frozenset[str] = NOBODY
    session: bool = False
    masked: tuple[str, ...] = ()
    common: bool = False
    """A dictionary of the whole installation: who may change it changes every row."""
    alone: bool = False
    """A centre changes its own rows only, not those of its neighbour in the same municipality."""

    def row(self, page: str, *, in_session: bool = False) -> Row | None:
        """The row of one page; None when the register has no such page."""
        roles = {
            "list": self.view,
            "card": self.view,
            "history": self.view,
            "new": self.create,
            "edit": self.change,
            "import": self.imports,
            "export": self.view if self.export is None else self.export,
        }[page]
        if roles is None:
            return None
        if self.session and not in_session and page not in self.masked:
            roles -= ADMINISTRATOR
        if page not in ("card", "history", "edit"):
            return Row(roles)
        everywhere = self.common or (self.everywhere and page != "edit")
        alone = self.alone and page == "edit"
        return Row(roles if everywhere else roles - self.beyond, self.about, everywhere=everywhere, alone=alone)


CENTRE_KEEPERS = FOUNDERS | {"methodologist"}
SECRETARIES = CENTRE_KEEPERS - ADMINISTRATOR
WATCHING = CENTRE | AUTHORITY | ADMINISTRATOR | {"observer"}
LENDERS = PROVIDER | {"centre_head", "methodologist"}
LEARNERS = CENTRE | PROVIDER | AUTHORITY | ADMINISTRATOR | {"teacher"}
METHODISTS = frozenset({"centre_head", "methodologist"})
TARGETS = METHODISTS | AUTHORITY
LISTERS = PROVIDER | METHODISTS | ADMINISTRATOR | {"coordinator"}
INVITERS = PROVIDER | METHODISTS


def kept(about: str, **more: bool) -> Table:
    """Open to all staff, kept by the centre, the authority and the region."""
    return Table(about, STAFF, CENTRE_KEEPERS, CENTRE_KEEPERS, CENTRE_KEEPERS, everywhere=True, **more)


REGISTERS: dict[str, Table] = {
    # Facts about the territory are open to all staff, kept by those who answer for them.
    "regions": Table("region", STAFF, ADMINISTRATOR, ADMINISTRATOR, ADMINISTRATOR, everywhere=True),
    "municipalities": Table(
        "municipality", STAFF, ADMINISTRATOR, AUTHORITY | ADMINISTRATOR, ADMINISTRATOR, everywhere=True
    ),
    "localities": Table("locality", STAFF, FOUNDERS, FOUNDERS, FOUNDERS, everywhere=True),
    "centres": Table("centre", STAFF, REGION | ADMINISTRATOR, FOUNDERS, REGION | ADMINISTRATOR, everywhere=True),
    "centre_services": Table(
        "centre_service",
        STAFF,
        REGION | ADMINISTRATOR,
        REGION | ADMINISTRATOR,
        REGION | ADMINISTRATOR,
        beyond=AT_ORGANISATION,
    ),
    "population": Table("population", STAFF, WRITERS, WRITERS, WRITERS, everywhere=True),
    "legal_acts": Table(
        "legal_act", STAFF, WRITERS | {"payer"}, WRITERS | {"payer"}, WRITERS | {"payer"}, everywhere=True
    ),
    "act_publications": Table(
        "act_publication", STAFF, WRITERS | {"payer"}, WRITERS | {"payer"}, WRITERS | {"payer"}, everywhere=True
    ),
    # Governance: councils are official bodies, structure and proposals belong to a centre.
    "centre_units": Table("centre_unit", STAFF, CENTRE_KEEPERS, CENTRE_KEEPERS, CENTRE_KEEPERS, beyond=AT_ORGANISATION),
    "centre_members": Table("centre_member", WATCHING, CENTRE_KEEPERS, CENTRE_KEEPERS, CENTRE_KEEPERS),
    "councils": kept("council"),
    "council_members": kept("council_member"),
    "meetings": kept("meeting"),
    "decisions": kept("decision"),
    "proposals": Table("proposal", WATCHING, SECRETARIES, SECRETARIES),
    # Inventory: organisations count, the centre takes their sheets.
    "inventory_items": Table("inventory_item", STAFF, CENTRE_KEEPERS, CENTRE_KEEPERS, CENTRE_KEEPERS, common=True),
    "inventory_campaigns": Table("campaign", WATCHING, CENTRE_KEEPERS, CENTRE_KEEPERS, CENTRE_KEEPERS),
    "inventory_sheets": Table("sheet", WATCHING | PROVIDER),
    "inventory_lines": Table("counted", WATCHING | PROVIDER, imports=CENTRE_KEEPERS | PROVIDER),
    "resource_offers": Table("offer", STAFF, LENDERS, LENDERS, LENDERS, everywhere=True),
    "resource_requests": Table("resource_request", WATCHING | PROVIDER, LENDERS, LENDERS),
    "museums": Table("museum", STAFF, KEEPERS, KEEPERS, KEEPERS),
    # Methodical work.
    "partners": Table("partner", WATCHING, CENTRE_KEEPERS, CENTRE_KEEPERS, CENTRE_KEEPERS),
    "agreements": Table("partner_agreement", WATCHING, CENTRE_KEEPERS, CENTRE_KEEPERS, CENTRE_KEEPERS),
    "competences": Table("competence", STAFF, CENTRE_KEEPERS, CENTRE_KEEPERS, CENTRE_KEEPERS, common=True),
    "deficit_surveys": Table("survey", WATCHING, CENTRE_KEEPERS, CENTRE_KEEPERS, CENTRE_KEEPERS),
    "deficits": Table("deficit", LEARNERS, METHODISTS, METHODISTS, METHODISTS, session=True),
    "trainings": Table("training", LEARNERS, LENDERS, LENDERS, LENDERS, session=True),
    "placement_sites": Table("placement_site", STAFF, CENTRE_KEEPERS, CENTRE_KEEPERS, CENTRE_KEEPERS),
    "seminars": Table("seminar", STAFF, CENTRE, CENTRE, CENTRE, everywhere=True),
    "seminar_participants": Table("participant", LEARNERS, CENTRE, CENTRE, CENTRE, session=True),
    # Class lists: a school keeps its own, the centre and the authority those of their municipality.
    "class_lists": Table("class_list", LISTERS, LISTERS, LISTERS),
    "pupils": Table("pupil", LISTERS, LISTERS, LISTERS, LISTERS, session=True),
    "invitations": Table("invitation", LISTERS, None, INVITERS, session=True),
    # Providers keep their own; the centre and the authority keep those of their territory.
    "organisations": Table("organisation", STAFF, FOUNDERS, KEEPERS, FOUNDERS),
    "venues": Table("venue", STAFF, KEEPERS, KEEPERS, KEEPERS),
    "staff": Table("teacher", PERSONNEL, KEEPERS, KEEPERS, KEEPERS, export=KEEPERS, session=True),
    "signatories": Table("signatory", PERSONNEL | {"payer"}, KEEPERS, KEEPERS, KEEPERS),
    "functions": Table("function", STAFF, FOUNDERS, FOUNDERS, FOUNDERS),
    "served_organisations": Table(
        "served", STAFF, REGION | ADMINISTRATOR, REGION | ADMINISTRATOR, REGION | ADMINISTRATOR
    ),
    # The catalogue has editors of its own; imports bring what the provider would enter.
    "programmes": Table("programme", CATALOGUE, imports=PROVIDER),
    "modules": Table("module", CATALOGUE),
    "groups": Table("group", CATALOGUE, imports=PROVIDER),
    "focus_area_mappings": Table("mapping", MODERATORS | REGION | ADMINISTRATOR, everywhere=True),
    "openings": Table(
        "opening",
        DESK | AUTHORITY | ADMINISTRATOR,
        frozenset({"coordinator", "centre_head"}),
        frozenset({"coordinator", "centre_head"}),
    ),
    # People: an administrator only in a session.
    "children": Table(
        "child",
        PROVIDER | DESK | ADMINISTRATOR,
        imports=DESK_HEADS | ADMINISTRATOR,
        export=DESK_HEADS | ADMINISTRATOR,
        session=True,
    ),
    "accounts": Table(
        "account",
        ADMINISTRATOR,
        ADMINISTRATOR,
        ADMINISTRATOR,
        ADMINISTRATOR,
        session=True,
        masked=("list", "card", "new"),
    ),
    "roles": Table(
        "role",
        ADMINISTRATOR,
        ADMINISTRATOR,
        ADMINISTRATOR,
        ADMINISTRATOR,
        session=True,
        masked=("list", "card", "new", "edit"),
    ),
    # Certificates and their money.
    "certificates": Table("certificate", DESK | ADMINISTRATOR | {"payer"}, export=DESK_HEADS | {"payer"}, session=True),
    "payment_agreements": Table("agreement", MONEY | PROVIDER, FUNDERS, FUNDERS, FUNDERS),
    "programme_registers": Table("register_entry", MONEY | PROVIDER, FUNDERS | MODERATORS, FUNDERS | MODERATORS),
    "normative_costs": Table("module", MONEY | PROVIDER, None, FUNDERS),
    "programme_limits": Table("programme_limit", MONEY, FUNDERS, FUNDERS),
    "settlement_documents": Table("settlement_document", SETTLING),
    "personal_accounts": Table("personal_account", PROVIDER),
    "family_charges": Table("family_charge", PROVIDER),
    "family_payments": Table("family_payment", PROVIDER),
    "family_refunds": Table("family_refund", PROVIDER),
    "tax_certificates": Table("tax_certificate", PROVIDER),
    "payment_orders": Table("payment_order", SETTLING, export=frozenset({"payer"})),
    "municipal_assignments": Table("assignment", SETTLING | {"observer"}, FUNDERS, FUNDERS, FUNDERS),
    "centre_expenses": Table(
        "expense", FUNDERS | CENTRE | REGION | {"observer"}, frozenset({"centre_head"}), frozenset({"centre_head"})
    ),
    # Plans are written by the centre, read by those above it; concepts and the founding are kept with the authority.
    "plans": Table("plan", PLANNING, MODERATORS, MODERATORS, alone=True),
    "plan_publications": Table(
        "plan_publication", PLANNING, CENTRE | {"coordinator"}, CENTRE | {"coordinator"}, alone=True
    ),
    "plan_sections": Table("plan_section", PLANNING, CENTRE, CENTRE, alone=True),
    "plan_items": Table("plan_item", PLANNING, CENTRE, CENTRE, CENTRE, alone=True),
    "concepts": Table("concept", PLANNING, CONCEPTS, CONCEPTS, alone=True),
    "concept_stages": Table("concept_stage", PLANNING, CONCEPTS, CONCEPTS, alone=True),
    "concept_targets": Table("concept_target", PLANNING, CONCEPTS, CONCEPTS, alone=True),
    "founding_steps": Table("founding_step", PLANNING, AUTHORITY | {"centre_head"}, AUTHORITY | MODERATORS, alone=True),
    # Enrolment: the provider decides, the authority and the payer watch.
    "applications": Table("application", ENROLMENT),
    "contracts": Table("contract", ENROLMENT),
    "enrolments": Table("enrolment", ENROLMENT),
    "orders": Table("order", PROVIDER | CENTRE | AUTHORITY),
    "rollovers": Table("rollover", PROVIDER | CENTRE | AUTHORITY),
    "rollover_groups": Table("rollover_group", PROVIDER | CENTRE | AUTHORITY),
    "rollover_learners": Table("rollover_learner", PROVIDER | CENTRE | AUTHORITY),
    # What figures shall reach: kept by the centre and those above it, seen by all who look at the territory.
    "indicator_targets": Table("indicator_target", WATCHING | {"payer", "provider_manager"}, TARGETS, TARGETS),
    # Forms, requests by them, statistics: made and answered on pages of their own.
    "form_templates": Table("form_template", CENTRE | AUTHORITY | ADMINISTRATOR),
    "data_requests": Table("data_request", CENTRE | AUTHORITY | {"observer"}),
    "data_request_answers": Table("request_answer", PROVIDER | CENTRE | AUTHORITY),
    "statistics_forms": Table("statistics_form", PROVIDER | CENTRE | AUTHORITY | {"observer"}),
}
