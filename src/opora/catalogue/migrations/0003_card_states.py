"""States of result cards in one call with a kept plan."""

from django.db import migrations

from opora.catalogue import sql_cards


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0002_history"), ("providers", "0002_history")]
    operations = [migrations.RunSQL(sql_cards.CREATE_STATES, sql_cards.DROP_STATES)]
