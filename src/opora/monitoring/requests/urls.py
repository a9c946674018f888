"""Addresses of data requests. Included at the root, before the registers."""

from __future__ import annotations

from django.urls import path

from opora.monitoring.requests import views, views_answers, views_calendar, views_partner

app_name = "requests"
REQUEST = "office/data_requests/<int:pk>/"
ANSWER = "office/data_request_answers/<int:pk>/"
LINK = "answers/requests/<str:token>/"
"""Under «answers/»: proxies keep these addresses out of their logs."""
urlpatterns = [
    path(LINK, views_partner.answer, name="link"),
    path(f"{LINK}fill/<str:section>/", views_partner.fill, name="link_fill"),
    path(f"{LINK}do/<slug:act>/", views_partner.do, name="link_do"),
    path("office/workdays/", views_calendar.years, name="workdays"),
    path("office/data_requests/new/", views.new, name="new"),
    path(REQUEST, views.card, name="request"),
    path(f"{REQUEST}words/", views.change, name="change"),
    path(f"{REQUEST}recipients/", views.recipients, name="recipients"),
    path(f"{REQUEST}do/<slug:act>/", views.do, name="do"),
    path(f"{REQUEST}summary/", views.summary, name="summary"),
    path(f"{REQUEST}summary.xlsx", views.summary_file, name="summary_file"),
    path(ANSWER, views_answers.answer, name="answer"),
    path(f"{ANSWER}fill/<str:section>/", views_answers.fill, name="fill"),
    path(f"{ANSWER}do/<slug:act>/", views_answers.do, name="answer_do"),
    path(f"{ANSWER}extend/", views_answers.extend, name="extend"),
    path(f"{ANSWER}letter.docx", views_answers.letter, name="letter"),
    path(f"{ANSWER}answer.xlsx", views_answers.workbook, name="workbook"),
]
