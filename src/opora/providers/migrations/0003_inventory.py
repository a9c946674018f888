"""Inventory, shared resources, museums (B3)."""

import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.text
from django.db import migrations, models

from opora.core.history import track


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0002_history"),
        ("providers", "0002_history"),
        ("territory", "0003_legal_act_publications"),
    ]

    operations = [
        migrations.CreateModel(
            name="InventoryCampaign",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(verbose_name="год")),
                ("name", models.CharField(max_length=200, verbose_name="название")),
                ("kinds", models.JSONField(blank=True, default=list, verbose_name="что учитываем")),
                ("starts_on", models.DateField(verbose_name="начало")),
                ("due_on", models.DateField(verbose_name="сдать до")),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "Готовится"), ("open", "Идёт"), ("closed", "Завершена")],
                        default="draft",
                        editable=False,
                        max_length=6,
                        verbose_name="состояние",
                    ),
                ),
                (
                    "act",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="territory.legalact",
                        verbose_name="приказ",
                    ),
                ),
                (
                    "municipality",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to="territory.municipality",
                        verbose_name="муниципалитет",
                    ),
                ),
            ],
            options={
                "verbose_name": "инвентаризация",
                "verbose_name_plural": "инвентаризации",
                "db_table": "inventory_campaign",
                "ordering": ["-year", "id"],
            },
        ),
        migrations.CreateModel(
            name="InventoryItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("infrastructure", "Инфраструктура"),
                            ("equipment", "Оборудование"),
                            ("staff", "Кадры"),
                            ("methods", "Программно-методические ресурсы"),
                        ],
                        max_length=16,
                        verbose_name="вид ресурса",
                    ),
                ),
                ("code", models.SlugField(max_length=40, unique=True, verbose_name="код")),
                ("name", models.CharField(max_length=250, verbose_name="наименование")),
                ("unit", models.CharField(default="шт.", max_length=30, verbose_name="единица")),
                ("norm", models.DecimalField(decimal_places=2, default=0, max_digits=8, verbose_name="норма")),
                (
                    "norm_per",
                    models.CharField(
                        choices=[
                            ("none", "Норма не задана"),
                            ("organisation", "На организацию"),
                            ("venue", "На площадку"),
                            ("teacher", "На педагога"),
                            ("learners", "На 100 обучающихся"),
                        ],
                        default="none",
                        max_length=14,
                        verbose_name="на что норма",
                    ),
                ),
                ("basis", models.CharField(blank=True, max_length=250, verbose_name="откуда норма")),
                ("is_active", models.BooleanField(default=True, verbose_name="учитывается")),
                (
                    "sort_name",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.functions.text.Replace(
                            django.db.models.functions.text.Lower(
                                django.db.models.functions.comparison.Cast(models.F("name"), models.TextField())
                            ),
                            models.Value("ё", output_field=models.TextField()),
                            models.Value("е", output_field=models.TextField()),
                        ),
                        output_field=models.TextField(),
                        verbose_name="для сортировки",
                    ),
                ),
            ],
            options={
                "verbose_name": "позиция инвентаризации",
                "verbose_name_plural": "перечень для инвентаризации",
                "db_table": "inventory_item",
                "ordering": ["sort_name", "id"],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("norm__gte", 0)), name="inventory_item_norm")
                ],
            },
        ),
        migrations.CreateModel(
            name="InventorySheet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Заполняется"),
                            ("sent", "Отправлен"),
                            ("returned", "Возвращён"),
                            ("accepted", "Принят"),
                        ],
                        default="draft",
                        max_length=8,
                        verbose_name="состояние",
                    ),
                ),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="отправлен")),
                ("accepted_at", models.DateTimeField(blank=True, null=True, verbose_name="принят")),
                ("remark", models.TextField(blank=True, verbose_name="замечание")),
                ("filled", models.PositiveSmallIntegerField(default=0, verbose_name="заполнено, %")),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sheets",
                        to="providers.inventorycampaign",
                        verbose_name="инвентаризация",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to="providers.organisation",
                        verbose_name="организация",
                    ),
                ),
            ],
            options={
                "verbose_name": "лист инвентаризации",
                "verbose_name_plural": "листы инвентаризации",
                "db_table": "inventory_sheet",
                "ordering": ["organisation__sort_name", "id"],
            },
        ),
        migrations.CreateModel(
            name="InventoryLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("present", models.PositiveIntegerField(null=True, verbose_name="есть")),
                ("usable", models.PositiveIntegerField(null=True, verbose_name="исправно")),
                ("needed", models.PositiveIntegerField(default=0, verbose_name="нужно")),
                ("note", models.CharField(blank=True, max_length=250, verbose_name="примечание")),
                ("item", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="providers.inventoryitem")),
                (
                    "sheet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="providers.inventorysheet"
                    ),
                ),
            ],
            options={
                "db_table": "inventory_line",
            },
        ),
        migrations.CreateModel(
            name="Museum",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=250, verbose_name="название")),
                (
                    "profile",
                    models.CharField(
                        choices=[
                            ("history", "Исторический"),
                            ("local", "Краеведческий"),
                            ("military", "Военно-исторический"),
                            ("nature", "Природоведческий"),
                            ("literary", "Литературный"),
                            ("technical", "Технический"),
                            ("other", "Иной"),
                        ],
                        max_length=10,
                        verbose_name="профиль",
                    ),
                ),
                ("certificate_number", models.CharField(blank=True, max_length=60, verbose_name="свидетельство")),
                ("certificate_date", models.DateField(blank=True, null=True, verbose_name="дата свидетельства")),
                ("head_name", models.CharField(blank=True, max_length=200, verbose_name="руководитель музея")),
                ("children", models.PositiveIntegerField(default=0, verbose_name="занимается детей")),
                ("exhibits", models.PositiveIntegerField(blank=True, null=True, verbose_name="экспонатов")),
                ("founded_on", models.DateField(blank=True, null=True, verbose_name="открыт")),
                ("address", models.CharField(blank=True, max_length=300, verbose_name="адрес")),
                (
                    "sort_name",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.functions.text.Replace(
                            django.db.models.functions.text.Lower(
                                django.db.models.functions.comparison.Cast(models.F("name"), models.TextField())
                            ),
                            models.Value("ё", output_field=models.TextField()),
                            models.Value("е", output_field=models.TextField()),
                        ),
                        output_field=models.TextField(),
                        verbose_name="для сортировки",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to="providers.organisation",
                        verbose_name="организация",
                    ),
                ),
            ],
            options={
                "verbose_name": "музей",
                "verbose_name_plural": "музеи организаций",
                "db_table": "museum",
                "ordering": ["sort_name", "id"],
            },
        ),
        migrations.CreateModel(
            name="ResourceOffer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("room", "Помещение"), ("equipment", "Оборудование")],
                        default="room",
                        max_length=10,
                        verbose_name="вид",
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="что предлагается")),
                (
                    "terms",
                    models.TextField(
                        blank=True, help_text="Когда свободно, что нужно обеспечить", verbose_name="условия"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Предлагается"), ("closed", "Снято")],
                        default="open",
                        max_length=6,
                        verbose_name="состояние",
                    ),
                ),
                (
                    "sort_name",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.functions.text.Replace(
                            django.db.models.functions.text.Lower(
                                django.db.models.functions.comparison.Cast(models.F("name"), models.TextField())
                            ),
                            models.Value("ё", output_field=models.TextField()),
                            models.Value("е", output_field=models.TextField()),
                        ),
                        output_field=models.TextField(),
                        verbose_name="для сортировки",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to="providers.organisation",
                        verbose_name="организация",
                    ),
                ),
                (
                    "venue",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="providers.venue",
                        verbose_name="площадка",
                    ),
                ),
            ],
            options={
                "verbose_name": "общий ресурс",
                "verbose_name_plural": "общие ресурсы",
                "db_table": "resource_offer",
                "ordering": ["sort_name", "id"],
            },
        ),
        migrations.CreateModel(
            name="ResourceRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("purpose", models.CharField(max_length=300, verbose_name="для чего")),
                ("starts_on", models.DateField(verbose_name="с")),
                ("ends_on", models.DateField(verbose_name="по")),
                ("hours", models.CharField(blank=True, max_length=200, verbose_name="дни и часы")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "Запрошено"),
                            ("agreed", "Согласовано"),
                            ("declined", "Отказано"),
                            ("withdrawn", "Отозвано"),
                        ],
                        default="asked",
                        editable=False,
                        max_length=10,
                        verbose_name="состояние",
                    ),
                ),
                ("answer", models.TextField(blank=True, editable=False, verbose_name="ответ")),
                (
                    "offer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="requests",
                        to="providers.resourceoffer",
                        verbose_name="ресурс",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to="providers.organisation",
                        verbose_name="кто просит",
                    ),
                ),
            ],
            options={
                "verbose_name": "запрос ресурса",
                "verbose_name_plural": "запросы общих ресурсов",
                "db_table": "resource_request",
                "ordering": ["-starts_on", "id"],
            },
        ),
        migrations.AddConstraint(
            model_name="inventorycampaign",
            constraint=models.UniqueConstraint(
                fields=("municipality", "year", "name"), name="inventory_campaign_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="inventorycampaign",
            constraint=models.CheckConstraint(
                condition=models.Q(("due_on__gte", models.F("starts_on"))), name="inventory_campaign_term"
            ),
        ),
        migrations.AddConstraint(
            model_name="inventorysheet",
            constraint=models.UniqueConstraint(fields=("campaign", "organisation"), name="inventory_sheet_unique"),
        ),
        migrations.AddConstraint(
            model_name="inventorysheet",
            constraint=models.CheckConstraint(condition=models.Q(("filled__lte", 100)), name="inventory_sheet_filled"),
        ),
        migrations.AddConstraint(
            model_name="inventoryline",
            constraint=models.UniqueConstraint(fields=("sheet", "item"), name="inventory_line_unique"),
        ),
        migrations.AddConstraint(
            model_name="inventoryline",
            constraint=models.CheckConstraint(
                condition=models.Q(("usable__isnull", True), ("usable__lte", models.F("present")), _connector="OR"),
                name="inventory_line_usable",
            ),
        ),
        migrations.AddConstraint(
            model_name="museum",
            constraint=models.UniqueConstraint(fields=("organisation", "name"), name="museum_unique"),
        ),
        migrations.AddConstraint(
            model_name="resourceoffer",
            constraint=models.UniqueConstraint(fields=("organisation", "name"), name="resource_offer_unique"),
        ),
        migrations.AddConstraint(
            model_name="resourcerequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on__gte", models.F("starts_on"))), name="resource_request_term"
            ),
        ),
        track(
            "inventory_item",
            "inventory_campaign",
            "inventory_sheet",
            "inventory_line",
            "resource_offer",
            "resource_request",
            "museum",
        ),
    ]
