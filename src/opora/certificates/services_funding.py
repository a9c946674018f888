"""Money of certificates: from accounting to funded and back, the funding queue (spec/financing.md)."""

from __future__ import annotations

from opora.certificates import dependants, ledger, letters, policy, queries
from opora.certificates.models import (
    Certificate,
    CertificateBalance,
    CertificateGroup,
    FundingPeriod,
    FundingQueue,
)
from opora.certificates.rules import to_kopecks
from opora.certificates.rules.ledger import close, set_nominal
from opora.certificates.rules.life import change_reasons, vacancy_reasons
from opora.certificates.services import need_reason, save, take, told
from opora.core import clock, russian
from opora.core.access import SYSTEM, Actor
from opora.core.reasons import Reason, Refused
from opora.core.transactions import act

SOURCE = "funding_queue"
"""Every nominal stands on a request: the queue row is the unique source of its entry."""


def request_funding(actor: Actor, *, certificate: Certificate, period: FundingPeriod | None = None) -> FundingQueue:
    """Ask for money on an active certificate: given at once when there is a vacancy, else a place in the queue.

    Returns the request: `served` or `waiting`. Refused when no period is open, no certificate group fits the
    child, or the certificate already has money in the period.
    """
    with act(actor):
        row = take(actor, certificate, "fund")
        today = clock.today(row.municipality.time_zone)
        period = period or queries.current_period(row.municipality_id, today)
        _check_request(row, period)
        assert period is not None
        groups = queries.groups_for(period, row.child, today)
        if not groups:
            raise Refused(
                Reason(
                    "no_group",
                    "Для этого ребёнка в нынешнем периоде нет группы сертификатов с деньгами.",
                    ground=f"параметры периода «{period.name}»",
                    hint="По сертификату учёта можно заниматься бесплатно на бюджетных местах.",
                )
            )
        group = lock_group(groups[0].pk)
        request = FundingQueue.objects.create(
            certificate=row, period=period, certificate_group=group, requested_at=clock.now()
        )
        if _may_give(group, request):
            _give(actor, row, request)
        else:
            letters.changed(row, "queued", place=queries.queue_position(request))
    return request


def leave_queue(actor: Actor, *, certificate: Certificate) -> None:
    """Give up the waiting place; asking again means the end of the queue."""
    with act(actor):
        row = take(actor, certificate, "fund")
        if not leave_queues(row):
            raise Refused(Reason("not_waiting", "Этот сертификат не стоит в очереди."))
        told(row, "left_queue")


def leave_queues(row: Certificate) -> int:
    """End all waiting places of a locked certificate, inside the caller's transaction."""
    return FundingQueue.objects.filter(certificate=row, state="waiting").update(
        state=FundingQueue.State.LEFT, ended_at=clock.now()
    )


def serve_queue(group_id: int) -> int:
    """Give money to the heads of a group's queue while there are vacancies; returns how many got it.

    Each head is served in its own transaction: certificate first, then the group, as everywhere.
    """
    served = 0
    while True:
        head = FundingQueue.objects.filter(certificate_group_id=group_id, state="waiting").first()
        if head is None:
            return served
        with act(SYSTEM):
            ledger.lock([head.certificate_id])
            group = lock_group(group_id)
            request = FundingQueue.objects.filter(pk=head.pk, state="waiting").first()
            if request is None:
                continue  # served or left meanwhile
            row = _certificate(head.certificate_id)
            if row.state != Certificate.State.ACTIVE:
                leave_queues(row)
                continue
            if not _may_give(group, request):
                return served
            _give(SYSTEM, row, request)
            served += 1


def to_accounting(actor: Actor, *, certificate: Certificate, reason: str) -> None:
    """Turn a funded certificate into an accounting one, only while nothing is used; the place passes on."""
    text = need_reason(reason, "Напишите, почему сертификат переводится в учёт.")
    with act(actor):
        row = take(actor, certificate, "fund")
        if row.kind != Certificate.Kind.FUNDED:
            raise Refused(Reason("not_funded", "На этом сертификате и так нет денег."))
        balances = list(CertificateBalance.objects.filter(certificate=row, nominal__gt=0))
        open_now = [b for b in balances if b.period.ends_on >= clock.today(row.municipality.time_zone)]
        for balance in open_now:
            if reasons := change_reasons(ledger.totals(row.pk, balance.period_id)):
                raise Refused(reasons)
        dependants.cascade(actor, row.pk, "to_accounting")
        for balance in open_now:
            ledger.post(
                close("to_accounting", ledger.totals(row.pk, balance.period_id)),
                certificate_id=row.pk,
                period_id=balance.period_id,
                source_kind=SOURCE,
                source_id=_latest_request(row, balance.period_id),
                reason=text,
                account_id=actor.account_id,
            )
        row.kind, row.funded_since = Certificate.Kind.ACCOUNTING, None
        save(row)
        told(row, "to_accounting", why=text)
    for balance in open_now:
        if balance.certificate_group_id:
            serve_queue(balance.certificate_group_id)


