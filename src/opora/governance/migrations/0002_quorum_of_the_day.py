"""A meeting keeps the quorum of its day."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("governance", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="meeting",
            name="quorum_then",
            field=models.PositiveSmallIntegerField(editable=False, null=True, verbose_name="кворум тогда, %"),
        ),
        migrations.RunSQL(
            "UPDATE meeting m SET quorum_then = c.quorum FROM council c WHERE c.id = m.council_id AND m.state <> 'planned'",
            migrations.RunSQL.noop,
        ),
    ]
