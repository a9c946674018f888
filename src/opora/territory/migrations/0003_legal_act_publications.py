"""Legal acts: publications elsewhere, the key by which near-equal acts are found (A6)."""

import django.db.models.deletion
from django.db import migrations, models

from opora.core.history import track
from opora.territory.rules import act_key


def fill(apps, schema_editor):
    acts = apps.get_model("territory", "LegalAct")
    for act in acts.objects.all().iterator():
        act.match_key = act_key(act.number, act.issuer)
        act.save(update_fields=["match_key"])


class Migration(migrations.Migration):
    dependencies = [("core", "0002_history"), ("territory", "0002_history")]
    operations = [
        migrations.AddField(
            model_name="legalact",
            name="must_publish",
            field=models.BooleanField(default=True, verbose_name="подлежит публикации"),
        ),
        migrations.AddField(
            model_name="legalact",
            name="match_key",
            field=models.CharField(
                blank=True, db_index=True, default="", editable=False, max_length=300, verbose_name="для сличения"
            ),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="legalact",
            name="replaced_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="replaces",
                to="territory.legalact",
                verbose_name="заменён актом",
            ),
        ),
        migrations.CreateModel(
            name="ActPublication",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("site", models.CharField(max_length=200, verbose_name="где опубликован")),
                ("url", models.URLField(blank=True, max_length=500, verbose_name="адрес страницы")),
                ("date", models.DateField(verbose_name="дата публикации")),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="publications",
                        to="territory.legalact",
                        verbose_name="акт",
                    ),
                ),
            ],
            options={
                "verbose_name": "публикация акта",
                "verbose_name_plural": "публикации актов",
                "db_table": "act_publication",
                "ordering": ["-date", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("act", "site", "date"), name="act_publication_unique")
                ],
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        track("act_publication"),
    ]
