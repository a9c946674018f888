"""Change history of this room's records."""

from django.db import migrations

from opora.core.history import track


class Migration(migrations.Migration):
    dependencies = [("core", "0002_history"), ("enrolment", "0001_initial")]
    operations = [
        track(
            "application", "contract", "enrolment", "enrolment_order", "enrolment_order_line", "lesson", "attendance", "safety_card", "order_template"
        ),
    ]
