"""Change history of this room's records."""

from django.db import migrations

from opora.core.history import track


class Migration(migrations.Migration):
    dependencies = [("core", "0002_history"), ("territory", "0001_initial")]
    operations = [
        track(
            "region", "municipality", "locality", "centre", "centre_service", "population", "legal_act"
        ),
    ]
