"""Errors of the API as RFC 9457 problem documents with a code and, for rules, all reasons."""

from __future__ import annotations

import json
from typing import Any

from django.db import DatabaseError, InterfaceError
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.responses import NinjaJSONEncoder
from psycopg_pool import PoolTimeout

from opora.core.outage import forget_connection, outage_of
from opora.core.reasons import Busy, Forbidden, Hidden, Reason, Refused


class TooOften(Exception):
    """One caller asks more often than the operation allows: 429 with Retry-After."""

    def __init__(self, retry_after: int) -> None:
        self.retry_after = retry_after
        super().__init__("Слишком много обращений.")


class ReasonOut(Schema):
    """Why a rule refuses."""

    code: str
    message: str
    ground: str = ""
    hint: str = ""
    field: str = ""


class Problem(Schema):
    """A problem document (application/problem+json)."""

    type: str = "about:blank"
    title: str
    status: int
    code: str
    detail: str = ""
    reasons: list[ReasonOut] = []


TITLES = {
    400: ("bad_request", "Запрос не разобран"),
    401: ("unauthenticated", "Нужен ключ API или вход"),
    403: ("forbidden", "Ваша роль этого не позволяет"),
    404: ("not_found", "Не найдено"),
    409: ("refused", "Отказано по правилам"),
    422: ("invalid", "Проверьте поля запроса"),
    429: ("too_many_requests", "Слишком много обращений"),
    503: ("busy", "Сейчас слишком много обращений, попробуйте ещё раз"),
}

READ = {401: Problem, 403: Problem, 404: Problem, 422: Problem, 503: Problem}
"""What every reading operation may answer besides its result."""
WRITE = {400: Problem, **READ, 409: Problem}
"""What every writing operation may answer besides its result."""
PUBLIC = {401: Problem, 404: Problem, 422: Problem, 503: Problem}


def problem(api: NinjaAPI, request: HttpRequest, status: int, **extra: Any) -> HttpResponse:
    """Build the answer of a problem."""
    code, title = TITLES.get(status, ("error", "Ошибка"))
    body = {"type": "about:blank", "title": title, "status": status, "code": code, "detail": "", "reasons": []}
    response = api.create_response(request, body | extra, status=status)
    response["Content-Type"] = "application/problem+json"
    if status == 503:
        response["Retry-After"] = "2"
    return response


def ready(body: dict[str, Any], *, status: int) -> HttpResponse:
    """An answer that is sent as it is: the hot path does not check its own answer against the declared schema.

    Tests do: the operation still declares its schema, and every kind of answer is compared with it.
    """
    text = json.dumps(body, cls=NinjaJSONEncoder)
    return HttpResponse(text, status=status, content_type="application/json; charset=utf-8")


def install(api: NinjaAPI) -> None:
    """Teach the API to answer every expected exception as a problem document."""

    def refused(request: HttpRequest, error: Refused) -> HttpResponse:
        reasons = [_reason(reason) for reason in error.reasons]
        first = error.reasons[0] if error.reasons else None
        return problem(api, request, 409, code=first.code if first else "refused", detail=str(error), reasons=reasons)

    def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        reasons = [
            {
                "code": str(item.get("type", "invalid")),
                "message": _russian(item),
                "ground": "",
                "hint": "",
                "field": ".".join(str(part) for part in item.get("loc", ())[1:] if part != "payload"),
            }
            for item in error.errors
        ]
        return problem(api, request, 422, reasons=reasons)

    def away(request: HttpRequest, error: Exception) -> HttpResponse:
        outage = outage_of(error)
        if outage is None:
            raise error
        forget_connection(error)
        answer = problem(api, request, 503, code=outage.code, title=outage.title, detail=outage.text)
        answer["Retry-After"] = str(outage.retry_after)
        return answer

    def too_often(request: HttpRequest, error: TooOften) -> HttpResponse:
        response = problem(api, request, 429)
        response["Retry-After"] = str(error.retry_after)
        return response

    def simple(status: int) -> Any:
        return lambda request, error: problem(api, request, status)

    api.add_exception_handler(Refused, refused)  # type: ignore[arg-type]
    api.add_exception_handler(ValidationError, invalid)  # type: ignore[arg-type]
    api.add_exception_handler(TooOften, too_often)  # type: ignore[arg-type]
    for broken in (DatabaseError, InterfaceError, OSError, PoolTimeout):
        api.add_exception_handler(broken, away)  # type: ignore[arg-type]
    for kind, status in (
        (AuthenticationError, 401),
        (Forbidden, 403),
        (Hidden, 404),
        (Http404, 404),
        (Busy, 503),
    ):
        api.add_exception_handler(kind, simple(status))

    def http(request: HttpRequest, error: HttpError) -> HttpResponse:
        return problem(api, request, error.status_code)

    api.add_exception_handler(HttpError, http)  # type: ignore[arg-type]


def _reason(reason: Reason) -> dict[str, str]:
    return {
        "code": reason.code,
        "message": reason.message,
        "ground": reason.ground,
        "hint": reason.hint,
        "field": reason.field,
    }


_MESSAGES = {
    "missing": "Это поле обязательно.",
    "int_parsing": "Здесь нужно целое число.",
    "uuid_parsing": "Здесь нужен номер в виде UUID.",
    "date_from_datetime_parsing": "Здесь нужна дата вида 2026-09-01.",
    "date_parsing": "Здесь нужна дата вида 2026-09-01.",
    "decimal_parsing": "Здесь нужна сумма вида 1250.98.",
    "string_type": "Здесь нужна строка.",
    "json_invalid": "Тело запроса – не JSON.",
    "literal_error": "Такого значения нет в списке допустимых.",
    "enum": "Такого значения нет в списке допустимых.",
}


def _russian(item: dict[str, Any]) -> str:
    return _MESSAGES.get(str(item.get("type")), "Значение не подходит.")
