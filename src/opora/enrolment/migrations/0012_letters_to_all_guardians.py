"""That an application was taken or waits is told to every living guardian, not to whoever entered it."""

from django.db import migrations

from opora.enrolment import sql_take

AGAIN = sql_take.CREATE_TAKE.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")


class Migration(migrations.Migration):
    dependencies = [("enrolment", "0011_rollover_history"), ("people", "0004_actor_facts")]
    operations = [migrations.RunSQL(AGAIN, migrations.RunSQL.noop)]
