"""Change history of this room's records."""

from django.db import migrations

from opora.core.history import track


class Migration(migrations.Migration):
    dependencies = [("core", "0002_history"), ("catalogue", "0001_initial")]
    operations = [
        track(
            "activity_direction", "focus_area_mapping", "programme", "programme_revision", "moderation_remark", "module", "learning_group", "slot", "lesson_exception"
        ),
    ]
