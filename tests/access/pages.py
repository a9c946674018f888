"""Every page: who opens it (the table of roles in the mission and the rules of trust say why)."""

from __future__ import annotations

from typing import Any

from tests.access.rows import (
    ADMINISTRATOR,
    ALL,
    CENTRE,
    DESK,
    FAMILY,
    FUNDERS,
    GUARDIAN,
    MODERATORS,
    PROVIDER,
    STAFF,
    Row,
)

NOT_OURS = ("account/", "static/", "api/v1/", "office/<register:register>/")
"""Sign-in belongs to allauth; the API and the registers have tables of their own."""

EDITORS = PROVIDER | MODERATORS
LEARNING = PROVIDER | CENTRE | {"teacher"}
APPLICATIONS = PROVIDER | DESK | {"teacher", "coordinator", "payer", "regional_operator"}
ENTERING = PROVIDER | DESK
WATCHERS = FUNDERS | CENTRE | {"regional_operator", "observer", "administrator"}
ISSUERS = frozenset({"desk_operator", "centre_head"})
UUID = "(?P<public_id>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"

ROWS: dict[str, Row] = {}


def add(path: str, roles: frozenset[str] = frozenset(), about: str = "", **more: Any) -> None:
    ROWS[path] = Row(roles, about, **more)


def public(path: str, about: str = "", **more: Any) -> None:
    ROWS[path] = Row(about=about, public=True, **more)


# The site and the navigator: everybody, signed in or not.
for path in ("", "robots.txt", "sitemap.xml", "healthz", "readyz", "view/"):
    public(path)
public("sitemap-<slug:name>.xml", fill={"name": "=pages"})
public("consents/<slug:kind>/", fill={"kind": "=processing"})
for path in ("", "suggest/", "compare/", "favourites/"):
    public(f"navigator/{path}")
for path in ("<int:pk>/", "<slug:slug>-<int:pk>/"):
    public(f"navigator/{path}", "programme")
public("navigator/compare/<int:pk>/", "programme", post=True)
public("navigator/favourites/<int:pk>/", "programme", post=True)
add("navigator/groups/<int:pk>/subscribe/", ALL, "group", post=True, everywhere=True)
public("navigator/organisations/<slug:slug>/", "organisation")
public("opening/")
for path in ("", "state/"):
    public(f"opening/<int:pk>/{path}", "opening")
public("calendar/group-<int:pk>.ics", "group")
public("calendar/<uuid:key>.ics", "feed")  # the address is the secret
public("metrics")  # only from this very machine: see test_metrics
add("style/")  # only on a demo stand
add("demo/mail/")  # only on a demo stand
add("demo/mail/<int:pk>/", about="letter")

# The cabinet: everybody may be a parent; what is inside belongs to one family.
add("home/", ALL)
for path in ("", "messages/", "profile/", "applications/", "timetable/", "payments/"):
    add(f"cabinet/{path}", ALL)
for path in ("add/", "add/where/", "add/check/"):
    add(f"cabinet/children/{path}", ALL)
add("cabinet/apply/", ALL)
CHILD = "cabinet/children/<uuid:public_id>/"
for path in ("", "timetable/", "calendar/"):
    add(f"{CHILD}{path}", FAMILY, "child")
for path in ("edit/", "consents/", "categories/", "guardians/", "journal/", "certificate/", "safety/"):
    add(f"{CHILD}{path}", GUARDIAN, "child")
add(f"{CHILD}absence/", GUARDIAN, "child")
add(f"{CHILD}absence/<uuid:key>/withdraw/", GUARDIAN, "child", post=True, fill={"key": "absence"})
for path in ("", "file/"):
    add(f"cabinet/group-messages/<uuid:public_id>/{path}", GUARDIAN, "group_message")