def change_group(actor: Actor, *, certificate: Certificate, group: CertificateGroup, reason: str) -> Certificate:
    """Put the certificate into another certificate group of the same period, while nothing is used."""
    text = need_reason(reason, "Напишите, почему меняется группа сертификатов.")
    with act(actor):
        row = take(actor, certificate, "regroup")
        balance = CertificateBalance.objects.filter(certificate=row, period_id=group.period_id).first()
        if balance is None or balance.nominal == 0:
            raise Refused(Reason("not_funded", "На этом сертификате нет денег в выбранном периоде."))
        totals = ledger.totals(row.pk, group.period_id)
        if reasons := change_reasons(totals):
            raise Refused(reasons)
        if group not in queries.groups_for(group.period, row.child, clock.today(row.municipality.time_zone)):
            raise Refused(
                Reason("group_unfit", "Эта группа не подходит ребёнку по возрасту или категории.", field="group")
            )
        for pk in sorted({balance.certificate_group_id or group.pk, group.pk}):
            lock_group(pk)
        parameters = queries.parameters_of(group.period)
        if reasons := vacancy_reasons(
            queries.group_load(group), to_kopecks(group.nominal), over_commitment=parameters.over_commitment
        ):
            raise Refused(reasons)
        request = FundingQueue.objects.create(
            certificate=row,
            period=group.period,
            certificate_group=group,
            requested_at=clock.now(),
            state=FundingQueue.State.SERVED,
            ended_at=clock.now(),
        )
        ledger.post(
            set_nominal(totals, to_kopecks(group.nominal)),
            certificate_id=row.pk,
            period_id=group.period_id,
            source_kind=SOURCE,
            source_id=request.pk,
            reason=text,
            account_id=actor.account_id,
            certificate_group_id=group.pk,
        )
        save(row)
        told(row, "regrouped", group=group.name, sum=group.nominal)
    if balance.certificate_group_id:
        serve_queue(balance.certificate_group_id)
    return row


def serve_all_queues() -> int:
    """Serve every queue that has somebody waiting: repairs what a crash between two transactions left."""
    groups = FundingQueue.objects.filter(state="waiting", period__state="approved")
    return sum(serve_queue(pk) for pk in sorted(set(groups.values_list("certificate_group_id", flat=True))))


def give_period_nominals(actor: Actor, *, period: FundingPeriod) -> int:
    """Give funded certificates of the municipality their nominals in an approved period; returns how many.

    Those who find no vacancy wait in the queue of the new period. Safe to repeat.
    """
    policy.PERIOD.get(actor, "give_nominals", pk=period.pk)
    if period.state != FundingPeriod.State.APPROVED:
        raise Refused(Reason("not_approved", "Номиналы дают только в утверждённом периоде."))
    given = 0
    for row in queries.funded_without(period).iterator():
        waits = FundingQueue.objects.filter(certificate=row, period=period, state="waiting").exists()
        if waits:
            continue
        try:
            request = request_funding(SYSTEM, certificate=row, period=period)
            given += request.state == FundingQueue.State.SERVED
        except Refused:
            continue  # no group of the new period fits this child
    return given


def lock_group(group_id: int) -> CertificateGroup:
    """Lock a certificate group (after its certificates): its limits are counted under this lock."""
    rows = CertificateGroup.objects.select_for_update(no_key=True, of=("self",)).select_related("period")
    return rows.get(pk=group_id)


def _may_give(group: CertificateGroup, request: FundingQueue) -> bool:
    if group.period.state != FundingPeriod.State.APPROVED:
        return False
    earlier = FundingQueue.objects.filter(certificate_group=group, state="waiting").first()
    if earlier is not None and earlier.pk != request.pk:
        return False
    over = queries.parameters_of(group.period).over_commitment
    return not vacancy_reasons(queries.group_load(group), to_kopecks(group.nominal), over_commitment=over)


def _give(actor: Actor, row: Certificate, request: FundingQueue) -> None:
    group, period = request.certificate_group, request.period
    ledger.post(
        set_nominal(ledger.totals(row.pk, period.pk), to_kopecks(group.nominal)),
        certificate_id=row.pk,
        period_id=period.pk,
        source_kind=SOURCE,
        source_id=request.pk,
        reason=f"Номинал группы «{group.name}»",
        account_id=actor.account_id,
        certificate_group_id=group.pk,
    )
    request.state, request.ended_at = FundingQueue.State.SERVED, clock.now()
    request.save(update_fields=["state", "ended_at"])
    row.kind, row.funded_since = Certificate.Kind.FUNDED, clock.now()
    save(row)
    days = queries.parameters_of(period).idle_days_after_issue
    told(
        row,
        "funded",
        period=period.name,
        sum=group.nominal,
        days=russian.plural(days, "день", "дня", "дней"),
    )


def _check_request(row: Certificate, period: FundingPeriod | None) -> None:
    reasons = []
    if row.state != Certificate.State.ACTIVE:
        reasons.append(
            Reason(
                "not_active",
                "Деньги дают на действующий сертификат.",
                hint="Сначала подтвердите личность ребёнка и активируйте сертификат.",
            )
        )
    if period is None:
        reasons.append(
            Reason(
                "no_period",
                "В муниципалитете сейчас нет утверждённого периода финансирования.",
                hint="Когда его утвердят, можно будет попросить деньги здесь же.",
            )
        )
    else:
        if CertificateBalance.objects.filter(certificate=row, period=period, nominal__gt=0).exists():
            reasons.append(Reason("already_funded", "В этом периоде на сертификате уже есть деньги."))
        if FundingQueue.objects.filter(certificate=row, period=period, state="waiting").exists():
            reasons.append(Reason("already_waiting", "Сертификат уже стоит в очереди."))
    if reasons:
        raise Refused(reasons)


def _latest_request(row: Certificate, period_id: int) -> int:
    found = FundingQueue.objects.filter(certificate=row, period_id=period_id, state="served")
    latest = found.order_by("-ended_at", "-pk").values_list("pk", flat=True).first()
    return latest or row.pk


def _certificate(pk: int) -> Certificate:
    return Certificate.objects.select_related("child", "municipality__region").get(pk=pk)
