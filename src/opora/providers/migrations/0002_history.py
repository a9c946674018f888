"""Change history of this room's records."""

from django.db import migrations

from opora.core.history import track


class Migration(migrations.Migration):
    dependencies = [("core", "0002_history"), ("providers", "0001_initial")]
    operations = [
        track(
            "organisation", "organisation_function", "served_organisation", "venue", "staff", "signatory"
        ),
    ]
