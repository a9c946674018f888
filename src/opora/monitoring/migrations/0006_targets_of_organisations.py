"""Target values of organisations, with their basis; those that follow from concepts are marked."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('monitoring', '0005_data_requests_history'),
        ('providers', '0003_inventory'),
        ('territory', '0003_legal_act_publications'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='indicatortarget',
            options={'ordering': ['due', 'code', 'id'], 'verbose_name': 'целевое значение', 'verbose_name_plural': 'целевые значения'},
        ),
        migrations.RemoveConstraint(
            model_name='indicatortarget',
            name='indicator_target_unique',
        ),
        migrations.AddField(
            model_name='indicatortarget',
            name='act',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='territory.legalact', verbose_name='правовой акт'),
        ),
        migrations.AddField(
            model_name='indicatortarget',
            name='by_concept',
            field=models.BooleanField(db_default=False, default=False, editable=False, verbose_name='из концепции'),
        ),
        migrations.AddField(
            model_name='indicatortarget',
            name='is_active',
            field=models.BooleanField(db_default=True, default=True, verbose_name='действует'),
        ),
        migrations.AddField(
            model_name='indicatortarget',
            name='organisation',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='providers.organisation', verbose_name='организация'),
        ),
        migrations.AlterField(
            model_name='indicatortarget',
            name='municipality',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='territory.municipality', verbose_name='муниципалитет'),
        ),
        migrations.AlterField(
            model_name='indicatortarget',
            name='source',
            field=models.CharField(blank=True, max_length=300, verbose_name='основание'),
        ),
        migrations.AddConstraint(
            model_name='indicatortarget',
            constraint=models.UniqueConstraint(fields=('due', 'code', 'municipality', 'organisation', 'by_concept'), name='indicator_target_unique', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='indicatortarget',
            constraint=models.CheckConstraint(condition=models.Q(('value__gte', 0)), name='indicator_target_value'),
        ),
        migrations.RunSQL(
            "UPDATE indicator_target SET by_concept = true WHERE source LIKE 'Концепция: %'", migrations.RunSQL.noop
        ),
    ]
