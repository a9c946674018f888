"""Evidence kept by hand: files, links to rows of registers, words; withdrawn with a reason, never deleted."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from opora.core import clock, files
from opora.core.access import Actor
from opora.core.reasons import Forbidden, Hidden, Reason, Refused
from opora.core.transactions import act
from opora.planning import policy
from opora.planning.models import ConceptTarget, Evidence, PlanItem
from opora.planning.services.plans import locked, require
from opora.planning.services.recount import recount_item

MOST_BYTES = 20 * 1024 * 1024
KINDS = {
    ".pdf": files.PDF,
    ".docx": files.DOCX,
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".zip": "application/zip",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".sig": "application/pkcs7-signature",
}


@dataclass(frozen=True, slots=True)
class Paper:
    """An uploaded file: its name and bytes."""

    name: str
    data: bytes

    @property
    def content_type(self) -> str:
        """By the name. Raises Refused for a kind that is not kept, an empty or too big file."""
        suffix = "." + self.name.rpartition(".")[2].lower()
        if suffix not in KINDS:
            known = ", ".join(sorted(kind[1:].upper() for kind in KINDS))
            raise Refused(Reason("file_kind", f"Такой файл не хранится. Подойдут: {known}.", field="file"))
        if not self.data:
            raise Refused(Reason("file_empty", "Файл пуст.", field="file"))
        if len(self.data) > MOST_BYTES:
            raise Refused(Reason("file_size", "Файл больше 20 МБ.", field="file"))
        return KINDS[suffix]


def add_evidence(
    actor: Actor,
    *,
    item: PlanItem | None = None,
    target: ConceptTarget | None = None,
    date: dt.date,
    text: str,
    link: str = "",
    paper: Paper | None = None,
    amount: Decimal | None = None,
    closes: bool = False,
) -> Evidence:
    """Evidence of an item or of a target result. Not of a day to come; a link leads into the system or to https."""
    _may(actor, item, target)
    zone = (item.plan if item else target.concept).municipality.time_zone  # type: ignore[union-attr]
    reasons = []
    if not text.strip():
        reasons.append(Reason("text_required", "Напишите, что это подтверждает.", field="text"))
    if date > clock.today(zone):
        reasons.append(Reason("date_ahead", "Дата подтверждения ещё не наступила.", field="date"))
    if link and not link.startswith(("/office/", "/navigator/", "https://", "http://")):
        hint = "Скопируйте адрес страницы из браузера."
        reasons.append(Reason("link_wrong", "Ссылка не похожа на адрес страницы.", hint=hint, field="link"))
    if amount is not None and amount < 0:
        reasons.append(Reason("amount_negative", "Число не может быть отрицательным.", field="amount"))
    if reasons:
        raise Refused(reasons)
    content_type = paper.content_type if paper else ""
    with act(actor):
        if item is not None:
            locked(item.plan_id)
        made = Evidence.objects.create(
            item=item,
            target=target,
            date=date,
            text=text.strip(),
            link=link,
            amount=amount,
            closes=closes,
            added_by_id=actor.account_id,
        )
        if paper is not None:
            made.file = files.store(actor, owner=made, name=paper.name, content_type=content_type, data=paper.data)
            made.save(update_fields=["file"])
        if item is not None:
            recount_item(item)
    return made


def withdraw_evidence(actor: Actor, *, evidence: Evidence, reason: str) -> Evidence:
    """What was put here by mistake proves nothing any more; the row and its file stay."""
    _may(actor, evidence.item, evidence.target)
    if not reason.strip():
        raise Refused(Reason("reason_required", "Напишите, почему подтверждение отзывается.", field="reason"))
    with act(actor):
        if evidence.item is not None:
            locked(evidence.item.plan_id)
        if evidence.withdrawn_at is None:
            evidence.withdrawn_at, evidence.withdraw_reason = clock.now(), reason.strip()[:300]
            evidence.save(update_fields=["withdrawn_at", "withdraw_reason"])
        if evidence.item is not None:
            recount_item(evidence.item)
    return evidence


def _may(actor: Actor, item: PlanItem | None, target: ConceptTarget | None) -> None:
    if item is not None:
        require(actor, "write", item.plan)
        return
    assert target is not None
    if not policy.targets.allowed(actor, "prove"):
        raise Forbidden("prove")
    if not policy.targets.can(actor, "prove", target):
        raise Hidden("target")
