"""Change history of refunds and certificates; what is issued, paid or undone never changes."""

from django.db import migrations

from opora.core.history import append_only, track

from opora.settlement import sql_family


class Migration(migrations.Migration):
    dependencies = [("core", "0002_history"), ("settlement", "0006_family_refunds_and_tax")]
    operations = [
        track("family_refund", "family_payment_undo", "tax_certificate", "tax_certificate_line"),
        append_only("family_payment_undo"),
        migrations.RunSQL(sql_family.FREEZE, sql_family.THAW),
    ]
