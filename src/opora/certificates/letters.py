"""Letters about a certificate: each change of its state and each movement is told to the guardians."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from opora.certificates.models import Certificate, CertificateEntry
from opora.core import russian
from opora.people.letters import to_guardians

CHANGES = {
    "applied": ("Заявление на сертификат принято", "Ответим до {due}."),
    "issued": (
        "Сертификат выдан",
        "Номер сертификата: {number}. Чтобы он заработал, один раз придите в пункт приёма с документом ребёнка: "
        "свидетельством о рождении или паспортом. На это есть {days}.",
    ),
    "issued_confirmed": (
        "Сертификат выдан",
        "Номер сертификата: {number}. Личность ребёнка уже подтверждена, осталось активировать его в кабинете.",
    ),
    "refused": ("В сертификате отказано", "Причина: {reason} Можно подать заявление ещё раз."),
    "withdrawn": ("Заявление на сертификат отозвано", "Подать его снова можно в любой день."),
    "expired": (
        "Сертификат не подтверждён вовремя",
        "Личность ребёнка не подтвердили в срок, и сертификат закрыт. Можно подать новое заявление.",
    ),
    "active": ("Сертификат действует", "Номер {number}. Теперь по нему можно записываться в кружки."),
    "frozen": ("Сертификат приостановлен", "Новые договоры по нему не заключаются. {reason}"),
    "unfrozen": ("Сертификат снова действует", "Номер {number}."),
    "annulled": ("Сертификат аннулирован", "Причина: {reason}"),
    "aged_out": ("Сертификат завершён", "Ребёнку исполнилось 18 лет, и сертификат закрыт."),
    "moved": ("Сертификат перенесён", "Семья переехала: прежний сертификат закрыт, новый номер {number}."),
    "funded": (
        "На сертификате появились деньги",
        "Номинал на период «{period}»: {sum}. Выберите кружок: если за {days} не будет ни одной заявки, "
        "деньги перейдут следующему в очереди.",
    ),
    "queued": (
        "Вы в очереди на деньги для сертификата",
        "Сейчас все сертификаты финансирования выданы. Ваше место в очереди: {place}. Сообщим, когда она подойдёт.",
    ),
    "left_queue": ("Вы вышли из очереди на финансирование", "Вернуться можно, но уже в конец очереди."),
    "to_accounting": (
        "Сертификат снова без денег",
        "Причина: {why} Деньги перешли следующему в очереди. Можно попросить их снова в кабинете.",
    ),
    "regrouped": ("Изменён номинал сертификата", "Группа: {group}. Номинал: {sum}."),
}


def changed(certificate: Certificate, what: str, **values: object) -> None:
    """Tell the guardians of a change; `values` fill the text."""
    subject, body = CHANGES[what]
    shown = {"number": certificate.number or "", "reason": certificate.reason, **values}
    to_guardians(
        certificate.child_id,
        kind=f"certificate.{what}",
        subject=f"{subject}: {certificate.child.first_name}",
        body=body.format(**{key: _shown(value) for key, value in shown.items()}).strip(),
        link=f"/cabinet/certificates/{certificate.public_id}/",
    )


def idle_soon(certificate: Certificate, due: dt.date) -> None:
    """Tell once that the money passes on if no application is made before that day."""
    to_guardians(
        certificate.child_id,
        kind="certificate.idle_soon",
        subject=f"Деньги на сертификате ждут заявки: {certificate.child.first_name}",
        body=(
            "На сертификате есть деньги, но ни одной заявки на кружок. "
            f"Если до {russian.date(due)} её не будет, деньги перейдут следующему в очереди."
        ),
        link="/navigator/",
        dedup=f"certificate.idle_soon:{certificate.pk}:{due.isoformat()}",
    )


def moved(entry: CertificateEntry) -> None:
    """Tell of one movement; the same entry is told once."""
    total = entry.d_balance or -(entry.d_reserve or entry.d_spent or entry.d_nominal)
    to_guardians(
        entry.certificate.child_id,
        kind="certificate.entry",
        subject=f"Движение по сертификату: {entry.certificate.child.first_name}",
        body=f"{entry.reason}. Сумма: {russian.money(abs(total))}.",
        link=f"/cabinet/certificates/{entry.certificate.public_id}/statement/",
        dedup=f"certificate.entry:{entry.pk}",
    )


def _shown(value: object) -> str:
    return russian.money(value) if isinstance(value, Decimal) else str(value)
