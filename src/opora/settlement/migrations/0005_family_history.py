"""Change history of the families' money; a charge that is made never changes."""

from django.db import migrations

from opora.core.history import track

from opora.settlement import sql_charges


class Migration(migrations.Migration):
    dependencies = [("core", "0002_history"), ("settlement", "0004_family_charges")]
    operations = [
        track("personal_account", "family_charge", "payment_register", "family_payment"),
        migrations.RunSQL(sql_charges.FREEZE, sql_charges.THAW),
    ]
