"""Partners answer requests by the link of a letter; exactly one of centre, organisation, partner answers."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('methodics', '0001_initial'),
        ('monitoring', '0007_request_extensions'),
        ('providers', '0005_staff_for_statistics'),
        ('surveys', '0002_history'),
        ('territory', '0003_legal_act_publications'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='datarequestanswer',
            name='data_request_answer_by_one',
        ),
        migrations.AddField(
            model_name='datarequest',
            name='picked_partners',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), blank=True, default=list, size=None, verbose_name='каким партнёрам'),
        ),
        migrations.AddField(
            model_name='datarequestanswer',
            name='answered_by',
            field=models.CharField(blank=True, db_default='', default='', max_length=600, verbose_name='кто ответил'),
        ),
        migrations.AddField(
            model_name='datarequestanswer',
            name='partner',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='methodics.partner', verbose_name='партнёр'),
        ),
        migrations.AddConstraint(
            model_name='datarequestanswer',
            constraint=models.UniqueConstraint(condition=models.Q(('partner__isnull', False)), fields=('request', 'partner'), name='data_request_answer_partner'),
        ),
        migrations.AddConstraint(
            model_name='datarequestanswer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('centre__isnull', False), ('organisation__isnull', True), ('partner__isnull', True)), models.Q(('centre__isnull', True), ('organisation__isnull', False), ('partner__isnull', True)), models.Q(('centre__isnull', True), ('organisation__isnull', True), ('partner__isnull', False)), _connector='OR'), name='data_request_answer_by_one'),
        ),
    ]
