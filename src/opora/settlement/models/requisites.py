"""Requisites of a payer and the signed terms of payment agreements."""

from __future__ import annotations

from django.db import models

from opora.core.personal import OFFICIAL


class PayerProfile(models.Model):
    """Requisites of the payer of a municipality: the source of new terms, statements are read against its account."""

    municipality = models.OneToOneField(
        "territory.Municipality", on_delete=models.PROTECT, related_name="payer_profile", verbose_name="муниципалитет"
    )
    name = models.CharField("полное наименование", max_length=300)
    inn = models.CharField("ИНН", max_length=12)
    kpp = models.CharField("КПП", max_length=9, blank=True)
    oktmo = models.CharField("ОКТМО", max_length=11, blank=True)
    bank_name = models.CharField("банк или орган казначейства", max_length=250)
    bik = models.CharField("БИК", max_length=9)
    treasury_account = models.CharField("единый казначейский счёт (40102…)", max_length=20)
    account = models.CharField("казначейский счёт (03…)", max_length=20)
    personal_account = models.CharField("лицевой счёт", max_length=20, blank=True)
    kbk = models.CharField("КБК расходов", max_length=20)
    kosgu = models.CharField("КОСГУ", max_length=3)
    signatory_name = models.CharField("подписывает", max_length=200)
    signatory_post = models.CharField("должность", max_length=200)
    signatory_ground = models.CharField("действует на основании", max_length=200, default="Устава")
    PERSONAL = {"signatory_name": OFFICIAL}

    class Meta:
        db_table = "payer_profile"
        verbose_name = "реквизиты плательщика"
        verbose_name_plural = "реквизиты плательщиков"

    def __str__(self) -> str:
        return self.name


class AgreementTerms(models.Model):
    """The requisites under which an agreement is paid. Version 1 is the agreement, later ones amend it.

    `payer` and `provider` hold `rules.requisites.Requisites` as JSON. Signed terms never change (trigger).
    """

    agreement = models.ForeignKey(
        "certificates.PaymentAgreement", on_delete=models.PROTECT, related_name="terms", verbose_name="соглашение"
    )
    version = models.PositiveSmallIntegerField("версия", default=1)
    payer = models.JSONField("плательщик")
    provider = models.JSONField("поставщик")
    kbk = models.CharField("КБК расходов", max_length=20)
    kosgu = models.CharField("КОСГУ", max_length=3)
    limit_sum = models.DecimalField("сумма обязательства", max_digits=14, decimal_places=2, null=True, blank=True)
    signed_on = models.DateField("подписано", null=True, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, null=True, related_name="+")
    PERSONAL = {"payer": OFFICIAL, "provider": OFFICIAL}

    class Meta:
        db_table = "agreement_terms"
        verbose_name = "реквизиты соглашения"
        verbose_name_plural = "реквизиты соглашений"
        ordering = ["agreement", "version"]
        constraints = [models.UniqueConstraint(fields=["agreement", "version"], name="agreement_terms_version")]

    def __str__(self) -> str:
        return f"{self.agreement}, версия {self.version}"
