from django.apps import AppConfig


class SurveysConfig(AppConfig):
    name = "opora.surveys"
    label = "surveys"
    verbose_name = "Формы"
