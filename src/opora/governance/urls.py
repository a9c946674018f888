"""Addresses of governance besides the registers; included at the root before them."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from opora.governance import views

app_name = "governance"
PROPOSAL = "office/proposals/<int:pk>/step/"
urlpatterns: list[URLPattern | URLResolver] = [
    path("office/meetings/<int:pk>/present/", views.hold, name="hold"),
    path("office/meetings/<int:pk>/minutes.docx", views.minutes, name="minutes"),
    path("office/decisions/<int:pk>/close/", views.close, name="close"),
    *(
        path(f"{PROPOSAL}{code.replace('_', '-')}/", views.step, {"code": code}, name=code)
        for code in ("send", "consider", "accept", "decline", "carry_out", "withdraw")
    ),
]
