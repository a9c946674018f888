from django.apps import AppConfig


class SettlementConfig(AppConfig):
    name = "opora.settlement"
    label = "settlement"
    verbose_name = "Расчёты"
