"""Change history of this room's records."""

from django.db import migrations

from opora.core.history import track


class Migration(migrations.Migration):
    dependencies = [("core", "0002_history"), ("monitoring", "0001_initial")]
    operations = [
        track(
            "indicator_target", "indicator_snapshot"
        ),
    ]
