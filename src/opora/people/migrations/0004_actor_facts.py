"""What an actor is made of, in one read."""

from django.db import migrations

from opora.people import sql_actor


class Migration(migrations.Migration):
    dependencies = [("people", "0003_consent_texts")]
    operations = [migrations.RunSQL(sql_actor.CREATE_ACTOR, sql_actor.DROP_ACTOR)]
