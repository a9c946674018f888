from django.apps import AppConfig


class PlanningConfig(AppConfig):
    name = "opora.planning"
    label = "planning"
    verbose_name = "Планы и концепции"
