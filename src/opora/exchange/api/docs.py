"""The page that describes the API: drawn by ourselves from the OpenAPI document, no foreign scripts."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from ninja import NinjaAPI
from ninja.openapi.docs import DocsBase

PLACES = {"path": "в адресе", "query": "в строке запроса", "header": "в заголовке", "cookie": "в файле cookie"}
KINDS = {
    "string": "строка",
    "integer": "целое число",
    "number": "число",
    "boolean": "да или нет",
    "array": "список",
    "object": "объект",
    "date": "дата",
    "date-time": "дата и время",
    "uuid": "код UUID",
}


class Pages(DocsBase):
    """`/api/v1/docs`: operations by section with their parameters, bodies and answers."""

    def render_page(self, request: HttpRequest, api: NinjaAPI, **kwargs: Any) -> HttpResponse:
        schema = api.get_openapi_schema()
        context = {
            "info": schema["info"],
            "sections": sections(schema),
            "openapi_url": self.get_openapi_url(api, kwargs),
        }
        return render(request, "exchange/api_docs.html", context)


def sections(schema: dict[str, Any]) -> list[tuple[str, list[dict[str, Any]]]]:
    """[(tag, [operation: anchor, method, path, about, parameters, body, answers])] in the order of the paths."""
    found: dict[str, list[dict[str, Any]]] = {}
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            tag = (operation.get("tags") or ["Остальное"])[0]
            found.setdefault(tag, []).append(
                {
                    "anchor": operation["operationId"],
                    "method": method.upper(),
                    "path": path,
                    "about": operation.get("description", ""),
                    "parameters": [_parameter(one) for one in operation.get("parameters", ())],
                    "body": _body(operation, schema),
                    "answers": [(code, _reference(answer)) for code, answer in operation["responses"].items()],
                }
            )
    return list(found.items())


def _parameter(one: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": one["name"],
        "place": PLACES[one["in"]],
        "kind": _kind(one["schema"]),
        "required": one.get("required", False),
        "about": one.get("description") or one["schema"].get("description", ""),
    }


def _body(operation: dict[str, Any], schema: dict[str, Any]) -> list[dict[str, Any]]:
    name = _reference(operation.get("requestBody", {}))
    model = schema["components"]["schemas"].get(name, {})
    return [
        {
            "name": field,
            "kind": _kind(value),
            "required": field in model.get("required", ()),
            "about": value.get("description", ""),
        }
        for field, value in model.get("properties", {}).items()
    ]


def _reference(holder: dict[str, Any]) -> str:
    for content in holder.get("content", {}).values():
        inner = content.get("schema", {})
        return str(inner.get("$ref") or inner.get("items", {}).get("$ref", "")).rsplit("/", 1)[-1]
    return ""


def _kind(schema: dict[str, Any]) -> str:
    choices = [one for one in schema.get("anyOf", ()) if one.get("type") != "null"]
    if choices:
        return " или ".join(dict.fromkeys(map(_kind, choices)))
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    kind = str(schema.get("format") if schema.get("format") in KINDS else schema.get("type", ""))
    return KINDS.get(kind, kind)
