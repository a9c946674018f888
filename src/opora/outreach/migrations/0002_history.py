"""Change history of class lists."""

from django.db import migrations

from opora.core.history import track


class Migration(migrations.Migration):
    dependencies = [("core", "0002_history"), ("outreach", "0001_class_lists")]
    operations = [track("class_list", "pupil", "pupil_match", "invitation")]
