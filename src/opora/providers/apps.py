from django.apps import AppConfig


class ProvidersConfig(AppConfig):
    name = "opora.providers"
    label = "providers"

    def ready(self) -> None:
        from opora.people import actors
        from opora.providers import queries

        # what an account reaches through a centre or as a worker, the room of people cannot know
        actors.extend(
            organisations_of_centre=queries.organisations_of_centre, staff_of_account=queries.staff_of_account
        )