public("answers/<str:token>/", "message_link")  # the signed address is the secret
LINK = "answers/requests/<str:token>/"  # a partner's: the signed address reaches its one answer
public(LINK, "partner_link")
public(f"{LINK}fill/<str:section>/", "partner_link", fill={"section": "=1"})
public(f"{LINK}do/<slug:act>/", "partner_link", post=True, fill={"act": "=explain"})
add(f"{CHILD}consents/<int:pk>/withdraw/", GUARDIAN, "child", post=True, fill={"pk": "consent"})
add(f"{CHILD}categories/<slug:code>/remove/", GUARDIAN, "child", post=True, fill={"code": "=large_family"})
OWN = "cabinet/certificates/<uuid:public_id>/"
for path in ("", "statement/"):
    add(f"{OWN}{path}", FAMILY, "certificate")
for path in ("freeze/", "move/"):
    add(f"{OWN}{path}", GUARDIAN, "certificate")
add(f"{OWN}do/<slug:act>/", GUARDIAN, "certificate", post=True, fill={"act": "=activate"})
add("cabinet/applications/<uuid:public_id>/", FAMILY, "application")
for path in ("withdraw/", "leave/"):
    add(f"cabinet/applications/<uuid:public_id>/{path}", GUARDIAN, "application")
add("cabinet/applications/<uuid:public_id>/answer/", GUARDIAN, "application", post=True)
for path in ("", "print/"):
    add(f"cabinet/contracts/<uuid:public_id>/{path}", FAMILY, "contract")
add("cabinet/contracts/<uuid:public_id>/accept/", GUARDIAN, "contract", post=True)
add("cabinet/contracts/<uuid:public_id>/prolong/", GUARDIAN, "contract", post=True)
add("cabinet/contracts/<uuid:public_id>/terminate/", GUARDIAN, "contract")

# The office.
add("office/", STAFF)
add("office/personal-session/", ADMINISTRATOR)
add("office/figures/", STAFF)
add("office/figures/<str:code>/", STAFF, fill={"code": "=coverage"})
for path in ("compare/", "forecast/"):
    add(f"office/{path}", STAFF)
COMPARERS = CENTRE | {"coordinator", "payer", "regional_operator", "observer", "administrator"}
FREEZERS = CENTRE | {"coordinator", "regional_operator"}
add("office/snapshots/", COMPARERS)
add("office/snapshots/<int:pk>/", COMPARERS, "snapshot")
add("office/snapshots/freeze/", FREEZERS, post=True)
add("office/forecast/parameters/", FREEZERS)

# Reports: written by the centre and the region, agreed by the authority, read by the ministry once agreed.
REPORTERS = CENTRE | {"regional_operator"}
REPORT_READERS = REPORTERS | {"coordinator", "observer", "administrator"}
REPORT = "office/reports/<int:pk>/"
add("office/reports/", REPORT_READERS)
add(REPORT, REPORT_READERS, "report")
add(f"{REPORT}preview/", REPORT_READERS, "report")
add(f"{REPORT}sections/<slug:section>/", REPORTERS, "report", fill={"section": "=coverage"})
for path in ("make/", "freeze/"):
    add(f"{REPORT}{path}", REPORTERS, "report", post=True)
add(
    f"{REPORT}do/<slug:act>/",
    frozenset({"coordinator", "regional_operator"}),
    "report",
    post=True,
    fill={"act": "=agree"},
)
add(f"{REPORT}plan-item/", REPORTERS, "report", post=True)
add("office/assessments/", PROVIDER | CENTRE | {"coordinator", "regional_operator", "observer"})
add("office/assessments/begin/", PROVIDER, post=True)
for path in ("", "<slug:code>/"):
    public(f"reports/self/<slug:slug>/<int:year>/{path}", "organisation", fill={"year": "=2026", "code": "=pdf"})
add("office/reports/versions/<int:pk>/<slug:code>/", REPORT_READERS, "report_version", fill={"code": "=html"})
add("office/reports/runs/", frozenset({"regional_operator"}), post=True)
add("office/reports/runs/<int:pk>/", frozenset({"regional_operator", "observer"}), "report_run")
add("office/merge/", ISSUERS | ADMINISTRATOR)
add("office/merge/<int:pk>/", ISSUERS, "merge", session=True)

