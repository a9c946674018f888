"""An invitation names learning groups: ages and hours are those of the group, not of the programme."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('outreach', '0002_history'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='invitation',
            name='programmes',
        ),
        migrations.AddField(
            model_name='invitation',
            name='groups',
            field=models.JSONField(blank=True, default=list, editable=False, verbose_name='предложенные группы'),
        ),
    ]
