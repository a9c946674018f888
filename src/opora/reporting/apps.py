from django.apps import AppConfig


class ReportingConfig(AppConfig):
    name = "opora.reporting"
    label = "reporting"
    verbose_name = "Отчёты"

    def ready(self) -> None:
        from opora.reporting import office  # noqa: F401  menu and work list
        from opora.reporting.statistics import office as statistics_office  # noqa: F401  what waits
