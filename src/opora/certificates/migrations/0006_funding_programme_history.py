"""Change history of rates and coefficients; remarks, decisions and calculations only grow.

Variants of a simulation are thrown away at will and are not part of the history.
"""

from django.db import migrations

from opora.core.history import append_only, track


class Migration(migrations.Migration):
    dependencies = [("core", "0002_history"), ("certificates", "0005_funding_programme_parts")]
    operations = [
        track("funding_rate", "funding_coefficient"),
        append_only("period_remark", "normative_cost", "register_decision"),
    ]
