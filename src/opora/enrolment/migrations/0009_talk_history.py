"""Change history of messages to groups and of notices of absence."""

from django.db import migrations

from opora.core.history import track


class Migration(migrations.Migration):
    dependencies = [("core", "0002_history"), ("enrolment", "0008_messages_and_absences")]
    operations = [track("group_message", "absence_notice")]
