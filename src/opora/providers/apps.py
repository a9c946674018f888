from django.apps import AppConfig


class ProvidersConfig(AppConfig):
    name = "opora.providers"
    label = "providers"
