"""Needs of the forecast behind items of plans."""

import django.db.models.deletion
from django.db import migrations, models

from opora.core.history import track


class Migration(migrations.Migration):

    dependencies = [
        ('planning', '0002_history'),
        ('territory', '0003_legal_act_publications'),
    ]

    operations = [
        migrations.CreateModel(
            name='ForecastNeed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('focus_area', models.CharField(choices=[('artistic', 'Художественная'), ('technical', 'Техническая'), ('tourism', 'Туристско-краеведческая'), ('natural_science', 'Естественнонаучная'), ('social_humanitarian', 'Социально-гуманитарная'), ('sport', 'Физкультурно-спортивная')], max_length=20, verbose_name='направленность')),
                ('year', models.PositiveSmallIntegerField(verbose_name='к году')),
                ('counted_on', models.DateField(verbose_name='прогноз на дату')),
                ('needed', models.PositiveIntegerField(verbose_name='нужно мест')),
                ('places', models.PositiveIntegerField(verbose_name='есть мест')),
                ('groups', models.PositiveIntegerField(verbose_name='нужно групп')),
                ('basis', models.JSONField(verbose_name='из чего посчитано')),
                ('item', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='need', to='planning.planitem', verbose_name='пункт')),
                ('locality', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='territory.locality', verbose_name='населённый пункт')),
                ('municipality', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='territory.municipality', verbose_name='муниципалитет')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='needs', to='planning.plan', verbose_name='план')),
            ],
            options={
                'verbose_name': 'потребность из прогноза',
                'verbose_name_plural': 'потребности из прогноза',
                'db_table': 'plan_forecast_need',
                'ordering': ['plan', 'item'],
                'constraints': [models.UniqueConstraint(fields=('plan', 'municipality', 'locality', 'focus_area'), name='plan_forecast_need_once', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('groups__gt', 0)), name='plan_forecast_need_groups')],
            },
        ),
        track("plan_forecast_need"),
    ]
