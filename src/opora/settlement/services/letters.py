"""Letters to the two sides about documents: to the provider's managers what was decided, to the payer what came."""

from __future__ import annotations

from collections.abc import Sequence

from opora.core import russian
from opora.core.outbox import write_letter
from opora.people.models import RoleAssignment
from opora.settlement.models import SettlementDocument

TEXTS = {
    "approved": ("Документ проверен", "{document} за {month} проверен плательщиком. К оплате: {sum}."),
    "returned": (
        "Документ возвращён с замечаниями",
        "{document} за {month} возвращён. Замечания: {remarks} Новый черновик уже составлен: поправьте и выставьте его.",
    ),
    "paid": ("Документ оплачен", "{document} за {month} оплачен: {sum}."),
}


def decided(documents: Sequence[SettlementDocument]) -> None:
    """Tell the managers of the organisations; the same state of a document is told once."""
    managers: dict[int, list[tuple[int, str]]] = {}
    rows = RoleAssignment.objects.filter(
        role="provider_manager",
        place_kind="organisation",
        place_id__in={one.organisation_id for one in documents},
        ends_on__isnull=True,
        account__is_active=True,
    )
    for place, account, email in rows.values_list("place_id", "account_id", "account__email"):
        managers.setdefault(place or 0, []).append((account, email))
    for one in documents:
        subject, body = TEXTS[one.state]
        text = body.format(
            document=one, month=russian.month(one.month), sum=russian.money(one.payable), remarks=one.remarks
        )
        for account, email in managers.get(one.organisation_id, []):
            write_letter(
                account_id=account,
                address=email,
                kind=f"settlement.{one.state}",
                subject=subject,
                body=text,
                link=f"/office/settlement/documents/{one.pk}/",
                dedup=f"settlement:{one.pk}:{one.state}:{account}",
            )
