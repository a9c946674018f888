"""Change history of this room's records; what was sent never changes."""

from django.db import migrations

from opora.core.history import track


class Migration(migrations.Migration):
    dependencies = [("core", "0002_history"), ("surveys", "0001_initial")]
    operations = [track("form_template", "form_version", "form_answer", "form_cell", "form_answer_version")]
