"""Addresses of people: cabinet, merge queue, entrance pages. Included at the root."""

from __future__ import annotations

from django.urls import path

from opora.people import views, views_answers, views_cabinet, views_merge

app_name = "people"
CHILD = "cabinet/children/<uuid:public_id>/"
urlpatterns = [
    path("home/", views.home, name="home"),
    path("consents/<slug:kind>/", views.consent_text, name="consent_text"),
    path("answers/<str:token>/", views_answers.by_link, name="answer"),
    path("demo/mail/", views.demo_mail, name="demo_mail"),
    path("demo/mail/<int:pk>/", views.demo_letter, name="demo_letter"),
    path("office/personal-session/", views.personal_session, name="personal_session"),
    path("office/merge/", views_merge.merge_list, name="merge_list"),
    path("office/merge/<int:pk>/", views_merge.merge_task, name="merge_task"),
    path("cabinet/", views_cabinet.children, name="children"),
    path("cabinet/messages/", views_cabinet.messages_page, name="messages"),
    path("cabinet/profile/", views_cabinet.profile, name="profile"),
    path("cabinet/children/add/", views_cabinet.add_who, name="add_who"),
    path("cabinet/children/add/where/", views_cabinet.add_where, name="add_where"),
    path("cabinet/children/add/check/", views_cabinet.add_check, name="add_check"),
    path(CHILD, views_cabinet.child, name="child"),
    path(f"{CHILD}edit/", views_cabinet.edit_child, name="edit_child"),
    path(f"{CHILD}consents/", views_cabinet.consents, name="consents"),
    path(f"{CHILD}consents/<int:pk>/withdraw/", views_cabinet.withdraw_consent, name="withdraw_consent"),
    path(f"{CHILD}categories/", views_cabinet.categories, name="categories"),
    path(f"{CHILD}categories/<slug:code>/remove/", views_cabinet.remove_category, name="remove_category"),
    path(f"{CHILD}guardians/", views_cabinet.guardians, name="guardians"),
    path(f"{CHILD}journal/", views_cabinet.journal, name="journal"),
]
