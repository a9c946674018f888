"""Structure of centres, councils, proposals."""

import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

from opora.core.history import track


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ("core", "0002_history"),
        ('providers', '0002_history'),
        ('territory', '0003_legal_act_publications'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CentreUnit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('department', 'Отдел'), ('creative_group', 'Временная творческая группа'), ('laboratory', 'Лаборатория'), ('project_office', 'Проектный офис')], default='department', max_length=16, verbose_name='вид')),
                ('name', models.CharField(max_length=200, verbose_name='название')),
                ('task', models.TextField(blank=True, verbose_name='задача')),
                ('starts_on', models.DateField(verbose_name='создан с')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='работает по')),
                ('result', models.TextField(blank=True, verbose_name='результат')),
                ('sort_name', models.GeneratedField(db_persist=True, expression=django.db.models.functions.text.Replace(django.db.models.functions.text.Lower(django.db.models.functions.comparison.Cast(models.F('name'), models.TextField())), models.Value('ё', output_field=models.TextField()), models.Value('е', output_field=models.TextField())), output_field=models.TextField(), verbose_name='для сортировки')),
                ('act', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='territory.legalact', verbose_name='акт о создании')),
                ('centre', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='territory.centre', verbose_name='центр')),
            ],
            options={
                'verbose_name': 'подразделение центра',
                'verbose_name_plural': 'структура центра',
                'db_table': 'centre_unit',
                'ordering': ['sort_name', 'id'],
            },
        ),
        migrations.CreateModel(
            name='CentreMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('head', 'Руководитель центра'), ('methodologist', 'Методист'), ('organiser', 'Педагог-организатор'), ('specialist', 'Специалист'), ('member', 'Участник группы')], default='methodologist', max_length=14, verbose_name='роль')),
                ('post', models.CharField(max_length=200, verbose_name='должность в центре')),
                ('rate', models.DecimalField(decimal_places=2, default=1, max_digits=3, verbose_name='доля ставки')),
                ('starts_on', models.DateField(verbose_name='с')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='по')),
                ('centre', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='territory.centre', verbose_name='центр')),
                ('staff', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='providers.staff', verbose_name='работник')),
                ('unit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='members', to='governance.centreunit', verbose_name='подразделение')),
            ],
            options={
                'verbose_name': 'сотрудник центра',
                'verbose_name_plural': 'сотрудники центра',
                'db_table': 'centre_member',
                'ordering': ['staff__sort_name', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Council',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('interdepartmental', 'Межведомственный совет'), ('resource_centre', 'Совет ресурсного центра'), ('coordination', 'Координационный совет'), ('team', 'Муниципальная команда')], max_length=18, verbose_name='вид')),
                ('name', models.CharField(max_length=250, verbose_name='название')),
                ('focus_area', models.CharField(blank=True, choices=[('artistic', 'Художественная'), ('technical', 'Техническая'), ('tourism', 'Туристско-краеведческая'), ('natural_science', 'Естественно-научная'), ('social_humanitarian', 'Социально-гуманитарная'), ('sport', 'Физкультурно-спортивная')], max_length=20, verbose_name='направленность')),
                ('quorum', models.PositiveSmallIntegerField(default=50, verbose_name='кворум, %')),
                ('starts_on', models.DateField(verbose_name='действует с')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='действует по')),
                ('sort_name', models.GeneratedField(db_persist=True, expression=django.db.models.functions.text.Replace(django.db.models.functions.text.Lower(django.db.models.functions.comparison.Cast(models.F('name'), models.TextField())), models.Value('ё', output_field=models.TextField()), models.Value('е', output_field=models.TextField())), output_field=models.TextField(), verbose_name='для сортировки')),
                ('act', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='territory.legalact', verbose_name='акт о создании')),
                ('municipality', models.ForeignKey(blank=True, help_text='Пусто – совет всего региона', null=True, on_delete=django.db.models.deletion.PROTECT, to='territory.municipality', verbose_name='муниципалитет')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='territory.region', verbose_name='регион')),
            ],
            options={
                'verbose_name': 'совет',
                'verbose_name_plural': 'советы и команды',
                'db_table': 'council',
                'ordering': ['sort_name', 'id'],
            },
        ),
        migrations.CreateModel(
            name='CouncilMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('side', models.CharField(choices=[('authority', 'Орган власти'), ('organisations', 'Организации'), ('public', 'Общественность'), ('business', 'Бизнес')], max_length=14, verbose_name='сторона')),
                ('role', models.CharField(choices=[('chair', 'Председатель'), ('deputy', 'Заместитель председателя'), ('secretary', 'Секретарь'), ('member', 'Член совета')], default='member', max_length=10, verbose_name='роль')),
                ('name', models.CharField(max_length=200, verbose_name='фамилия, имя, отчество')),
                ('post', models.CharField(max_length=250, verbose_name='должность')),
                ('starts_on', models.DateField(verbose_name='с')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='по')),
                ('account', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL, verbose_name='учётная запись')),
                ('council', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='members', to='governance.council', verbose_name='совет')),
            ],
            options={
                'verbose_name': 'член совета',
                'verbose_name_plural': 'члены советов',
                'db_table': 'council_member',
                'ordering': ['name', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Meeting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(verbose_name='номер протокола')),
                ('date', models.DateField(verbose_name='дата')),
                ('starts_at', models.TimeField(blank=True, null=True, verbose_name='время')),
                ('place', models.CharField(blank=True, max_length=250, verbose_name='место')),
                ('agenda', models.TextField(help_text='Каждый вопрос с новой строки', verbose_name='повестка')),
                ('state', models.CharField(choices=[('planned', 'Назначено'), ('held', 'Состоялось'), ('failed', 'Не состоялось')], default='planned', editable=False, max_length=8, verbose_name='состояние')),
                ('members_then', models.PositiveSmallIntegerField(editable=False, null=True, verbose_name='членов совета')),
                ('present_then', models.PositiveSmallIntegerField(editable=False, null=True, verbose_name='присутствовало')),
                ('guests', models.TextField(blank=True, verbose_name='приглашённые')),
                ('council', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='meetings', to='governance.council', verbose_name='совет')),
            ],
            options={
                'verbose_name': 'заседание',
                'verbose_name_plural': 'заседания',
                'db_table': 'meeting',
                'ordering': ['-date', '-id'],
            },
        ),
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(verbose_name='номер')),
                ('question', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='вопрос повестки')),
                ('text', models.TextField(verbose_name='решение')),
                ('responsible', models.CharField(max_length=250, verbose_name='ответственный')),
                ('due_on', models.DateField(verbose_name='срок')),
                ('votes_for', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='за')),
                ('votes_against', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='против')),
                ('votes_abstained', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='воздержались')),
                ('state', models.CharField(choices=[('open', 'Исполняется'), ('done', 'Исполнено'), ('cancelled', 'Снято с контроля')], default='open', editable=False, max_length=10, verbose_name='состояние')),
                ('closed_on', models.DateField(blank=True, editable=False, null=True, verbose_name='закрыто')),
                ('result', models.TextField(blank=True, editable=False, verbose_name='что сделано')),
                ('account', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL, verbose_name='учётная запись ответственного')),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='governance.meeting', verbose_name='заседание')),
            ],
            options={
                'verbose_name': 'решение',
                'verbose_name_plural': 'решения советов',
                'db_table': 'decision',
                'ordering': ['due_on', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Presence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='presences', to='governance.meeting')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='governance.councilmember')),
            ],
            options={
                'db_table': 'meeting_presence',
            },
        ),
        migrations.CreateModel(
            name='Proposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('addressee', models.CharField(help_text='Орган власти, которому направляется предложение', max_length=250, verbose_name='кому')),
                ('title', models.CharField(max_length=300, verbose_name='суть предложения')),
                ('text', models.TextField(verbose_name='предложение и обоснование')),
                ('number', models.CharField(blank=True, editable=False, max_length=60, verbose_name='исходящий номер')),
                ('sent_on', models.DateField(blank=True, editable=False, null=True, verbose_name='направлено')),
                ('answer_due', models.DateField(blank=True, editable=False, null=True, verbose_name='срок ответа')),
                ('answered_on', models.DateField(blank=True, editable=False, null=True, verbose_name='ответ получен')),
                ('answer', models.CharField(blank=True, editable=False, max_length=250, verbose_name='реквизиты ответа')),
                ('reason', models.TextField(blank=True, editable=False, verbose_name='почему отклонено')),
                ('carry_out_by', models.DateField(blank=True, editable=False, null=True, verbose_name='исполнить до')),
                ('carried_out_on', models.DateField(blank=True, editable=False, null=True, verbose_name='исполнено')),
                ('result', models.TextField(blank=True, editable=False, verbose_name='результат')),
                ('state', models.CharField(choices=[('draft', 'Черновик'), ('sent', 'Направлено'), ('considered', 'На рассмотрении'), ('accepted', 'Принято'), ('declined', 'Отклонено'), ('carried_out', 'Исполнено'), ('withdrawn', 'Отозвано')], default='draft', editable=False, max_length=12, verbose_name='состояние')),
                ('act', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, to='territory.legalact', verbose_name='принятый акт')),
                ('centre', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='territory.centre', verbose_name='центр')),
            ],
            options={
                'verbose_name': 'предложение',
                'verbose_name_plural': 'предложения органам власти',
                'db_table': 'proposal',
                'ordering': ['-id'],
            },
        ),
        migrations.AddConstraint(
            model_name='centreunit',
            constraint=models.UniqueConstraint(fields=('centre', 'name', 'starts_on'), name='centre_unit_unique'),
        ),
        migrations.AddConstraint(
            model_name='centreunit',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='centre_unit_term'),
        ),
        migrations.AddConstraint(
            model_name='centremember',
            constraint=models.UniqueConstraint(fields=('centre', 'unit', 'staff', 'starts_on'), name='centre_member_unique', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='centremember',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='centre_member_term'),
        ),
        migrations.AddConstraint(
            model_name='centremember',
            constraint=models.CheckConstraint(condition=models.Q(('rate__gte', 0), ('rate__lte', 2)), name='centre_member_rate'),
        ),
        migrations.AddConstraint(
            model_name='council',
            constraint=models.UniqueConstraint(fields=('name', 'region', 'municipality'), name='council_unique', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='council',
            constraint=models.CheckConstraint(condition=models.Q(('quorum__gte', 1), ('quorum__lte', 99)), name='council_quorum'),
        ),
        migrations.AddConstraint(
            model_name='council',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='council_term'),
        ),
        migrations.AddConstraint(
            model_name='councilmember',
            constraint=models.UniqueConstraint(fields=('council', 'name', 'starts_on'), name='council_member_unique'),
        ),
        migrations.AddConstraint(
            model_name='councilmember',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='council_member_term'),
        ),
        migrations.AddConstraint(
            model_name='meeting',
            constraint=models.UniqueConstraint(fields=('council', 'date', 'number'), name='meeting_unique'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.UniqueConstraint(fields=('meeting', 'number'), name='decision_unique'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_on__isnull', True), ('state', 'open')), models.Q(models.Q(('state', 'open'), _negated=True), ('closed_on__isnull', False)), _connector='OR'), name='decision_closed'),
        ),
        migrations.AddConstraint(
            model_name='presence',
            constraint=models.UniqueConstraint(fields=('meeting', 'member'), name='meeting_presence_unique'),
        ),
        migrations.AddConstraint(
            model_name='proposal',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ('draft', 'withdrawn')), ('sent_on__isnull', False), _connector='OR'), name='proposal_sent'),
        ),
        migrations.AddConstraint(
            model_name='proposal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'declined'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='proposal_declined'),
        ),
        track("centre_unit", "centre_member", "council", "council_member", "meeting", "meeting_presence", "decision", "proposal"),
    ]