# The certificate desk.
add("office/desk/", DESK | ADMINISTRATOR)
add("office/desk/new/", ISSUERS)
DESK_CHILD = "office/desk/children/<uuid:public_id>/"
add(DESK_CHILD, DESK, "child", session=True)
add(f"{DESK_CHILD}identity/", ISSUERS, "child")
add(f"{DESK_CHILD}edit/", DESK, "child")
add(f"{DESK_CHILD}apply/", DESK, "child", post=True)
add(
    f"^office/desk/children/{UUID}/add/(?P<what>guardian|consent|category)/$",
    ISSUERS,
    "child",
    fill={"what": "=consent"},
)
PAPER = "office/desk/certificates/<uuid:public_id>/"
add(PAPER, DESK, "certificate", session=True)
add(f"{PAPER}statement/", DESK | {"payer"}, "certificate", session=True)
add(f"{PAPER}group/", ISSUERS | {"payer"}, "certificate")
add(f"{PAPER}move/", DESK, "certificate")
add(f"{PAPER}do/<slug:act>/", ISSUERS, "certificate", post=True, fill={"act": "=issue"})
add(
    f"^office/desk/certificates/{UUID}/(?P<act>refuse|freeze|annul|to-accounting)/$",
    DESK,
    "certificate",
    fill={"act": "=freeze"},
)

# Funding: prepared by the payer and the coordinator, approved by the coordinator, read by those who count.
add("office/funding/", WATCHERS)
add("office/funding/programmes/new/", FUNDERS)
FUNDING = "office/funding/programmes/<int:programme_pk>/periods/"
add("office/funding/programmes/<int:pk>/", FUNDERS, "funding")
add(f"{FUNDING}new/", FUNDERS, "funding")
add(f"{FUNDING}<int:pk>/", FUNDERS, "period", fill={"programme_pk": "funding"})
PERIOD = "office/funding/periods/<int:pk>/"
add(PERIOD, WATCHERS, "period")
add(f"{PERIOD}parameters/", FUNDERS, "period")
add(f"{PERIOD}limits/", FUNDERS, "period")
add(f"{PERIOD}approve/", frozenset({"coordinator"}), "period")
add(f"{PERIOD}do/<slug:act>/", FUNDERS, "period", post=True, fill={"act": "=submit"})
add("office/funding/periods/<int:period_pk>/groups/new/", FUNDERS, "period")
add(
    "office/funding/periods/<int:period_pk>/groups/<int:pk>/",
    FUNDERS,
    "certificate_group",
    fill={"period_pk": "period"},
)
add("office/funding/groups/<int:pk>/delete/", FUNDERS, "certificate_group", post=True)
add("office/funding/groups/<int:pk>/queue/", DESK | {"payer"}, "certificate_group")

add(f"{PERIOD}rates/", FUNDERS, "period")
add(f"{PERIOD}return/", frozenset({"coordinator"}), "period")
add(f"{PERIOD}act/", WATCHERS, "period")
add(f"{PERIOD}recalculate/", FUNDERS, "period", post=True)
for path in ("", "new/"):
    add(f"{PERIOD}simulation/{path}", FUNDERS, "period")
add(f"{PERIOD}simulation/as-is/", FUNDERS, "period", post=True)
VARIANT = "office/funding/variants/<int:pk>/"
for path in ("", "edit/"):
    add(f"{VARIANT}{path}", FUNDERS, "variant")
add(f"{VARIANT}do/<slug:act>/", FUNDERS, "variant", post=True, fill={"act": "=recount"})

# Where programmes stand: seen by the provider, decided by the funders and the centre, priced by the funders.
DECIDERS = FUNDERS | {"centre_head", "methodologist"}
STANDING = "office/standings/<int:pk>/"
add("office/standings/", WATCHERS | PROVIDER)
add(STANDING, WATCHERS | PROVIDER, "programme")
for path in ("include/", "exclude/"):
    add(f"{STANDING}<slug:register>/{path}", DECIDERS, "programme", fill={"register": "=certified"})
