"""Class lists of schools, their pupils, whom these may be, invitations."""

import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.datetime
import django.db.models.functions.text
import opora.core.fields
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('people', '0005_roles_lose_no_hour'),
        ('providers', '0003_inventory'),
        ('territory', '0003_legal_act_publications'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ClassList',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(help_text='Год, в котором он начинается: 2026 – это 2026/2027', verbose_name='учебный год')),
                ('name', models.CharField(editable=False, max_length=270, verbose_name='название')),
                ('key', models.SlugField(editable=False, max_length=90, unique=True, verbose_name='код списка')),
                ('basis', models.CharField(blank=True, help_text='Например, соглашение или приказ с номером', max_length=250, verbose_name='основание передачи сведений')),
                ('loaded_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='загружен')),
                ('compared_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='сверен')),
                ('municipality', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='territory.municipality', verbose_name='муниципалитет')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='class_lists', to='providers.organisation', verbose_name='школа')),
            ],
            options={
                'verbose_name': 'список школы',
                'verbose_name_plural': 'списки школ',
                'db_table': 'class_list',
                'ordering': ['-year', 'key'],
            },
        ),
        migrations.CreateModel(
            name='Pupil',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='открытый номер')),
                ('last_name', models.CharField(max_length=100, verbose_name='фамилия')),
                ('first_name', models.CharField(max_length=100, verbose_name='имя')),
                ('patronymic', models.CharField(blank=True, max_length=100, verbose_name='отчество')),
                ('birth_date', models.DateField(null=True, verbose_name='дата рождения')),
                ('school_class', models.CharField(max_length=10, verbose_name='класс')),
                ('grade', models.PositiveSmallIntegerField(editable=False, verbose_name='параллель')),
                ('letter', models.CharField(blank=True, editable=False, max_length=8, verbose_name='буква класса')),
                ('snils', models.CharField(blank=True, max_length=11, verbose_name='СНИЛС')),
                ('categories', models.JSONField(blank=True, default=list, verbose_name='категории')),
                ('guardian_name', models.CharField(blank=True, max_length=250, verbose_name='родитель или представитель')),
                ('guardian_contact', models.CharField(blank=True, max_length=250, verbose_name='контакт представителя')),
                ('match_key', models.CharField(blank=True, editable=False, max_length=330, verbose_name='ключ совпадения')),
                ('match', models.CharField(choices=[('unknown', 'В Опоре не найден'), ('matched', 'Найден'), ('undecided', 'Ждёт решения'), ('confirmed', 'Найден человеком')], default='unknown', editable=False, max_length=10, verbose_name='сверка')),
                ('state', models.CharField(choices=[('studying', 'Учится'), ('left', 'Выбыл'), ('erased', 'Данные удалены')], default='studying', editable=False, max_length=10, verbose_name='состояние')),
                ('left_on', models.DateField(blank=True, editable=False, null=True, verbose_name='выбыл')),
                ('sort_name', models.GeneratedField(db_persist=True, expression=django.db.models.functions.text.Replace(django.db.models.functions.text.Lower(opora.core.fields._Joined(django.db.models.functions.comparison.Cast(models.F('last_name'), models.TextField()), models.Value(' ', output_field=models.TextField()), django.db.models.functions.comparison.Cast(models.F('first_name'), models.TextField()), models.Value(' ', output_field=models.TextField()), django.db.models.functions.comparison.Cast(models.F('patronymic'), models.TextField()), output_field=models.TextField())), models.Value('ё', output_field=models.TextField()), models.Value('е', output_field=models.TextField())), output_field=models.TextField(), verbose_name='для сортировки')),
                ('child', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='pupils', to='people.child', verbose_name='карточка ребёнка')),
                ('class_list', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pupils', to='outreach.classlist', verbose_name='список школы')),
            ],
            options={
                'verbose_name': 'ученик',
                'verbose_name_plural': 'ученики',
                'db_table': 'pupil',
                'ordering': ['sort_name', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='открытый номер')),
                ('batch', models.UUIDField(editable=False, verbose_name='вместе с')),
                ('channel', models.CharField(choices=[('letter', 'Письмо представителю'), ('paper', 'Лист на руки')], max_length=6, verbose_name='как пригласили')),
                ('programmes', models.JSONField(blank=True, default=list, editable=False, verbose_name='предложенные программы')),
                ('invited_on', models.DateField(verbose_name='приглашён')),
                ('invited_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='когда приглашён')),
                ('answer', models.CharField(blank=True, choices=[('refused', 'Семья отказалась'), ('elsewhere', 'Занимается в другом месте'), ('moved', 'Переехал')], max_length=10, verbose_name='ответ семьи')),
                ('answer_note', models.CharField(blank=True, max_length=250, verbose_name='подробности ответа')),
                ('frozen', models.CharField(blank=True, editable=False, max_length=10, verbose_name='итог к удалению данных')),
                ('invited_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='кто пригласил')),
                ('pupil', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invitations', to='outreach.pupil', verbose_name='ученик')),
            ],
            options={
                'verbose_name': 'приглашение',
                'verbose_name_plural': 'приглашения',
                'db_table': 'invitation',
                'ordering': ['-invited_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='PupilMatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ground', models.CharField(max_length=200, verbose_name='почему похожи')),
                ('state', models.CharField(choices=[('open', 'Ждёт решения'), ('same', 'Тот же ребёнок'), ('different', 'Другой ребёнок')], default='open', max_length=10, verbose_name='решение')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='когда решено')),
                ('child', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.child', verbose_name='карточка')),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='кто решил')),
                ('pupil', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='candidates', to='outreach.pupil', verbose_name='ученик')),
            ],
            options={
                'verbose_name': 'похожая карточка',
                'verbose_name_plural': 'похожие карточки',
                'db_table': 'pupil_match',
            },
        ),
        migrations.AddConstraint(
            model_name='classlist',
            constraint=models.UniqueConstraint(fields=('organisation', 'year'), name='class_list_unique'),
        ),
        migrations.AddIndex(
            model_name='pupil',
            index=models.Index(fields=['class_list', 'grade', 'letter'], name='pupil_class'),
        ),
        migrations.AddIndex(
            model_name='pupil',
            index=models.Index(fields=['sort_name', 'id'], name='pupil_order'),
        ),
        migrations.AddConstraint(
            model_name='pupil',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'erased'), _negated=True), fields=('class_list', 'match_key', 'birth_date'), name='pupil_once'),
        ),
        migrations.AddConstraint(
            model_name='pupil',
            constraint=models.UniqueConstraint(condition=models.Q(('snils', ''), _negated=True), fields=('class_list', 'snils'), name='pupil_snils_once'),
        ),
        migrations.AddConstraint(
            model_name='pupil',
            constraint=models.CheckConstraint(condition=models.Q(('state', 'erased'), ('birth_date__isnull', False), _connector='OR'), name='pupil_has_birth_date'),
        ),
        migrations.AddConstraint(
            model_name='pupil',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('child__isnull', False), ('match__in', ['matched', 'confirmed'])), models.Q(('child__isnull', True), ('match__in', ['unknown', 'undecided'])), _connector='OR'), name='pupil_match_has_child'),
        ),
        migrations.AddIndex(
            model_name='invitation',
            index=models.Index(fields=['pupil', '-invited_at'], name='invitation_of_pupil'),
        ),
        migrations.AddIndex(
            model_name='invitation',
            index=models.Index(fields=['batch'], name='invitation_batch'),
        ),
        migrations.AddConstraint(
            model_name='pupilmatch',
            constraint=models.UniqueConstraint(fields=('pupil', 'child'), name='pupil_match_unique'),
        ),
    ]
