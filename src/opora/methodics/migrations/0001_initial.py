"""Partners and agreements, development of staff."""

import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.text
from django.db import migrations, models

from opora.core.history import track


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ("core", "0002_history"),
        ('catalogue', '0004_openings'),
        ('providers', '0002_history'),
        ('territory', '0003_legal_act_publications'),
    ]

    operations = [
        migrations.CreateModel(
            name='Competence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=40, unique=True, verbose_name='код')),
                ('name', models.CharField(max_length=250, verbose_name='компетенция')),
                ('area', models.CharField(blank=True, max_length=120, verbose_name='область')),
                ('is_active', models.BooleanField(default=True, verbose_name='используется')),
                ('sort_name', models.GeneratedField(db_persist=True, expression=django.db.models.functions.text.Replace(django.db.models.functions.text.Lower(django.db.models.functions.comparison.Cast(models.F('name'), models.TextField())), models.Value('ё', output_field=models.TextField()), models.Value('е', output_field=models.TextField())), output_field=models.TextField(), verbose_name='для сортировки')),
            ],
            options={
                'verbose_name': 'компетенция',
                'verbose_name_plural': 'компетенции',
                'db_table': 'competence',
                'ordering': ['sort_name', 'id'],
            },
        ),
        migrations.CreateModel(
            name='DeficitSurvey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, verbose_name='название')),
                ('held_on', models.DateField(verbose_name='дата проведения')),
                ('method', models.CharField(blank=True, max_length=250, verbose_name='как проводилось')),
                ('state', models.CharField(choices=[('open', 'Идёт'), ('closed', 'Завершено')], default='open', max_length=6, verbose_name='состояние')),
                ('municipality', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='territory.municipality', verbose_name='муниципалитет')),
            ],
            options={
                'verbose_name': 'исследование дефицитов',
                'verbose_name_plural': 'исследования дефицитов',
                'db_table': 'deficit_survey',
                'ordering': ['-held_on', '-id'],
            },
        ),
        migrations.CreateModel(
            name='Deficit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.CharField(choices=[('none', 'Дефицита нет'), ('partial', 'Частичный дефицит'), ('full', 'Дефицит')], max_length=8, verbose_name='что выявлено')),
                ('competence', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='methodics.competence', verbose_name='компетенция')),
                ('staff', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='providers.staff', verbose_name='работник')),
                ('survey', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='methodics.deficitsurvey', verbose_name='исследование')),
            ],
            options={
                'verbose_name': 'профессиональный дефицит',
                'verbose_name_plural': 'профессиональные дефициты',
                'db_table': 'deficit',
                'ordering': ['staff__sort_name', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Partner',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('network', 'Сетевой партнёр'), ('business', 'Бизнес'), ('non_profit', 'Некоммерческая организация'), ('university', 'Вуз'), ('college', 'Колледж'), ('science', 'Научная организация'), ('culture', 'Учреждение культуры'), ('sport', 'Спортивная организация'), ('authority', 'Орган власти'), ('other', 'Иной')], max_length=12, verbose_name='вид')),
                ('name', models.CharField(max_length=300, verbose_name='наименование')),
                ('inn', models.CharField(blank=True, max_length=12, verbose_name='ИНН')),
                ('contact', models.CharField(blank=True, max_length=250, verbose_name='контактное лицо')),
                ('phone', models.CharField(blank=True, max_length=60, verbose_name='телефон')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='электронная почта')),
                ('website', models.CharField(blank=True, max_length=200, verbose_name='сайт')),
                ('about', models.TextField(blank=True, verbose_name='чем полезен')),
                ('sort_name', models.GeneratedField(db_persist=True, expression=django.db.models.functions.text.Replace(django.db.models.functions.text.Lower(django.db.models.functions.comparison.Cast(models.F('name'), models.TextField())), models.Value('ё', output_field=models.TextField()), models.Value('е', output_field=models.TextField())), output_field=models.TextField(), verbose_name='для сортировки')),
                ('municipality', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='territory.municipality', verbose_name='муниципалитет центра')),
            ],
            options={
                'verbose_name': 'партнёр',
                'verbose_name_plural': 'партнёры',
                'db_table': 'partner',
                'ordering': ['sort_name', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Agreement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=60, verbose_name='номер')),
                ('signed_on', models.DateField(verbose_name='дата подписания')),
                ('topic', models.CharField(choices=[('network', 'Сетевая реализация программ'), ('career', 'Профориентация и пробы'), ('resources', 'Помещения и оборудование'), ('staff', 'Подготовка педагогов'), ('events', 'Мероприятия'), ('mentoring', 'Наставничество и проекты'), ('financing', 'Финансирование'), ('information', 'Информация и продвижение'), ('other', 'Иное')], max_length=12, verbose_name='тема взаимодействия')),
                ('subject', models.CharField(max_length=400, verbose_name='предмет')),
                ('starts_on', models.DateField(verbose_name='действует с')),
                ('ends_on', models.DateField(blank=True, help_text='Пусто – бессрочно', null=True, verbose_name='действует по')),
                ('state', models.CharField(choices=[('draft', 'Готовится'), ('signed', 'Подписано'), ('terminated', 'Расторгнуто')], default='signed', max_length=10, verbose_name='состояние')),
                ('responsible', models.CharField(blank=True, max_length=200, verbose_name='ответственный в центре')),
                ('centre', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='territory.centre', verbose_name='центр')),
                ('programmes', models.ManyToManyField(blank=True, db_table='agreement_programme', to='catalogue.programme', verbose_name='сетевые программы')),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='agreements', to='methodics.partner', verbose_name='партнёр')),
            ],
            options={
                'verbose_name': 'соглашение с партнёром',
                'verbose_name_plural': 'соглашения с партнёрами',
                'db_table': 'partner_agreement',
                'ordering': ['-signed_on', '-id'],
            },
        ),
        migrations.CreateModel(
            name='PlacementSite',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('topic', models.CharField(max_length=250, verbose_name='тема')),
                ('head_name', models.CharField(blank=True, max_length=200, verbose_name='руководитель')),
                ('capacity', models.PositiveSmallIntegerField(default=5, verbose_name='мест за раз')),
                ('starts_on', models.DateField(verbose_name='работает с')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='работает по')),
                ('act', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='territory.legalact', verbose_name='приказ')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='providers.organisation', verbose_name='организация')),
            ],
            options={
                'verbose_name': 'стажировочная площадка',
                'verbose_name_plural': 'стажировочные площадки',
                'db_table': 'placement_site',
                'ordering': ['topic', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Seminar',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('seminar', 'Семинар'), ('workshop', 'Мастер-класс'), ('webinar', 'Вебинар'), ('conference', 'Конференция'), ('contest', 'Конкурс педагогов')], default='seminar', max_length=10, verbose_name='вид')),
                ('title', models.CharField(max_length=300, verbose_name='тема')),
                ('date', models.DateField(verbose_name='дата')),
                ('hours', models.PositiveSmallIntegerField(default=2, verbose_name='часов')),
                ('place', models.CharField(blank=True, max_length=250, verbose_name='место')),
                ('outcome', models.TextField(blank=True, verbose_name='итоги')),
                ('centre', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='territory.centre', verbose_name='центр')),
                ('competence', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='methodics.competence', verbose_name='компетенция')),
            ],
            options={
                'verbose_name': 'семинар',
                'verbose_name_plural': 'семинары и конкурсы педагогов',
                'db_table': 'seminar',
                'ordering': ['-date', '-id'],
            },
        ),
        migrations.CreateModel(
            name='SeminarParticipant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('speaks', models.BooleanField(default=False, verbose_name='выступает')),
                ('result', models.CharField(blank=True, max_length=200, verbose_name='результат')),
                ('seminar', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='participants', to='methodics.seminar', verbose_name='семинар')),
                ('staff', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='providers.staff', verbose_name='работник')),
            ],
            options={
                'verbose_name': 'участник семинара',
                'verbose_name_plural': 'участники семинаров',
                'db_table': 'seminar_participant',
                'ordering': ['staff__sort_name', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Training',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('advanced', 'Повышение квалификации'), ('retraining', 'Профессиональная переподготовка'), ('placement', 'Стажировка')], default='advanced', max_length=10, verbose_name='вид')),
                ('programme', models.CharField(max_length=300, verbose_name='программа')),
                ('institution', models.CharField(max_length=250, verbose_name='где учится')),
                ('hours', models.PositiveSmallIntegerField(verbose_name='часов')),
                ('starts_on', models.DateField(verbose_name='начало')),
                ('finished_on', models.DateField(blank=True, null=True, verbose_name='окончание')),
                ('state', models.CharField(choices=[('studying', 'Учится'), ('finished', 'Завершено'), ('dropped', 'Не завершено')], default='studying', max_length=8, verbose_name='состояние')),
                ('certificate_number', models.CharField(blank=True, max_length=60, verbose_name='номер удостоверения')),
                ('certificate_date', models.DateField(blank=True, null=True, verbose_name='дата удостоверения')),
                ('competence', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='methodics.competence', verbose_name='какой дефицит закрывает')),
                ('site', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='placements', to='methodics.placementsite', verbose_name='стажировочная площадка')),
                ('staff', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='providers.staff', verbose_name='работник')),
            ],
            options={
                'verbose_name': 'обучение работника',
                'verbose_name_plural': 'обучение работников',
                'db_table': 'training',
                'ordering': ['-starts_on', '-id'],
            },
        ),
        migrations.AddConstraint(
            model_name='deficitsurvey',
            constraint=models.UniqueConstraint(fields=('municipality', 'name', 'held_on'), name='deficit_survey_unique'),
        ),
        migrations.AddConstraint(
            model_name='deficit',
            constraint=models.UniqueConstraint(fields=('survey', 'staff', 'competence'), name='deficit_unique'),
        ),
        migrations.AddConstraint(
            model_name='partner',
            constraint=models.UniqueConstraint(fields=('municipality', 'name'), name='partner_unique'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.UniqueConstraint(fields=('centre', 'number', 'signed_on'), name='partner_agreement_unique'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='partner_agreement_term'),
        ),
        migrations.AddConstraint(
            model_name='placementsite',
            constraint=models.UniqueConstraint(fields=('organisation', 'topic', 'starts_on'), name='placement_site_unique'),
        ),
        migrations.AddConstraint(
            model_name='placementsite',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='placement_site_term'),
        ),
        migrations.AddConstraint(
            model_name='seminar',
            constraint=models.UniqueConstraint(fields=('centre', 'title', 'date'), name='seminar_unique'),
        ),
        migrations.AddConstraint(
            model_name='seminarparticipant',
            constraint=models.UniqueConstraint(fields=('seminar', 'staff'), name='seminar_participant_unique'),
        ),
        migrations.AddConstraint(
            model_name='training',
            constraint=models.UniqueConstraint(fields=('staff', 'programme', 'starts_on'), name='training_unique'),
        ),
        migrations.AddConstraint(
            model_name='training',
            constraint=models.CheckConstraint(condition=models.Q(('finished_on__isnull', True), ('finished_on__gte', models.F('starts_on')), _connector='OR'), name='training_term'),
        ),
        migrations.AddConstraint(
            model_name='training',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'finished'), _negated=True), ('finished_on__isnull', False), _connector='OR'), name='training_finished'),
        ),
        track("partner", "partner_agreement", "agreement_programme", "competence", "deficit_survey", "deficit", "training", "placement_site", "seminar", "seminar_participant"),
    ]
