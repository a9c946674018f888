"""Letters about a certificate: each change of its state and each movement is told to the guardians."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from opora.certificates.models import Certificate, CertificateEntry
from opora.core import russian
from opora.people.letters import to_guardians

CHANGES = {
    "applied": (
        "Заявление на сертификат принято",
        "Мы приняли заявление на сертификат ({child}).\n\nОтветим не позже {due}. Когда сертификат выдадут, придёт письмо.",
    ),
    "issued": (
        "Сертификат выдан",
        "Номер сертификата: {number} ({child}).\n\nЧтобы он заработал, один раз придите в пункт приёма с документом"
        " ребёнка: свидетельством о рождении или паспортом. На это есть {days}.",
    ),
    "issued_confirmed": (
        "Сертификат выдан",
        "Номер сертификата: {number} ({child}). Личность ребёнка уже подтверждена.\n\nОсталось активировать сертификат"
        " в личном кабинете.",
    ),
    "refused": (
        "В сертификате отказано",
        "По заявлению на сертификат отказано ({child}). Причина: {reason}\n\nКогда причина устранена, подайте заявление"
        " ещё раз. Если она непонятна, позвоните в опорный центр.",
    ),
    "withdrawn": (
        "Заявление на сертификат отозвано",
        "Заявление на сертификат отозвано ({child}).\n\nПодать его снова можно в любой день.",
    ),
    "expired": (
        "Сертификат не подтверждён вовремя",
        "Личность ребёнка не подтвердили в срок, и сертификат закрыт ({child}).\n\nМожно подать новое заявление и прийти"
        " в пункт приёма с документом ребёнка.",
    ),
    "active": (
        "Сертификат действует",
        "Номер {number} ({child}).\n\nТеперь по нему можно записываться в кружки: в навигаторе видно, сколько платит"
        " сертификат и сколько вы.",
    ),
    "frozen": (
        "Сертификат приостановлен",
        "Сертификат {number} приостановлен ({child}). {reason}\n\nНовые договоры по нему не заключаются, заявки, которые"
        " ждали ответа, закрыты. Возобновить его можно со следующего периода.",
    ),
    "unfrozen": (
        "Сертификат снова действует",
        "Номер {number} ({child}).\n\nПо нему опять можно записываться в кружки.",
    ),
    "annulled": (
        "Сертификат аннулирован",
        "Сертификат {number} аннулирован ({child}). Причина: {reason}\n\nДействующие договоры закончатся с этим месяцем."
        " Если это ошибка, позвоните в опорный центр; новое заявление можно подать в любой день.",
    ),
    "aged_out": (
        "Сертификат завершён",
        "Исполнилось 18 лет, и сертификат закрыт ({child}).\n\nДействующие договоры закончатся с этим месяцем. Делать"
        " ничего не нужно.",
    ),
    "moved": (
        "Сертификат перенесён",
        "Семья переехала: прежний сертификат закрыт, новый номер {number} ({child}).\n\nДоговоры на прежнем месте"
        " закончатся с этим месяцем. Новый сертификат виден в личном кабинете.",
    ),
    "funded": (
        "На сертификате появились деньги",
        "Номинал на период «{period}»: {sum} ({child}).\n\nВыберите кружок: если за {days} не будет ни одной заявки,"
        " деньги перейдут следующему в очереди.",
    ),
    "queued": (
        "Вы в очереди на деньги для сертификата",
        "Сейчас все сертификаты финансирования выданы ({child}). Ваше место в очереди: {place}.\n\nКогда она подойдёт,"
        " мы напишем. Записываться в бесплатные кружки можно уже сейчас.",
    ),
    "left_queue": (
        "Вы вышли из очереди на финансирование",
        "Очередь на деньги для сертификата покинута ({child}).\n\nВернуться можно, но уже в конец очереди.",
    ),
    "to_accounting": (
        "Сертификат снова без денег",
        "Деньги с сертификата перешли следующему в очереди ({child}). Причина: {why}\n\nСертификат остаётся, по нему"
        " можно заниматься бесплатно. Попросить деньги снова можно в личном кабинете.",
    ),
    "regrouped": (
        "Изменён номинал сертификата",
        "Группа сертификата: {group}. Номинал: {sum} ({child}).\n\nНовый номинал действует сразу, он виден в личном"
        " кабинете.",
    ),
}


def changed(certificate: Certificate, what: str, **values: object) -> None:
    """Tell the guardians of a change; `values` fill the text."""
    subject, body = CHANGES[what]
    name = certificate.child.first_name
    shown = {"number": certificate.number or "", "reason": certificate.reason, "child": name, **values}
    to_guardians(
        certificate.child_id,
        kind=f"certificate.{what}",
        subject=subject,
        body=body.format(**{key: _shown(value) for key, value in shown.items()}).strip(),
        link=f"/cabinet/certificates/{certificate.public_id}/",
    )


def idle_soon(certificate: Certificate, due: dt.date) -> None:
    """Tell once that the money passes on if no application is made before that day."""
    to_guardians(
        certificate.child_id,
        kind="certificate.idle_soon",
        subject="Деньги на сертификате ждут заявки",
        body=(
            f"На сертификате есть деньги, но ни одной заявки на кружок ({certificate.child.first_name}).\n\n"
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
        subject="Движение по сертификату",
        body=(
            f"{entry.reason}. Сумма: {russian.money(abs(total))} ({entry.certificate.child.first_name}).\n\n"
            "Все движения и остаток – в выписке в личном кабинете."
        ),
        link=f"/cabinet/certificates/{entry.certificate.public_id}/statement/",
        dedup=f"certificate.entry:{entry.pk}",
    )


def _shown(value: object) -> str:
    return russian.money(value) if isinstance(value, Decimal) else str(value)
