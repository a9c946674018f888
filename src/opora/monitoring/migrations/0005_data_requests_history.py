"""Change history of requests and answers."""

from django.db import migrations

from opora.core.history import track


class Migration(migrations.Migration):
    dependencies = [("core", "0002_history"), ("monitoring", "0004_data_requests")]
    operations = [track("data_request", "data_request_answer")]
