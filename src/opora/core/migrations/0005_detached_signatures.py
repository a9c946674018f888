"""Electronic signatures beside the documents that they sign (K9)."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from opora.core.history import track


class Migration(migrations.Migration):
    dependencies = [("core", "0004_letter_answers_and_shared_values")]
    operations = [
        migrations.CreateModel(
            name="DetachedSignature",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("signer", models.CharField(max_length=200, verbose_name="кто подписал")),
                ("added_by_id", models.BigIntegerField(null=True, verbose_name="кто приложил")),
                ("added_by_name", models.CharField(blank=True, max_length=300, verbose_name="имя приложившего")),
                (
                    "added_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="когда"),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="signatures", to="core.storedfile"
                    ),
                ),
                (
                    "file",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="signature_of", to="core.storedfile"
                    ),
                ),
            ],
            options={
                "verbose_name": "электронная подпись",
                "verbose_name_plural": "электронные подписи",
                "db_table": "detached_signature",
                "ordering": ["added_at", "id"],
            },
        ),
        track("detached_signature"),
    ]
