from django.apps import AppConfig


class CertificatesConfig(AppConfig):
    name = "opora.certificates"
    label = "certificates"

    def ready(self) -> None:
        from opora.certificates import cabinet, jobs, services_merge  # noqa: F401 – they register themselves
