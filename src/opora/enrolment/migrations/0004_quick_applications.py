"""The road of an application in fewer, steadier statements: card in one read, plans that suit empty and full tables."""

import django.db.models.deletion
from django.db import migrations, models

from opora.enrolment import sql_card, sql_facts, sql_take

AGAIN = sql_facts.DROP_FACTS + sql_facts.CREATE_FACTS + sql_take.CREATE_TAKE.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0003_card_states"),
        ("certificates", "0003_ledger"),
        ("enrolment", "0003_place_take"),
        ("people", "0004_actor_facts"),
        ("providers", "0002_history"),
    ]

    operations = [
        migrations.RunSQL(AGAIN, migrations.RunSQL.noop),
        migrations.RunSQL(sql_card.CREATE_CARD, sql_card.DROP_CARD),
        migrations.RemoveIndex(
            model_name="application",
            name="application_child_i_000701_idx",
        ),
        migrations.AlterField(
            model_name="application",
            name="group",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="applications",
                to="catalogue.group",
                verbose_name="группа",
            ),
        ),
        migrations.AlterField(
            model_name="application",
            name="organisation",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                to="providers.organisation",
                verbose_name="организация",
            ),
        ),
        migrations.AlterField(
            model_name="contract",
            name="certificate",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="contracts",
                to="certificates.certificate",
                verbose_name="сертификат",
            ),
        ),
        migrations.AlterField(
            model_name="contract",
            name="organisation",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                to="providers.organisation",
                verbose_name="организация",
            ),
        ),
        migrations.AlterField(
            model_name="contract",
            name="programme",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                to="catalogue.programme",
                verbose_name="программа",
            ),
        ),
        migrations.AlterField(
            model_name="contractmonth",
            name="contract",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="months",
                to="enrolment.contract",
            ),
        ),
    ]
