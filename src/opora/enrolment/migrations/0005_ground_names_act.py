"""Grounds of refusals name the act that approved the period: kind, date, number, title."""

from django.db import migrations

from opora.enrolment import sql_facts


class Migration(migrations.Migration):
    dependencies = [("enrolment", "0004_quick_applications"), ("territory", "0001_initial")]
    operations = [
        migrations.RunSQL([sql_facts.DROP_FACTS, sql_facts.CREATE_FACTS], migrations.RunSQL.noop),
    ]