COST = f"{STANDING}modules/<int:module>/"
add(f"{COST}formula/", FUNDERS, "programme", post=True, fill={"module": "module"})
add(f"{COST}by-hand/", FUNDERS, "programme", fill={"module": "module"})
add(f"{COST}file/", WATCHERS | PROVIDER, "programme", fill={"module": "module"})

# Governance, inventory and sharing: steps beside the registers.
KEEPING = frozenset({"centre_head", "methodologist", "coordinator", "regional_operator", "administrator"})
STEPPING = KEEPING - ADMINISTRATOR
COUNTERS = KEEPING | CENTRE | {"observer"}
add("office/meetings/<int:pk>/present/", KEEPING, "meeting")
add("office/meetings/<int:pk>/minutes.docx", STAFF, "meeting", everywhere=True)
add("office/decisions/<int:pk>/close/", KEEPING, "decision")
for step in ("send", "consider", "accept", "decline", "carry-out", "withdraw"):
    add(f"office/proposals/<int:pk>/step/{step}/", STEPPING, "proposal")
for path in ("open/", "close/"):
    add(f"office/inventory_campaigns/<int:pk>/{path}", KEEPING, "campaign")
for path in ("gaps/", "gaps.xlsx", "compare/"):
    add(f"office/inventory_campaigns/<int:pk>/{path}", COUNTERS, "campaign")
for path in ("fill/", "send/"):
    add(f"office/inventory_sheets/<int:pk>/{path}", PROVIDER, "sheet")
add("office/inventory_sheets/<int:pk>/sheet.xlsx", COUNTERS | PROVIDER, "sheet")
for path in ("accept/", "return/"):
    add(f"office/inventory_sheets/<int:pk>/{path}", KEEPING, "sheet")
add("office/resource_offers/<int:pk>/ask/", PROVIDER | {"centre_head", "methodologist"}, "offer", everywhere=True)
for path in ("answer/", "withdraw/"):
    add(f"office/resource_requests/<int:pk>/{path}", PROVIDER | {"centre_head", "methodologist"}, "resource_request")

# Class lists: a school works with its own pupils; whom a pupil is, the centre decides.
LISTERS = PROVIDER | MODERATORS | {"coordinator", "administrator"}
add("office/uncovered/", LISTERS)
add("office/uncovered/table.xlsx", LISTERS - ADMINISTRATOR, session=True)
add("office/class_lists/<int:pk>/load/", LISTERS, "class_list")
add("office/pupils/invite/", PROVIDER | MODERATORS, post=True)
add(
    "office/invitations/batch/<uuid:batch_id>.docx",
    LISTERS - ADMINISTRATOR,
    "invitation",
    session=True,
    fill={"batch_id": "invitation_batch"},
)
add("office/invitations/<uuid:key>/sheet.docx", LISTERS - ADMINISTRATOR, "invitation", session=True)
add("office/pupil-matches/", MODERATORS)
add("office/pupil-matches/<uuid:public_id>/", MODERATORS, "pupil")

# The catalogue: made by providers, judged by the centre.
add("office/programmes/new/", PROVIDER)
PROGRAMME = "office/programmes/<int:pk>/"
add(f"{PROGRAMME}editor/", EDITORS, "programme")
add(f"{PROGRAMME}modules/new/", EDITORS, "programme")
add(f"{PROGRAMME}modules/<int:module>/", EDITORS, "programme", fill={"module": "module"})
add(f"{PROGRAMME}archive/", EDITORS, "programme", post=True)
for path in ("submit/", "recall/"):
    add(f"{PROGRAMME}{path}", PROVIDER, "programme", post=True)
for path in ("restore/", "withdraw-changes/"):
    add(f"{PROGRAMME}{path}", PROVIDER, "programme", post=True)
