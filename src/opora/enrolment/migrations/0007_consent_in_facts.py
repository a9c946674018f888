"""The consent is read with everything else that eligibility looks at, in the kept plan."""

from django.db import migrations

from opora.enrolment import sql_facts


class Migration(migrations.Migration):
    dependencies = [("enrolment", "0006_accepted_text")]
    operations = [migrations.RunSQL(sql_facts.DROP_FACTS + sql_facts.CREATE_FACTS, migrations.RunSQL.noop)]
