from django.apps import AppConfig


class MonitoringConfig(AppConfig):
    name = "opora.monitoring"
    label = "monitoring"
