"""Every operation of the API: who may, about whose object. Everybody may be a parent, so family lists open to all."""

from __future__ import annotations

from tests.access.rows import ALL, DESK, FAMILY, GUARDIAN, PROVIDER, Row

ENROLMENT = PROVIDER | DESK | {"teacher", "coordinator", "payer", "regional_operator"}
APPLICATION = "/api/v1/applications/{application_id}"
CONTRACT = "/api/v1/contracts/{contract_id}"

OPERATIONS: dict[str, Row] = {
    "GET /api/v1/programmes": Row(public=True),
    "GET /api/v1/programmes/{programme_id}": Row(about="programme", public=True),
    "GET /api/v1/groups/{group_id}": Row(about="group", public=True),
    "GET /api/v1/indicators": Row(public=True),
    "GET /api/v1/indicators/{code}": Row(public=True, fill={"code": "=coverage"}),
    "GET /api/v1/children": Row(ALL),
    "POST /api/v1/children": Row(ALL, post=True),
    "POST /api/v1/certificates": Row(ALL, post=True),
    "GET /api/v1/certificates/{number}/statement": Row(FAMILY | DESK | {"payer"}, "certificate"),
    "GET /api/v1/applications": Row(ALL),
    "POST /api/v1/applications": Row(ALL, post=True),
    "POST /api/v1/applications/together": Row(ALL, post=True),
    f"GET {APPLICATION}": Row(FAMILY | ENROLMENT, "application"),
    f"POST {APPLICATION}/withdraw": Row(GUARDIAN | {"desk_operator"}, "application", post=True),
    f"POST {APPLICATION}/confirm": Row(PROVIDER | DESK, "application", post=True),
    f"POST {APPLICATION}/refuse": Row(PROVIDER, "application", post=True),
    f"POST {APPLICATION}/enrol": Row(PROVIDER | DESK, "application", post=True),
    f"GET {CONTRACT}": Row(FAMILY | ENROLMENT, "contract"),
    f"POST {CONTRACT}/accept": Row(GUARDIAN | {"desk_operator"}, "contract", post=True),
}
