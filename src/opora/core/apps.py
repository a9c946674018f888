from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "opora.core"
    label = "core"
    verbose_name = "Основа"

    def ready(self) -> None:
        from django.utils.module_loading import autodiscover_modules

        from opora.core import checks, housekeeping, letters  # noqa: F401  start-up checks, periodic work
        from opora.core.survival import retention  # noqa: F401  periodic backup

        # rooms declare registers, menu items and work sources in these modules
        autodiscover_modules("registers", "office", "jobs", "invariants", "measures")
