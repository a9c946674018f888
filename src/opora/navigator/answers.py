"""What the letter of a freed place asks: to be told again, or no more."""

from __future__ import annotations

from opora.catalogue.models import Group, Subscription
from opora.core.access import Actor
from opora.core.reasons import Hidden
from opora.navigator.cards import programme_url
from opora.navigator.services import subscribe
from opora.people.answers import Choice, Data, Decided, Kind, Question, register

AGAIN, STOP = "again", "stop"


def ask(actor: Actor, pk: int) -> Question | Decided:
    """By the group's id: the wish itself is deleted when it is given up."""
    group = Group.objects.select_related("programme", "organisation").filter(pk=pk).first()
    if group is None:
        raise Hidden("group")
    row = Subscription.objects.filter(account_id=actor.account_id or 0, group=group).first()
    url = programme_url(group.programme_id, group.programme.slug)
    name = f"«{group.name}» программы «{group.programme.name}»"
    if row is None:
        return Decided("Вы больше не ждёте места", f"О местах в группе {name} мы не пишем.", url)
    if row.told_at is None:
        return Decided("Мы сообщим о месте", f"Когда в группе {name} появится место, придёт письмо.", url, good=True)
    return Question(
        "Сообщить, если место появится снова?",
        f"Мы писали вам, что в группе {name} освободилось место. Его получает тот, кто подаст заявку раньше.",
        row,
        (Choice(AGAIN, "Сообщить ещё раз"), Choice(STOP, "Больше не сообщать", "secondary")),
        facts=(("Организация", group.organisation.short_name),),
        effects=(
            "Если сообщить: когда место освободится в следующий раз, придёт ещё одно письмо.",
            "Если нет: о местах в этой группе мы больше не напишем.",
        ),
    )


def answer(actor: Actor, pk: int, choice: str, data: Data) -> None:
    subscribe(actor, group_id=pk, wanted=choice == AGAIN)


register(Kind("freed", "Сообщить ещё раз или больше не сообщать", ask, answer, main=False))
