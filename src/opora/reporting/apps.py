from django.apps import AppConfig


class ReportingConfig(AppConfig):
    name = "opora.reporting"
    label = "reporting"
    verbose_name = "Отчёты"

    def ready(self) -> None:
        from opora.reporting import office  # noqa: F401  menu and work list
