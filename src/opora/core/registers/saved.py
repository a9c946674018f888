"""Named filters: a person keeps the present filter of a register under a name and finds it above the list."""

from __future__ import annotations

from django.http import QueryDict

from opora.core.access import Actor
from opora.core.models import SavedFilter
from opora.core.reasons import Hidden, Reason, Refused
from opora.core.registers.declaration import Register
from opora.core.transactions import act

MOST = 20
LONGEST = 2000
ENDS = ("", "_from", "_to")


def kept(register: Register, params: QueryDict) -> str:
    """What of a list's parameters a name keeps: its filters and order.

    Words of a search stay out where they may be somebody's name.
    """
    names = {item.name + end for item in register.all_filters for end in ENDS} | {"sort"}
    if not register.personal_fields and not register.masks:
        names.add("q")
    query = QueryDict(mutable=True)
    for name in params:
        if name in names and (values := [value for value in params.getlist(name) if value]):
            query.setlist(name, values)
    return query.urlencode()


def of(actor: Actor, register: Register) -> list[SavedFilter]:
    """The actor's own named filters of a register, by name."""
    if actor.account_id is None:
        return []
    return list(SavedFilter.objects.filter(account_id=actor.account_id, register=register.slug).order_by("name", "pk"))


def save(actor: Actor, register: Register, *, name: str, query: str) -> SavedFilter:
    """Keep the filter under the name; the same name is given anew. Raises Refused."""
    title = " ".join(name.split())[:80]
    wanted = kept(register, QueryDict(query[:LONGEST]))
    if not title:
        raise Refused(Reason("name_missing", "Назовите отбор, чтобы узнать его потом.", field="name"))
    if not wanted:
        raise Refused(Reason("nothing_kept", "Сохранять нечего: отбор пуст. Слова поиска в отбор не входят."))
    with act(actor):
        rows = SavedFilter.objects.filter(account_id=actor.account_id or 0, register=register.slug)
        if not rows.filter(name=title).exists() and rows.count() >= MOST:
            raise Refused(Reason("too_many", f"Сохранено уже {MOST} отборов. Удалите ненужные."))
        row, _ = SavedFilter.objects.update_or_create(
            account_id=actor.account_id or 0, register=register.slug, name=title, defaults={"query": wanted}
        )
    return row


def delete(actor: Actor, register: Register, pk: int) -> None:
    """Forget one's own filter; a stranger's is Hidden."""
    with act(actor):
        rows = SavedFilter.objects.filter(account_id=actor.account_id or 0, register=register.slug, pk=pk)
        if not rows.delete()[0]:
            raise Hidden("saved_filter")
