from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "opora.core"
    label = "core"
    verbose_name = "Основа"

    def ready(self) -> None:
        from opora.core import checks  # noqa: F401  registers the start-up checks
