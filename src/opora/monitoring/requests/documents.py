"""Files of requests: an answer and a consolidation as XLSX, the reply letter as DOCX; rows for the summary page."""

from __future__ import annotations

from collections.abc import Mapping

from opora.core import russian
from opora.monitoring.requests import letter_docx, queries
from opora.monitoring.requests.models import DataRequest, DataRequestAnswer
from opora.providers.models import Signatory
from opora.surveys import queries as forms
from opora.surveys import workbook
from opora.surveys.rules.consolidate import Consolidated
from opora.surveys.rules.definition import Address, Definition, from_json, place
from opora.surveys.rules.values import Typed, shown


def answer(one: DataRequestAnswer) -> bytes:
    """One answer as a workbook."""
    form = from_json(one.answer.version.definition)
    return workbook.answer_book(form, _heading(one.request, one), forms.sheet(one.answer).values)


def summary(one: DataRequest, *, names: bool) -> bytes:
    """The consolidation; `names` False: sums only, without texts and single answers."""
    form = from_json(one.version.definition)
    rows = queries.answers_of(one)
    whole = queries.consolidation(one)
    each: Mapping[str, Mapping[Address, Typed]] = {}
    if names:
        given = [row for row in rows if row.state in queries.DONE]
        cells = forms.cells_of([row.answer_id for row in given])
        each = {row.who: cells[row.answer_id] for row in given}
    else:
        whole = Consolidated(whole.numbers, {}, {}, whole.answers)
    silent = [row.who for row in rows if row.state not in queries.DONE]
    heading = [*_heading(one, None), f"Ответили: {whole.answers} из {len(rows)}"]
    return workbook.summary_book(form, heading, whole, silent, each)


def _heading(one: DataRequest, given: DataRequestAnswer | None) -> list[str]:
    number = f"№ {one.number} от {one.date:%d.%m.%Y}" if one.number and one.date else "черновик"
    lines = [one.subject, f"Запрос {number}, {queries.sender_name(one)}"]
    if given is not None:
        lines.append(f"Отвечает: {given.who}")
        if given.sent_at and given.letter_date:
            lines.append(f"Отправлен {given.letter_date:%d.%m.%Y}, исходящий № {given.letter_number}")
        elif given.sent_at:
            lines.append(f"Отправлен {given.sent_at.astimezone(queries.zone_of(one)):%d.%m.%Y}: {given.answered_by}")
    if one.due:
        lines.append(f"Срок ответа: {one.due:%d.%m.%Y}")
    if one.figures_on:
        lines.append(f"Показатели системы – на {one.figures_on:%d.%m.%Y}")
    return lines


def listed(form: Definition, whole: Consolidated) -> list[tuple[str, list[tuple[str, str]]]]:
    """Texts, choices and dates of a consolidation: (where, [(who, what)])."""
    return [
        (_upper(place(form, address)), [(who, shown(value)) for who, value in values])
        for address, values in whole.listed.items()
    ]


def open_rows(
    form: Definition, whole: Consolidated
) -> list[tuple[str, list[str], list[tuple[str, list[tuple[str, str]]]]]]:
    """Tables with open rows: (title, headings, [(who, [(heading, value)])])."""
    found = []
    for code, lines in whole.rows.items():
        known = form.field(code)
        if known is not None and lines:
            columns = known[1].columns
            rows = [
                (who, [(column.title, shown(cells.get(column.code))) for column in columns]) for who, cells in lines
            ]
            found.append((known[1].title, [column.title for column in columns], rows))
    return found


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def letter(one: DataRequestAnswer) -> bytes:
    """The reply letter: who writes to whom, on what, the answers in the letter and its annex."""
    form = from_json(one.answer.version.definition)
    assert one.letter_date is not None and one.request.date is not None
    post, name = _signs(one)
    head = one.organisation if one.organisation_id else one.centre
    assert head is not None
    return letter_docx.build(
        letter_docx.Letter(
            sender=getattr(head, "full_name", "") or str(head),
            address=head.address,
            contacts=", ".join(part for part in (head.phone, head.email) if part),
            number=str(one.letter_number),
            date=russian.date_long(one.letter_date),
            on=f"На № {one.request.number} от {one.request.date:%d.%m.%Y}",
            addressee=queries.sender_name(one.request),
            subject=one.request.subject,
            post=post,
            name=name,
            form=form,
            values=forms.sheet(one.answer).values,
        )
    )


def _signs(one: DataRequestAnswer) -> tuple[str, str]:
    """(post, short name) of who signs."""
    if one.centre_id and one.centre:
        return "Руководитель опорного центра", russian.short_name(one.centre.head_name) if one.centre.head_name else ""
    rows = Signatory.objects.filter(
        organisation_id=one.organisation_id or 0, starts_on__lte=one.letter_date, is_deputy=False
    )
    found = rows.order_by("-starts_on", "pk").first()
    if found is not None:
        return found.post, russian.short_name(found.name)
    head = one.organisation.head_name if one.organisation else ""
    return "Руководитель", russian.short_name(head) if head else ""
