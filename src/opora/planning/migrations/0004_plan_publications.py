"""Where approved plans were published."""

import django.db.models.deletion
from django.db import migrations, models

from opora.core.history import track


class Migration(migrations.Migration):

    dependencies = [
        ('planning', '0003_forecast_needs'),
    ]

    operations = [
        migrations.CreateModel(
            name='PlanPublication',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('site', models.CharField(max_length=200, verbose_name='где опубликован')),
                ('url', models.URLField(blank=True, max_length=500, verbose_name='адрес страницы')),
                ('date', models.DateField(verbose_name='дата публикации')),
                ('version', models.PositiveSmallIntegerField(default=1, verbose_name='версия')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='publications', to='planning.plan', verbose_name='план')),
            ],
            options={
                'verbose_name': 'публикация плана',
                'verbose_name_plural': 'публикации планов',
                'db_table': 'plan_publication',
                'ordering': ['-date', '-id'],
                'constraints': [models.UniqueConstraint(fields=('plan', 'version', 'site', 'date'), name='plan_publication_unique'), models.CheckConstraint(condition=models.Q(('version__gt', 0)), name='plan_publication_version')],
            },
        ),
        track("plan_publication"),
    ]
