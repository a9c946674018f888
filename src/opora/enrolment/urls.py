"""Office addresses of enrolment. Included at the root, before the registers."""

from __future__ import annotations

from django.urls import path

from opora.enrolment import views_office as applications
from opora.enrolment import views_office_desk as desk
from opora.enrolment import views_office_groups as groups
from opora.enrolment import views_office_journal as journal
from opora.enrolment import views_office_messages as messages
from opora.enrolment import views_office_orders as orders
from opora.enrolment import views_office_papers as papers
from opora.enrolment import views_office_signatures as signatures
from opora.enrolment import views_rollover as rollover
from opora.enrolment import views_rollover_rows as rollover_rows

app_name = "enrolment"
APPLICATION = "office/applications/<uuid:key>/"
GROUP = "office/groups/<int:pk>/"
TEMPLATES = "office/orders/templates/<int:organisation>/"
ROLLOVER = "office/rollovers/<int:pk>/"
urlpatterns = [
    path("office/applications/confirm/", applications.confirm_picked, name="confirm_picked"),
    path("office/applications/refuse/", applications.refuse, name="refuse"),
    path("office/applications/new/", desk.desk, name="desk"),
    path(APPLICATION, applications.application, name="application"),
    path(f"{APPLICATION}priority/", applications.prioritise, name="prioritise"),
    path(f"{APPLICATION}prolong/", applications.prolong, name="prolong"),
    path(f"{APPLICATION}terminate/", applications.terminate, name="terminate"),
    path(f"{APPLICATION}contract.txt", signatures.contract_text, name="contract_text"),
    path(f"{APPLICATION}signatures/", signatures.sign_contract, name="sign_contract"),
    path(f"{APPLICATION}signatures/<int:signature>/", signatures.contract_signature, name="contract_signature"),
    *(
        path(f"{APPLICATION}{step}/", applications.act, {"step": step}, name=f"application_{step}")
        for step in ("confirm", "enrol", "leave")
    ),
    path(f"{GROUP}work/", groups.group, name="group"),
    path(f"{GROUP}capacity/", groups.capacity, name="capacity"),
    path(f"{GROUP}open/", groups.open_close, {"step": "open"}, name="group_open"),
    path(f"{GROUP}close/", groups.open_close, {"step": "close"}, name="group_close"),
    path(f"{GROUP}list/", desk.bulk_list, name="bulk_list"),
    path(f"{GROUP}journal/", journal.month, name="month"),
    path(f"{GROUP}messages/", messages.group_messages, name="messages"),
    path(f"{GROUP}messages/<int:message>/", messages.group_message, name="message"),
    path(f"{GROUP}messages/<int:message>/file/", messages.message_file, name="message_file"),
    path(f"{GROUP}papers/<slug:kind>.pdf", papers.group_paper, name="group_paper"),
    path("office/journal/", journal.journal, name="journal"),
    path("office/journal/<int:pk>/", journal.lesson, name="lesson"),
    path("office/enrolments/<int:pk>/study.pdf", papers.study_paper, name="study_paper"),
    path("office/enrolments/<int:pk>/safety/", papers.safety, name="safety"),
    path("office/orders/new/", orders.order_new, name="order_new"),
    path("office/orders/new/<int:organisation>/<slug:kind>/", orders.order_lines, name="order_lines"),
    path("office/orders/templates/", orders.templates, name="templates"),
    path(TEMPLATES, orders.templates, name="templates_of"),
    path(f"{TEMPLATES}<slug:kind>/", orders.templates, name="template_change"),
    path(f"{TEMPLATES}<slug:kind>/file.docx", orders.template_file, name="template_file"),
    path("office/orders/<int:pk>/", orders.order, name="order"),
    path("office/orders/<int:pk>/delete/", orders.order_delete, name="order_delete"),
    path("office/orders/<int:pk>/file.docx", orders.order_file, name="order_file"),
    path("office/orders/<int:pk>/signatures/", signatures.sign_order, name="sign_order"),
    path("office/orders/<int:pk>/signatures/<int:signature>/", signatures.order_signature, name="order_signature"),
    path("office/rollovers/new/", rollover.rollover_new, name="rollover_new"),
    path(ROLLOVER, rollover.rollover, name="rollover"),
    path(f"{ROLLOVER}settle/", rollover.settle, name="rollover_settle"),
    path(f"{ROLLOVER}ask/", rollover.ask, name="rollover_ask"),
    path(f"{ROLLOVER}start/", rollover.start, name="rollover_start"),
    path(f"{ROLLOVER}cancel/", rollover.cancel, name="rollover_cancel"),
    path(f"{ROLLOVER}refresh/", rollover.refresh, name="rollover_refresh"),
    path(f"{ROLLOVER}again/", rollover.again, name="rollover_again"),
    path(f"{ROLLOVER}outcome.xlsx", rollover.outcome, name="rollover_outcome"),
    path("office/rollover_groups/<int:pk>/", rollover_rows.rollover_group, name="rollover_group"),
    *(
        path(f"office/rollover_groups/{plan}/", rollover_rows.plan_picked, {"plan": plan}, name=f"rollover_plan_{plan}")
        for plan in ("next_module", "next_group", "ends")
    ),
    *(
        path(
            f"office/rollover_learners/{deed}/", rollover_rows.learners_picked, {"deed": deed}, name=f"rollover_{deed}"
        )
        for deed in rollover_rows.LEARNER_ACTS
    ),
]
