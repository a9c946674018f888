"""Refunds to families, matches undone, certificates for the tax office; what was refunded stands on the account."""

import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0004_openings'),
        ('enrolment', '0009_talk_history'),
        ('people', '0005_roles_lose_no_hour'),
        ('providers', '0002_history'),
        ('settlement', '0005_family_history'),
        ('territory', '0002_history'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='FamilyRefund',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='открытый номер')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=12, verbose_name='сумма')),
                ('state', models.CharField(choices=[('asked', 'Ждёт решения'), ('approved', 'К выплате'), ('paid', 'Выплачен'), ('refused', 'Отказано'), ('withdrawn', 'Отозван')], default='asked', max_length=9, verbose_name='состояние')),
                ('begun_by', models.CharField(choices=[('family', 'Семья'), ('provider', 'Организация')], max_length=8, verbose_name='кто начал')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='почему')),
                ('recipient', models.CharField(max_length=200, verbose_name='получатель')),
                ('bank_account', models.CharField(max_length=20, verbose_name='счёт получателя')),
                ('bank_bik', models.CharField(max_length=9, verbose_name='БИК')),
                ('asked_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='запрошен')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='решено')),
                ('remarks', models.CharField(blank=True, max_length=300, verbose_name='причина отказа')),
                ('order_number', models.CharField(blank=True, max_length=20, verbose_name='номер поручения')),
                ('paid_on', models.DateField(blank=True, null=True, verbose_name='выплачено')),
            ],
            options={
                'verbose_name': 'возврат семье',
                'verbose_name_plural': 'возвраты семьям',
                'db_table': 'family_refund',
                'ordering': ['-asked_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='PaymentUndo',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=300, verbose_name='причина')),
                ('undone_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='снят')),
            ],
            options={
                'verbose_name': 'снятие платежа со счёта',
                'verbose_name_plural': 'снятия платежей со счетов',
                'db_table': 'family_payment_undo',
                'ordering': ['-undone_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='TaxCertificate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='открытый номер')),
                ('year', models.PositiveSmallIntegerField(verbose_name='год')),
                ('state', models.CharField(choices=[('asked', 'Ждёт выдачи'), ('issued', 'Выдана'), ('refused', 'Отказано'), ('replaced', 'Заменена'), ('annulled', 'Аннулирована')], default='asked', max_length=8, verbose_name='состояние')),
                ('number', models.PositiveIntegerField(blank=True, null=True, verbose_name='номер')),
                ('correction', models.PositiveSmallIntegerField(default=0, verbose_name='номер корректировки')),
                ('amount', models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name='сумма')),
                ('full_time', models.BooleanField(default=True, verbose_name='очная форма')),
                ('payer', models.JSONField(verbose_name='налогоплательщик')),
                ('learner', models.JSONField(verbose_name='обучающийся')),
                ('provider', models.JSONField(default=dict, verbose_name='организация на бумаге')),
                ('date', models.DateField(blank=True, null=True, verbose_name='дата')),
                ('due_on', models.DateField(verbose_name='выдать до')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='причина')),
                ('asked_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='запрошена')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='решено')),
            ],
            options={
                'verbose_name': 'справка для налоговой',
                'verbose_name_plural': 'справки для налоговой',
                'db_table': 'tax_certificate',
                'ordering': ['-asked_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='TaxCertificateLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=12, verbose_name='сумма')),
                ('living', models.BooleanField(default=True, verbose_name='учтена')),
            ],
            options={
                'verbose_name': 'строка справки для налоговой',
                'verbose_name_plural': 'строки справок для налоговой',
                'db_table': 'tax_certificate_line',
                'ordering': ['id'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='familypayment',
            name='family_payment_matched',
        ),
        migrations.AddField(
            model_name='paymentregister',
            name='skipped',
            field=models.PositiveIntegerField(default=0, verbose_name='не от семей'),
        ),
        migrations.AddField(
            model_name='personalaccount',
            name='refunded',
            field=models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name='возвращено'),
        ),
        migrations.AlterField(
            model_name='familypayment',
            name='state',
            field=models.CharField(choices=[('matched', 'Зачислен'), ('unknown', 'Счёт не найден'), ('repeated', 'Уже учтён'), ('aside', 'Не от семьи')], max_length=8, verbose_name='состояние'),
        ),
        # a generated column is made anew: its expression cannot be altered
        migrations.RemoveIndex(model_name='personalaccount', name='personal_ac_organis_8b0fd3_idx'),
        migrations.RemoveField(model_name='personalaccount', name='owed'),
        migrations.AddField(
            model_name='personalaccount',
            name='owed',
            field=models.GeneratedField(db_persist=True, expression=django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('charged'), '-', models.F('paid')), '+', models.F('refunded')), output_field=models.DecimalField(decimal_places=2, max_digits=12, verbose_name='к оплате'), verbose_name='к оплате'),
        ),
        migrations.AddIndex(
            model_name='personalaccount',
            index=models.Index(fields=['organisation', 'owed'], name='personal_ac_organis_8b0fd3_idx'),
        ),
        migrations.AddConstraint(
            model_name='familypayment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('account__isnull', False), ('state', 'matched')), models.Q(models.Q(('state', 'matched'), _negated=True), ('account__isnull', True)), _connector='OR'), name='family_payment_matched'),
        ),
        migrations.AddConstraint(
            model_name='personalaccount',
            constraint=models.CheckConstraint(condition=models.Q(('refunded__gte', 0), ('refunded__lte', models.F('paid'))), name='personal_account_refunded'),
        ),
        migrations.AddField(
            model_name='familyrefund',
            name='account',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='refunds', to='settlement.personalaccount', verbose_name='лицевой счёт'),
        ),
        migrations.AddField(
            model_name='familyrefund',
            name='asked_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='familyrefund',
            name='decided_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='familyrefund',
            name='municipality',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='territory.municipality', verbose_name='муниципалитет'),
        ),
        migrations.AddField(
            model_name='familyrefund',
            name='organisation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='providers.organisation', verbose_name='организация'),
        ),
        migrations.AddField(
            model_name='paymentundo',
            name='account',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='settlement.personalaccount', verbose_name='с какого'),
        ),
        migrations.AddField(
            model_name='paymentundo',
            name='payment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='undone', to='settlement.familypayment', verbose_name='платёж семьи'),
        ),
        migrations.AddField(
            model_name='paymentundo',
            name='undone_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='taxcertificate',
            name='account',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='кто платил'),
        ),
        migrations.AddField(
            model_name='taxcertificate',
            name='asked_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='taxcertificate',
            name='child',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tax_certificates', to='people.child', verbose_name='ребёнок'),
        ),
        migrations.AddField(
            model_name='taxcertificate',
            name='decided_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='taxcertificate',
            name='municipality',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='territory.municipality', verbose_name='муниципалитет'),
        ),
        migrations.AddField(
            model_name='taxcertificate',
            name='organisation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='providers.organisation', verbose_name='организация'),
        ),
        migrations.AddField(
            model_name='taxcertificate',
            name='previous',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='followers', to='settlement.taxcertificate', verbose_name='вместо справки'),
        ),
        migrations.AddField(
            model_name='taxcertificateline',
            name='certificate',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='settlement.taxcertificate', verbose_name='справка'),
        ),
        migrations.AddField(
            model_name='taxcertificateline',
            name='payment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tax_lines', to='settlement.familypayment', verbose_name='платёж'),
        ),
        migrations.AddIndex(
            model_name='familyrefund',
            index=models.Index(fields=['organisation', 'state'], name='family_refu_organis_33fde7_idx'),
        ),
        migrations.AddConstraint(
            model_name='familyrefund',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('asked', 'approved'))), fields=('account',), name='family_refund_open_once'),
        ),
        migrations.AddConstraint(
            model_name='familyrefund',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='family_refund_positive'),
        ),
        migrations.AddConstraint(
            model_name='familyrefund',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'paid'), _negated=True), models.Q(('paid_on__isnull', False), models.Q(('order_number', ''), _negated=True)), _connector='OR'), name='family_refund_paid_by_order'),
        ),
        migrations.AddIndex(
            model_name='taxcertificate',
            index=models.Index(fields=['organisation', 'state'], name='tax_certifi_organis_9b2ca8_idx'),
        ),
        migrations.AddIndex(
            model_name='taxcertificate',
            index=models.Index(fields=['child'], name='tax_certifi_child_i_6e8d8b_idx'),
        ),
        migrations.AddConstraint(
            model_name='taxcertificate',
            constraint=models.UniqueConstraint(fields=('organisation', 'year', 'number', 'correction'), name='tax_certificate_number'),
        ),
        migrations.AddConstraint(
            model_name='taxcertificate',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'asked')), fields=('organisation', 'account', 'child', 'year'), name='tax_certificate_asked_once'),
        ),
        migrations.AddConstraint(
            model_name='taxcertificate',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'issued'), models.Q(('correction', 999), _negated=True)), fields=('organisation', 'account', 'child', 'year'), name='tax_certificate_living_once'),
        ),
        migrations.AddConstraint(
            model_name='taxcertificate',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('number__isnull', True), ('state__in', ('asked', 'refused'))), models.Q(('state__in', ('issued', 'replaced', 'annulled')), ('amount__gt', 0), ('date__isnull', False), ('number__isnull', False)), _connector='OR'), name='tax_certificate_issued'),
        ),
        migrations.AddConstraint(
            model_name='taxcertificateline',
            constraint=models.UniqueConstraint(condition=models.Q(('living', True)), fields=('payment',), name='tax_line_living_once'),
        ),
        migrations.AddConstraint(
            model_name='taxcertificateline',
            constraint=models.UniqueConstraint(fields=('certificate', 'payment'), name='tax_line_once'),
        ),
        migrations.AddConstraint(
            model_name='taxcertificateline',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='tax_line_positive'),
        ),
    ]
