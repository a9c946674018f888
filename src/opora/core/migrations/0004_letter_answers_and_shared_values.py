"""Letters name the question they ask; counts of rate limits are shared by all web processes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0003_append_only_for_good")]
    operations = [
        migrations.AddField(
            model_name="letter",
            name="answer",
            field=models.CharField(blank=True, db_default="", default="", max_length=60, verbose_name="вопрос"),
        ),
        migrations.CreateModel(
            name="SharedValue",
            fields=[
                ("key", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("count", models.IntegerField(db_default=0, default=0)),
                ("value", models.JSONField(null=True)),
                ("expires_at", models.DateTimeField(db_index=True)),
            ],
            options={"db_table": "shared_value"},
        ),
        migrations.RunSQL("ALTER TABLE shared_value SET UNLOGGED", migrations.RunSQL.noop),
    ]
