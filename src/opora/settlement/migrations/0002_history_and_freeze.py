"""Change history of settlement; issued documents, signed terms and orders never change."""

from django.db import migrations

from opora.core.history import track

from opora.settlement import sql_freeze


class Migration(migrations.Migration):
    dependencies = [("core", "0002_history"), ("settlement", "0001_initial")]
    operations = [
        track("payer_profile", "agreement_terms", "settlement_document", "payment_order", "bank_statement",
            "anomaly_decision", "municipal_assignment", "centre_expense"),
        migrations.RunSQL(sql_freeze.CREATE, sql_freeze.DROP),
    ]
