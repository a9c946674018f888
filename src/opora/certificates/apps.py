from django.apps import AppConfig


class CertificatesConfig(AppConfig):
    name = "opora.certificates"
    label = "certificates"
