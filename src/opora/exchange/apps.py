from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "opora.exchange"
    label = "exchange"
