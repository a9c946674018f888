"""What certificates know when two records of one child become one."""

from __future__ import annotations

from opora.certificates.models import Certificate, CertificateBalance
from opora.certificates.rules.life import LIVING_STATES
from opora.core.access import Actor
from opora.people import merging


def facts(child_id: int) -> dict[str, object]:
    """Whether money of a living certificate of the child is reserved or spent."""
    rows = CertificateBalance.objects.filter(certificate__child_id=child_id, certificate__state__in=LIVING_STATES)
    used = any(row.balance != row.nominal for row in rows)
    return {"has_used_balance": used}


def keep_one(actor: Actor, kept_id: int, merged_id: int) -> None:
    """At most one living certificate: the used, else the further one stays, the other is annulled with a reason."""
    from opora.certificates.services_life import annul

    rows = list(Certificate.objects.filter(child_id__in=(kept_id, merged_id), state__in=LIVING_STATES).order_by("pk"))
    if len(rows) < 2:
        return
    rows.sort(key=lambda row: _worth(row, kept_id), reverse=True)
    for spare in rows[1:]:
        if spare.state == Certificate.State.APPLIED:
            from opora.certificates.services import refuse

            refuse(actor, certificate=spare, reason="Карточки ребёнка объединены, сертификат уже есть.")
        else:
            annul(actor, certificate=spare, reason="Карточки ребёнка объединены, остаётся один сертификат.")


def _worth(row: Certificate, kept_id: int) -> tuple[bool, int, bool, bool]:
    used = CertificateBalance.objects.filter(certificate=row).exclude(reserve=0, spent=0).exists()
    rank = {"applied": 0, "issued": 1, "frozen": 2, "active": 3}[row.state]
    return (used, rank, row.kind == Certificate.Kind.FUNDED, row.child_id == kept_id)


merging.facts(facts)
merging.prepare(keep_one)