add("office/modules/<int:module>/groups/new/", PROVIDER, "module")
GROUP = "office/groups/<int:pk>/"
add(f"{GROUP}editor/", EDITORS, "group")
add(f"{GROUP}timetable/", EDITORS, "group")
add(f"{GROUP}timetable/change/", EDITORS, "group")
for path in ("announce/", "move/", "finish/"):
    add(f"office/openings/<int:pk>/{path}", frozenset({"coordinator", "centre_head"}), "opening")
for path in ("", "quality/"):
    add(f"office/moderation/{path}", MODERATORS)
add("office/moderation/<int:pk>/", MODERATORS, "programme")
add(
    "office/focus_area_mappings/<int:pk>/map/",
    MODERATORS | {"regional_operator", "administrator"},
    "mapping",
    everywhere=True,
)

# Enrolment: decided by the provider, helped by the desk and the centre, watched by the local authority.
APPLICATION = "office/applications/<uuid:key>/"
add(APPLICATION, APPLICATIONS, "application")
add(f"{APPLICATION}confirm/", ENTERING, "application", post=True)
add(f"{APPLICATION}enrol/", ENTERING, "application", post=True)
add(f"{APPLICATION}leave/", PROVIDER | {"desk_operator"}, "application", post=True)
add(f"{APPLICATION}priority/", PROVIDER | CENTRE, "application", post=True)
add(f"{APPLICATION}prolong/", PROVIDER, "application", post=True)
add(f"{APPLICATION}terminate/", PROVIDER | {"desk_operator"}, "application")
add(f"{APPLICATION}contract.txt", APPLICATIONS, "application")
add(f"{APPLICATION}signatures/", ENTERING, "application", post=True)
add(f"{APPLICATION}signatures/<int:signature>/", APPLICATIONS, "application", fill={"signature": "contract_signature"})
add("office/applications/new/", ENTERING)
add("office/applications/confirm/", ENTERING, post=True)
add("office/applications/refuse/", PROVIDER)
add("office/enrolments/<int:pk>/safety/", PROVIDER | {"teacher"}, "enrolment")
add("office/enrolments/<int:pk>/study.pdf", LEARNING | {"desk_operator"}, "enrolment")
add(f"{GROUP}work/", LEARNING | {"desk_operator"}, "group")
add(f"{GROUP}capacity/", PROVIDER | CENTRE, "group")
for path in ("open/", "close/"):
    add(f"{GROUP}{path}", EDITORS, "group", post=True)
add(f"{GROUP}journal/", LEARNING, "group")
add(f"{GROUP}list/", ENTERING, "group")
add(f"{GROUP}messages/", PROVIDER | {"teacher"}, "group")
for path in ("", "file/"):
    add(f"{GROUP}messages/<int:message>/{path}", PROVIDER | {"teacher"}, "group", fill={"message": "group_message"})
add(f"{GROUP}papers/<slug:kind>.pdf", LEARNING | {"desk_operator"}, "group", fill={"kind": "=list"})
add("office/journal/", LEARNING)
add("office/journal/<int:pk>/", LEARNING, "lesson")
ORDERS = "office/orders/"
add(f"{ORDERS}new/", PROVIDER)
add(f"{ORDERS}new/<int:organisation>/<slug:kind>/", PROVIDER, "organisation", fill={"kind": "=enrolment"})
ORDER_READERS = PROVIDER | CENTRE | {"coordinator", "regional_operator"}
add(f"{ORDERS}<int:pk>/", ORDER_READERS, "order")
add(f"{ORDERS}<int:pk>/delete/", PROVIDER, "order", post=True)
add(f"{ORDERS}<int:pk>/file.docx", ORDER_READERS, "issued_order")
add(f"{ORDERS}<int:pk>/signatures/", PROVIDER, "issued_order", post=True)
add(
    f"{ORDERS}<int:pk>/signatures/<int:signature>/",
    ORDER_READERS,
    "issued_order",
    fill={"signature": "order_signature"},
)
add(f"{ORDERS}templates/", PROVIDER)
TEMPLATES = f"{ORDERS}templates/<int:organisation>/"
add(TEMPLATES, PROVIDER, "organisation")
add(f"{TEMPLATES}<slug:kind>/", PROVIDER, "organisation", fill={"kind": "=enrolment"})
add(f"{TEMPLATES}<slug:kind>/file.docx", PROVIDER, "organisation", fill={"kind": "=enrolment"})
ROLLOVER = "office/rollovers/"
YEAR_READERS = PROVIDER | CENTRE | {"coordinator", "regional_operator"}
add(f"{ROLLOVER}new/", PROVIDER)
add(f"{ROLLOVER}<int:pk>/", YEAR_READERS, "rollover")
for path in ("settle/", "ask/", "start/", "cancel/", "refresh/", "again/"):
    add(f"{ROLLOVER}<int:pk>/{path}", PROVIDER, "rollover", post=True)
