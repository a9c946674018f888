from django.apps import AppConfig


class EnrolmentConfig(AppConfig):
    name = "opora.enrolment"
    label = "enrolment"
