from django.apps import AppConfig


class MonitoringConfig(AppConfig):
    name = "opora.monitoring"
    label = "monitoring"
    verbose_name = "Показатели"

    def ready(self) -> None:
        from opora.core import letters
        from opora.monitoring import office  # noqa: F401  menu and home figures
        from opora.monitoring.requests import partner_links, prefill
        from opora.surveys import bindings

        letters.answers(partner_links.link_of)
        bindings.offer(prefill.known_indicators)
        from opora.monitoring.indicators import coverage, others, staff, target_model, work  # noqa: F401  fill the catalogue
