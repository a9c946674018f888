"""Addresses of the family's enrolment: applying, applications, contracts, timetable, calendars."""

from __future__ import annotations

from django.urls import path

from opora.enrolment import views_cabinet as views
from opora.enrolment import views_cabinet_apply as applying
from opora.enrolment import views_cabinet_contract as contracts
from opora.enrolment import views_cabinet_rollover as rollover
from opora.enrolment import views_cabinet_talk as talk
from opora.enrolment import views_cabinet_timetable as timetable

app_name = "enrolment_cabinet"
APPLICATION = "cabinet/applications/<uuid:public_id>/"
CONTRACT = "cabinet/contracts/<uuid:public_id>/"
CHILD = "cabinet/children/<uuid:public_id>/"
urlpatterns = [
    path("cabinet/apply/", applying.apply, name="apply"),
    path("cabinet/applications/", views.applications, name="applications"),
    path(APPLICATION, views.application, name="application"),
    path(f"{APPLICATION}withdraw/", views.withdraw, name="withdraw"),
    path(f"{APPLICATION}answer/", views.answer_place, name="answer_place"),
    path(f"{APPLICATION}leave/", views.leave, name="leave"),
    path(CONTRACT, contracts.contract, name="contract"),
    path(f"{CONTRACT}print/", contracts.print_contract, name="contract_print"),
    path(f"{CONTRACT}accept/", contracts.accept, name="accept"),
    path(f"{CONTRACT}prolong/", contracts.prolong, name="prolong"),
    path(f"{CONTRACT}terminate/", contracts.terminate, name="terminate"),
    path("cabinet/timetable/", timetable.timetable, name="timetable"),
    path(f"{CHILD}timetable/", timetable.child_timetable, name="child_timetable"),
    path(f"{CHILD}calendar/", timetable.child_calendar, name="child_calendar"),
    path(f"{CHILD}safety/", timetable.safety, name="safety"),
    path(f"{CHILD}absence/", talk.absence, name="absence"),
    path(f"{CHILD}absence/<uuid:key>/withdraw/", talk.withdraw_absence, name="absence_withdraw"),
    path("cabinet/next-year/<uuid:public_id>/", rollover.next_year, name="next_year"),
    path("cabinet/group-messages/<uuid:public_id>/", talk.message, name="group_message"),
    path("cabinet/group-messages/<uuid:public_id>/file/", talk.message_file, name="group_message_file"),
    path("calendar/<uuid:key>.ics", timetable.feed, name="feed"),
]
