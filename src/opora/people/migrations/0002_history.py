"""Change history of this room's records."""

from django.db import migrations

from opora.core.history import track


class Migration(migrations.Migration):
    dependencies = [("core", "0002_history"), ("people", "0001_initial")]
    operations = [
        track(
            "account", "role_assignment", "child", "guardianship", "child_category", "consent", "merge_task", "api_token"
        ),
    ]
