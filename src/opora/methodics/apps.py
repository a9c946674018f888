from django.apps import AppConfig


class MethodicsConfig(AppConfig):
    name = "opora.methodics"
    label = "methodics"
    verbose_name = "Методическая работа"
