from django.apps import AppConfig


class SettlementConfig(AppConfig):
    name = "opora.settlement"
    label = "settlement"
    verbose_name = "Расчёты"

    def ready(self) -> None:
        from opora.enrolment import invariants as known
        from opora.settlement import invariants

        known.extend(invariants.CHECKS)
