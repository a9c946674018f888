"""The API object: routers of all rooms under /api/v1."""

from __future__ import annotations

from ninja import NinjaAPI

from opora import __version__
from opora.exchange.api import catalogue, indicators
from opora.exchange.api.auth import authenticate
from opora.exchange.api.problems import install

api = NinjaAPI(
    title="Опора",
    version=__version__,
    description="Программный доступ к навигатору, заявкам, сертификатам и показателям.",
    auth=authenticate,
    urls_namespace="api",
    openapi_url="/openapi.json",
    docs_url="/docs",
)
install(api)
api.add_router("", catalogue.router)
api.add_router("", indicators.router)
