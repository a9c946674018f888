from django.apps import AppConfig


class NavigatorConfig(AppConfig):
    name = "opora.navigator"
    label = "navigator"

    def ready(self) -> None:
        from opora.navigator import answers  # noqa: F401  they register themselves
