"""Functions of the hot path: facts in one read, place, contract and money in one write."""

from django.db import migrations

from opora.enrolment import sql_facts, sql_month, sql_take


class Migration(migrations.Migration):
    dependencies = [
        ("enrolment", "0002_history"),
        ("certificates", "0003_ledger"),
        ("catalogue", "0002_history"),
        ("people", "0002_history"),
    ]
    operations = [
        migrations.RunSQL(sql_facts.CREATE_FACTS, sql_facts.DROP_FACTS),
        migrations.RunSQL(sql_take.CREATE_TAKE, sql_take.DROP_TAKE),
        migrations.RunSQL(sql_month.CREATE_TURN, sql_month.DROP_TURN),
    ]