add(f"{ROLLOVER}<int:pk>/outcome.xlsx", YEAR_READERS, "rollover")
add("office/rollover_groups/<int:pk>/", YEAR_READERS, "rollover_group")
for path in ("next_module", "next_group", "ends"):
    add(f"office/rollover_groups/{path}/", PROVIDER, post=True)
for path in ("include", "exclude", "paper_yes", "paper_no"):
    add(f"office/rollover_learners/{path}/", PROVIDER, post=True)
add("cabinet/next-year/<uuid:public_id>/", GUARDIAN, "rollover_learner")

# Settlement: the provider issues, the payer decides and pays, the authority, the centre's head and the region read.
PAYER = frozenset({"payer"})
SETTLING = PROVIDER | FUNDERS | {"centre_head", "regional_operator"}
CASH = FUNDERS | {"centre_head", "regional_operator"}
add("office/settlement/", SETTLING)
add("office/settlement/prepare/", PROVIDER | PAYER, post=True)
add("office/settlement/picked/", PROVIDER | PAYER, post=True)
PAPER_OF = "office/settlement/documents/<int:pk>/"
add(PAPER_OF, SETTLING, "settlement_document")
add(f"{PAPER_OF}do/<slug:act>/", PROVIDER, "settlement_document", post=True, fill={"act": "=refresh"})
add(f"{PAPER_OF}return/", PAYER, "settlement_document")
add(f"{PAPER_OF}follow/<slug:kind>/", PROVIDER, "settlement_document", fill={"kind": "=refund"})
for path in ("register.xlsx", "document.pdf"):
    add(f"{PAPER_OF}{path}", SETTLING, "settlement_document")
AGREEMENT = "office/settlement/agreements/<int:pk>/"
for path in ("", "agreement.docx", "agreement.pdf", "reconciliation/", "reconciliation.docx", "reconciliation.pdf"):
    add(f"{AGREEMENT}{path}", SETTLING, "agreement")
add(f"{AGREEMENT}terms/", PAYER, "agreement")
add(f"{AGREEMENT}sign/", PAYER, "agreement", post=True)
add(f"{PAPER_OF}signatures/", PROVIDER | PAYER, "settlement_document", post=True)
add(f"{AGREEMENT}signatures/", PROVIDER | PAYER, "agreement", post=True)
add(f"{AGREEMENT}acts/", PROVIDER | PAYER, "agreement", post=True)
KEPT = f"{AGREEMENT}acts/<uuid:public_id>/"
for path in ("", "act.pdf"):
    add(f"{KEPT}{path}", SETTLING, "agreement", fill={"public_id": "act_paper"})
