"""What is frozen in settlement opens for no setting of a session."""

from django.db import migrations

from opora.settlement import sql_freeze


class Migration(migrations.Migration):
    dependencies = [("settlement", "0002_history_and_freeze")]
    operations = [migrations.RunSQL(sql_freeze.CLOSE, migrations.RunSQL.noop)]
