"""The one function that records a movement of a certificate and changes its totals."""

from django.db import migrations

from opora.certificates import ledger_sql


class Migration(migrations.Migration):
    dependencies = [("certificates", "0002_history"), ("core", "0002_history")]
    operations = [migrations.RunSQL(ledger_sql.CREATE_POST, ledger_sql.DROP_POST)]
