"""Change history of statistics forms."""

from django.db import migrations

from opora.core.history import track


class Migration(migrations.Migration):
    dependencies = [("core", "0002_history"), ("reporting", "0002_statistics")]
    operations = [track("statistics_form")]
