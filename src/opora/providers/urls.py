"""Addresses of providers besides the registers; included at the root before them."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from opora.providers import views_inventory as views

app_name = "providers"
CAMPAIGN = "office/inventory_campaigns/<int:pk>/"
SHEET = "office/inventory_sheets/<int:pk>/"
REQUEST = "office/resource_requests/<int:pk>/"
urlpatterns: list[URLPattern | URLResolver] = [
    path(f"{CAMPAIGN}open/", views.open_campaign, name="inventory_open"),
    path(f"{CAMPAIGN}close/", views.close_campaign, name="inventory_close"),
    path(f"{CAMPAIGN}gaps/", views.gaps, name="inventory_gaps"),
    path(f"{CAMPAIGN}gaps.xlsx", views.gaps_xlsx, name="inventory_gaps_xlsx"),
    path(f"{CAMPAIGN}compare/", views.compare, name="inventory_compare"),
    path(f"{SHEET}fill/", views.fill, name="sheet_fill"),
    path(f"{SHEET}sheet.xlsx", views.sheet_xlsx, name="sheet_xlsx"),
    path(f"{SHEET}send/", views.send, name="sheet_send"),
    path(f"{SHEET}accept/", views.accept, name="sheet_accept"),
    path(f"{SHEET}return/", views.send_back, name="sheet_return"),
    path("office/resource_offers/<int:pk>/ask/", views.ask, name="offer_ask"),
    path(f"{REQUEST}answer/", views.answer, name="request_answer"),
    path(f"{REQUEST}withdraw/", views.withdraw, name="request_withdraw"),
]
