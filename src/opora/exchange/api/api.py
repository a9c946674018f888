"""The API object: routers of all rooms under /api/v1."""

from __future__ import annotations

from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from opora import __version__
from opora.exchange.api import applications, catalogue, certificates, children, contracts, indicators, together
from opora.exchange.api.auth import authenticate
from opora.exchange.api.docs import Pages
from opora.exchange.api.problems import install

PROBLEM = "#/components/schemas/Problem"


class OporaAPI(NinjaAPI):
    """Problems are described with the media type that they are answered with (RFC 9457)."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**options)
        for path in schema["paths"].values():
            for operation in path.values():
                for response in operation["responses"].values():
                    content = response.get("content", {})
                    if content.get("application/json", {}).get("schema", {}).get("$ref") == PROBLEM:
                        content["application/problem+json"] = content.pop("application/json")
        return schema


api = OporaAPI(
    title="Опора",
    version=__version__,
    description="Программный доступ к навигатору, заявкам, сертификатам и показателям.",
    auth=authenticate,
    urls_namespace="api",
    openapi_url="/openapi.json",
    docs_url="/docs",
    docs=Pages(),
)
install(api)
api.add_router("", catalogue.router)
api.add_router("", indicators.router)
api.add_router("", children.router)
api.add_router("", certificates.router)
api.add_router("", together.router)
api.add_router("", applications.router)
api.add_router("", contracts.router)