add(f"{KEPT}signatures/", PROVIDER | PAYER, "agreement", post=True, fill={"public_id": "act_paper"})
SIG = "signatures/<int:signature>/"
add(f"{PAPER_OF}{SIG}", SETTLING, "settlement_document", fill={"signature": "document_paper_signature"})
add(f"{AGREEMENT}{SIG}", SETTLING, "agreement", fill={"signature": "agreement_paper_signature"})
add(f"{KEPT}{SIG}", SETTLING, "agreement", fill={"public_id": "act_paper", "signature": "act_paper_signature"})
add("office/settlement/requisites/", PAYER)
add("office/settlement/send/", PAYER)
add("office/settlement/send/file/", PAYER, post=True)
add("office/settlement/orders/<int:pk>/cancel/", PAYER, "payment_order")
add("office/settlement/statements/", FUNDERS)
add("office/settlement/statements/<int:pk>/", FUNDERS, "bank_statement")
FAMILY_MONEY = "office/settlement/family/"
add(FAMILY_MONEY, PROVIDER)
add(f"{FAMILY_MONEY}enter/", PROVIDER)
add(f"{FAMILY_MONEY}payments/<int:pk>/match/", PROVIDER, "family_payment")
add(f"{FAMILY_MONEY}registers/<int:pk>/", PROVIDER, "payment_register")
add(f"{FAMILY_MONEY}payments/<int:pk>/", PROVIDER, "family_payment")
add(f"{FAMILY_MONEY}payments/<int:pk>/do/<slug:act>/", PROVIDER, "family_payment", post=True, fill={"act": "=aside"})
add(f"{FAMILY_MONEY}debts.xlsx", PROVIDER)
for path in ("refunds/", "tax/"):
    add(f"{FAMILY_MONEY}{path}", PROVIDER)
add(f"{FAMILY_MONEY}refunds/<uuid:public_id>/", PROVIDER, "family_refund")
add(f"{FAMILY_MONEY}refunds/<uuid:public_id>/do/<slug:act>/", PROVIDER, "family_refund", fill={"act": "=refuse"})
add(f"{FAMILY_MONEY}accounts/<uuid:public_id>/refund/", PROVIDER, "personal_account")
for path in ("", "certificate.pdf"):
    add(f"{FAMILY_MONEY}tax/<uuid:public_id>/{path}", PROVIDER, "tax_certificate")
add(f"{FAMILY_MONEY}tax/<uuid:public_id>/do/<slug:act>/", PROVIDER, "tax_certificate", fill={"act": "=annul"})
for path in ("", "receipt.pdf", "refund/"):
    add(f"cabinet/payments/<uuid:public_id>/{path}", GUARDIAN, "personal_account")
add("cabinet/payments/<uuid:public_id>/refund/withdraw/", GUARDIAN, "personal_account", post=True)
add("cabinet/payments/tax/", ALL)
TAX = "cabinet/payments/tax/"
add(
    f"{TAX}<int:organisation>/<uuid:public_id>/<int:year>/",
    GUARDIAN,
    "child",
    fill={"organisation": "organisation", "year": "=2026"},
)
add(f"{TAX}<uuid:public_id>/certificate.pdf", GUARDIAN, "tax_certificate")
add("office/settlement/cash/", CASH)
CONTROL = FUNDERS | {"centre_head"}
add("office/settlement/anomalies/", CONTROL)
add("office/settlement/anomalies/<slug:code>/", CONTROL, fill={"code": "=no_act"})
add("office/settlement/assignments/", SETTLING | {"observer"})

# Plans: written by the centre, approved by the coordinator, read by those above; concepts; the founding checklist.
PLANNING = CENTRE | ADMINISTRATOR | {"coordinator", "regional_operator", "observer"}
PLANS = "office/planning/"
for path in ("", "overdue/", "founding/"):
    add(f"{PLANS}{path}", PLANNING)
add(f"{PLANS}forecast/", CENTRE)
PLAN = f"{PLANS}<int:pk>/"
for path in ("", "calendar/", "approval/"):
    add(f"{PLAN}{path}", PLANNING, "plan")
add(f"{PLAN}do/<slug:act>/", frozenset({"centre_head"}), "plan", post=True, alone=True, fill={"act": "=amend"})
add(f"{PLAN}versions/<int:number>/", PLANNING, "plan", fill={"number": "plan_version"})
add(f"{PLAN}plan.<slug:kind>", PLANNING, "plan", fill={"kind": "=xlsx"})
ITEM = f"{PLANS}items/<int:pk>/"
add(ITEM, PLANNING, "plan_item")
for path in ("evidence/", "measure/", "cancel/"):
    add(f"{ITEM}{path}", CENTRE, "plan_item", alone=True)
