from django.apps import AppConfig


class NavigatorConfig(AppConfig):
    name = "opora.navigator"
    label = "navigator"
