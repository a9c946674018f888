"""Roles hold from their day's beginning in the east of the country to its end in the west."""

from django.db import migrations

from opora.people import sql_actor


class Migration(migrations.Migration):
    dependencies = [("people", "0004_actor_facts")]
    operations = [migrations.RunSQL(sql_actor.REPLACE_ACTOR, migrations.RunSQL.noop)]
