from django.apps import AppConfig


class SettlementConfig(AppConfig):
    name = "opora.settlement"
    label = "settlement"
    verbose_name = "Расчёты"

    def ready(self) -> None:
        from opora.people import merging
        from opora.settlement import cabinet  # noqa: F401  it registers itself

        merging.mover("settlement.TaxCertificate", repeats_stay=True)