add(f"{ITEM}restore/", CENTRE, "plan_item", post=True, alone=True)
EVIDENCE = f"{PLANS}evidence/<int:pk>/"
add(f"{EVIDENCE}withdraw/", CENTRE, "evidence", alone=True)
add(f"{EVIDENCE}file/", PLANNING, "evidence")
add(f"{PLANS}concepts/<int:pk>/", PLANNING, "concept")
add(f"{PLANS}targets/<int:pk>/", PLANNING, "concept_target")
add(
    f"{PLANS}founding/centres/<int:pk>/begin/",
    frozenset({"centre_head", "coordinator", "regional_operator"}),
    "centre",
    post=True,
    alone=True,
)
FOUNDING = f"{PLANS}founding/<int:pk>/"
add(f"{FOUNDING}close/", MODERATORS | {"coordinator", "regional_operator"}, "founding_step", alone=True)
add(f"{FOUNDING}file/", PLANNING, "founding_step")

# Forms, data requests, statistics.
BUILDERS = CENTRE | {"coordinator", "regional_operator"} | ADMINISTRATOR
add("office/form_templates/new/", BUILDERS)
FORM = "office/form_templates/<int:pk>/"
for path in ("", "preview/"):
    add(f"{FORM}{path}", BUILDERS, "form_template")
CHANGERS = BUILDERS - {"regional_operator"}  # the region changes forms of its own
add(f"{FORM}do/<slug:act>/", CHANGERS, "form_template", post=True, fill={"act": "=publish"})
add(f"{FORM}fields/<str:code>/", CHANGERS, "form_template", fill={"code": "=1"})
add(
    f"{FORM}sections/<str:section>/checks/<str:code>/",
    CHANGERS,
    "form_template",
    fill={"section": "=1", "code": "=new"},
)
ASKERS = CENTRE | {"coordinator", "regional_operator"}
add("office/workdays/", STAFF)
add("office/data_requests/new/", ASKERS)
REQUEST = "office/data_requests/<int:pk>/"
for path in ("", "summary/", "summary.xlsx"):
    add(f"{REQUEST}{path}", ASKERS | {"observer"}, "data_request")
for path in ("words/", "recipients/"):
    add(f"{REQUEST}{path}", CENTRE, "data_request")
add(f"{REQUEST}do/<slug:act>/", CENTRE, "data_request", post=True, fill={"act": "=close"})
ANSWER = "office/data_request_answers/<int:pk>/"
for path in ("", "letter.docx", "answer.xlsx"):
    add(f"{ANSWER}{path}", PROVIDER | ASKERS, "request_answer")
add(f"{ANSWER}extend/", CENTRE, "request_answer")
add(f"{ANSWER}fill/<str:section>/", PROVIDER, "request_answer", fill={"section": "=1"})
add(f"{ANSWER}do/<slug:act>/", CENTRE, "request_answer", post=True, fill={"act": "=accept"})
add("office/statistics_forms/new/", PROVIDER)
STATISTICS = "office/statistics_forms/<int:pk>/"
LOOKERS = PROVIDER | ASKERS
for path in ("", "differences/", "form.xlsx"):
    add(f"{STATISTICS}{path}", LOOKERS | {"observer"}, "statistics_form")
add(f"{STATISTICS}sections/<str:section>/", LOOKERS | {"observer"}, "statistics_form", fill={"section": "=1"})
add(
    f"{STATISTICS}cells/<str:section>/<str:row>/<str:column>/",
    LOOKERS,
    "statistics_form",
    fill={"section": "=1", "row": "=01", "column": "=3"},
)
add(f"{STATISTICS}do/<slug:act>/", PROVIDER, "statistics_form", post=True, fill={"act": "=count"})
