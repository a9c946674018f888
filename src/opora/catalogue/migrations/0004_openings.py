"""Openings of enrolment and the groups that they open."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from opora.core.history import track


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0003_card_states'),
        ('providers', '0002_history'),
        ('territory', '0002_history'),
    ]

    operations = [
        migrations.CreateModel(
            name='EnrolmentOpening',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, verbose_name='название')),
                ('opens_at', models.DateTimeField(verbose_name='запись откроется')),
                ('focus_area', models.CharField(blank=True, choices=[('artistic', 'Художественная'), ('technical', 'Техническая'), ('tourism', 'Туристско-краеведческая'), ('natural_science', 'Естественнонаучная'), ('social_humanitarian', 'Социально-гуманитарная'), ('sport', 'Физкультурно-спортивная')], max_length=20, verbose_name='только направленность')),
                ('note', models.TextField(blank=True, max_length=2000, verbose_name='что важно знать семье')),
                ('state', models.CharField(choices=[('draft', 'Готовится'), ('announced', 'Объявлена'), ('open', 'Идёт'), ('finished', 'Завершена')], default='draft', max_length=10, verbose_name='состояние')),
                ('finished_at', models.DateTimeField(blank=True, null=True, verbose_name='завершена')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='создана')),
                ('municipality', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='territory.municipality', verbose_name='муниципалитет')),
                ('organisation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='providers.organisation', verbose_name='только организация')),
            ],
            options={
                'verbose_name': 'открытие записи',
                'verbose_name_plural': 'открытия записи',
                'db_table': 'enrolment_opening',
                'ordering': ['-opens_at', '-id'],
            },
        ),
        migrations.AddField(
            model_name='group',
            name='opening',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='groups', to='catalogue.enrolmentopening', verbose_name='открытие записи'),
        ),
        migrations.AddConstraint(
            model_name='enrolmentopening',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('finished_at__isnull', False), ('state', 'finished')), models.Q(models.Q(('state', 'finished'), _negated=True), ('finished_at__isnull', True)), _connector='OR'), name='enrolment_opening_finished'),
        ),
        track("enrolment_opening"),
    ]
