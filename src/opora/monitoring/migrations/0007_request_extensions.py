"""Terms of single answerers, extended with a reason."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from opora.core.history import track


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0002_history"),
        ("monitoring", "0006_targets_of_organisations"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="datarequestanswer",
            name="due",
            field=models.DateField(blank=True, null=True, verbose_name="срок"),
        ),
        migrations.AddField(
            model_name="datarequestanswer",
            name="due_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="просрочен с"),
        ),
        migrations.RunSQL(
            "UPDATE data_request_answer a SET due = r.due, due_at = r.due_at FROM data_request r WHERE r.id = a.request_id",
            migrations.RunSQL.noop,
        ),
        migrations.CreateModel(
            name="DataRequestExtension",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("due_before", models.DateField(verbose_name="прежний срок")),
                ("due", models.DateField(verbose_name="новый срок")),
                ("reason", models.CharField(max_length=500, verbose_name="почему")),
                (
                    "made_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="когда"
                    ),
                ),
                (
                    "answer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="extensions",
                        to="monitoring.datarequestanswer",
                        verbose_name="ответ",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "продление срока",
                "verbose_name_plural": "продления сроков",
                "db_table": "data_request_extension",
                "ordering": ["made_at", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("due__gt", models.F("due_before"))), name="data_request_extension_later"
                    )
                ],
            },
        ),
        track("data_request_extension"),
    ]
