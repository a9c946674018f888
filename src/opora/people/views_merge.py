"""The queue of possible duplicates: compare side by side, decide, undo."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from opora.core import russian
from opora.core.identifiers import format_snils
from opora.core.journal import log_access
from opora.core.reasons import Refused
from opora.people import cabinet, policy, queries, services_merge
from opora.people.forms import MergeForm, ReasonForm, add_reasons
from opora.people.models import Child, MergeTask
from opora.people.requests import ActorRequest

STATES = {"open": "Ждут решения", "merged": "Объединены", "different": "Разные дети"}


@login_required
@require_safe
def merge_list(request: ActorRequest) -> HttpResponse:
    """Possible duplicates by state."""
    state = request.GET.get("state", "open")
    state = state if state in STATES else "open"
    page = Paginator(queries.merge_tasks(request.actor, state=state), 50).get_page(request.GET.get("page"))
    tabs = [{"title": title, "url": f"?state={code}", "active": code == state} for code, title in STATES.items()]
    return render(request, "people/merge_list.html", {"page": page, "tabs": tabs, "state": state})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def merge_task(request: ActorRequest, pk: int) -> HttpResponse:
    """Two records side by side and the decision; a decided pair can be undone here."""
    task = queries.merge_task(request.actor, pk)
    if task.state == MergeTask.State.OPEN:
        form: MergeForm | ReasonForm = MergeForm(request.POST or None, left=task.left, right=task.right)
    else:
        form = ReasonForm(request.POST or None, label="Почему объединение ошибочно")
    if request.method == "POST":
        policy.MERGE.get(request.actor, "decide", pk=pk)
        if form.is_valid():
            try:
                said = _decide(request, task, form.cleaned_data)
            except Refused as error:
                add_reasons(form, error)
            else:
                messages.success(request, said)
                return redirect("people:merge_list")
    else:
        for side in (task.left, task.right):
            log_access(request.actor, "child.compare", side, by=policy.MERGE, judged=task, reason="возможные двойники")
    return render(
        request,
        "people/merge_task.html",
        {
            "task": task,
            "rows": _comparison(task.left, task.right),
            "form": form,
            "left_links": cabinet.links_for(request.actor, task.left),
            "right_links": cabinet.links_for(request.actor, task.right),
        },
    )


def _decide(request: ActorRequest, task: MergeTask, values: dict[str, str]) -> str:
    if task.state == MergeTask.State.MERGED:
        services_merge.undo_merge(request.actor, task=task, reason=values["reason"])
        return "Объединение отменено, карточки снова ждут решения."
    if values["decision"] == "apart":
        services_merge.keep_apart(request.actor, task=task, reason=values["reason"])
        return "Записано: это разные дети."
    kept = task.left if values["decision"] == f"keep_{task.left_id}" else task.right
    services_merge.merge_children(request.actor, task=task, kept=kept)
    return "Карточки объединены. Всё перенесено в основную."


def _comparison(left: Child, right: Child) -> list[dict[str, object]]:
    """Rows of the comparison: label, both values, whether they differ."""
    rows = []
    for label, show in _SHOWN:
        first, second = show(left), show(right)
        rows.append({"label": label, "left": first, "right": second, "differs": first != second})
    return rows


def _who(child: Child) -> str:
    return ", ".join(
        f"{row.account} ({row.get_relation_display().lower()})" for row in getattr(child, "living_guardianships", [])
    )


_SHOWN = (
    ("Фамилия", lambda c: c.last_name),
    ("Имя", lambda c: c.first_name),
    ("Отчество", lambda c: c.patronymic),
    ("Дата рождения", lambda c: russian.date_full(c.birth_date)),
    ("Пол", lambda c: c.get_sex_display()),
    ("СНИЛС", lambda c: format_snils(c.snils) if c.snils else ""),
    ("Где живёт", lambda c: str(c.locality or "")),
    ("Адрес", lambda c: c.address),
    ("Школа и класс", lambda c: " ".join(filter(None, (c.school_name, c.school_class)))),
    ("Личность", lambda c: c.get_identity_display()),
    ("Карточка", lambda c: c.get_state_display()),
    ("Представители", _who),
    ("Заведена", lambda c: russian.date_full(c.created_at)),
)
