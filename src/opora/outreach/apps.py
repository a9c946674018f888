from django.apps import AppConfig


class OutreachConfig(AppConfig):
    name = "opora.outreach"
    label = "outreach"
    verbose_name = "Неохваченные дети"

    def ready(self) -> None:
        from opora.people import merging

        # two rows of a list may have been offered the two records that turn out to be one child
        merging.mover("outreach.PupilMatch", repeats_stay=True)
