from django.apps import AppConfig


class EnrolmentConfig(AppConfig):
    name = "opora.enrolment"
    label = "enrolment"

    def ready(self) -> None:
        from opora.enrolment import cabinet, jobs  # noqa: F401 – they register themselves
