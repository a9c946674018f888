"""Change history of changes of school year."""

from django.db import migrations

from opora.core.history import track


class Migration(migrations.Migration):
    dependencies = [("core", "0002_history"), ("enrolment", "0010_rollover")]
    operations = [track("rollover", "rollover_group", "rollover_learner")]
