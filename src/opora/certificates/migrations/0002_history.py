"""Change history of this room's records and its append-only tables."""

from django.db import migrations

from opora.core.history import append_only, track


class Migration(migrations.Migration):
    dependencies = [("core", "0002_history"), ("certificates", "0001_initial")]
    operations = [
        track(
            "funding_programme", "funding_period", "certificate_group", "focus_area_limit", "programme_limit", "payment_agreement", "programme_register_entry", "certificate", "funding_queue"
        ),
        append_only("certificate_entry", "period_amendment"),
    ]
