"""The change history table, its trigger function, the append-only guard."""

from django.db import migrations

from opora.core import history


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]
    operations = [migrations.RunSQL(history.CREATE, history.DROP)]
