"""Append-only tables open for an act of erasure alone; history in partitions by month."""

import django.contrib.postgres.fields
import django.db.models.functions.datetime
from django.db import migrations, models

from opora.core import history_guard


class Migration(migrations.Migration):
    dependencies = [("core", "0002_history")]
    operations = [
        migrations.CreateModel(
            name="ErasureAct",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("table", models.CharField(max_length=63, verbose_name="таблица")),
                ("kind", models.CharField(max_length=60, verbose_name="вид объекта")),
                ("object_id", models.BigIntegerField(verbose_name="номер объекта")),
                (
                    "keys",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), size=None, verbose_name="что удалено"
                    ),
                ),
                ("ground", models.CharField(max_length=300, verbose_name="основание")),
                ("account_id", models.BigIntegerField(null=True, verbose_name="кто")),
                ("sha256", models.CharField(max_length=64, verbose_name="хэш удалённого")),
                ("transaction", models.CharField(max_length=20, verbose_name="транзакция")),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="когда")),
            ],
            options={
                "verbose_name": "акт удаления",
                "verbose_name_plural": "акты удаления",
                "db_table": "erasure_act",
                "indexes": [models.Index(fields=["object_id", "transaction"], name="erasure_act_object")],
            },
        ),
        migrations.RunSQL(history_guard.GUARD + history_guard.PARTITIONS, history_guard.UNDO),
        migrations.AddConstraint(
            model_name="savedfilter",
            constraint=models.UniqueConstraint(
                fields=["account_id", "register", "name"], name="saved_filter_unique"
            ),
        ),
        # traces kept before may hold values
        migrations.RunSQL("UPDATE job SET error = 'trace removed' WHERE error <> ''", migrations.RunSQL.noop),
        migrations.RunSQL(
            f"SELECT history_make_partitions({history_guard.MONTHS_AHEAD})", migrations.RunSQL.noop
        ),
    ]
