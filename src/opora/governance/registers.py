"""Registers of governance: structure of centres, councils with members, meetings and decisions, proposals."""

from __future__ import annotations

from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Now
from django.db.models.lookups import LessThan

from opora.core import clock
from opora.core.access import Actor
from opora.core.localtime import LocalDate
from opora.core.registers import Action, Column, Filter, ImportColumn, Importer, Ref, Register, Section, register
from opora.core.registers.importing import parsing
from opora.core.registers.importing.rowwise import by_rows
from opora.governance import forms, imports, policy, queries, services
from opora.governance import registers_centre as registers_centre
from opora.governance.models import Council, CouncilMember, Decision, Meeting, Proposal
from opora.providers.columns import check_term
from opora.providers.queries import today_of

MEETING_STATES = {"planned": "info", "held": "positive", "failed": "warning"}
DECISION_STATES = {"open": "info", "overdue": "danger", "done": "positive", "cancelled": "neutral"}
TODAY = LocalDate(Now(), F("meeting__council__region__time_zone"))
STATE_NOW = Column(
    "state",
    "Состояние",
    annotate=Case(When(Q(LessThan(F("due_on"), TODAY), state="open"), then=Value("overdue")), default=F("state")),
    states=DECISION_STATES,
    choices={**dict(Decision.State.choices), "overdue": "Просрочено"},
)
PROPOSAL_STATES = {
    "sent": "info",
    "considered": "info",
    "accepted": "positive",
    "carried_out": "positive",
    "declined": "danger",
}

councils = register(
    Register(
        slug="councils",
        model=Council,
        policy=policy.councils,
        about="Межведомственный совет, советы ресурсных центров, координационные советы, муниципальная команда.",
        menu="territory",
        menu_order=34,
        icon="landmark",
        columns=("name", "kind", Column("municipality", to="municipalities"), "focus_area", "starts_on", "ends_on"),
        card=(
            "name",
            "kind",
            Column("region", to="regions"),
            Column("municipality", to="municipalities"),
            "focus_area",
            Column("act", to="legal_acts"),
            "quorum",
            "starts_on",
            "ends_on",
        ),
        search=("sort_name",),
        filters=("kind", "municipality", "focus_area"),
        form=forms.CouncilForm,
        save=services.save_council,
        sections=(
            Section("Заседания", "meetings", via="council", columns=("date", "number", "state", "place")),
            Section("Состав", "council_members", via="council", columns=("name", "side", "role", "post"), limit=30),
            Section(
                "Решения",
                "decisions",
                via="meeting__council",
                columns=("text", "responsible", "due_on", "state"),
                add=False,
            ),
        ),
        importer=Importer(
            columns=(
                ImportColumn("kind", "Вид", required=True),
                ImportColumn("name", "Название", aliases=("совет", "наименование")),
                ImportColumn(
                    "region", "Код региона", aliases=("регион",), ref=Ref(by=("code", "name")), required=False,
                    hint="Нужен совету всего региона; у остальных следует из муниципалитета",
                ),
                ImportColumn(
                    "municipality", "ОКТМО муниципалитета", aliases=("муниципалитет",), ref=Ref(by=("oktmo", "name")),
                    hint="ОКТМО или название; пусто – совет всего региона",
                ),
                ImportColumn("focus_area", "Направленность"),
                ImportColumn("act", "Акт о создании", ref=Ref(by=("title", "number"))),
                ImportColumn("quorum", "Кворум, %", aliases=("кворум",)),
                ImportColumn("starts_on", "Действует с", aliases=("с", "начало")),
                ImportColumn("ends_on", "Действует по", aliases=("по", "окончание")),
            ),
            keys=(("name", "municipality?"),),
            check=check_term,
            own=by_rows(imports.CouncilRows),
        ),
        public=True,
    )
)  # fmt: skip

council_members = register(
    Register(
        slug="council_members",
        model=CouncilMember,
        policy=policy.council_members,
        about="Кто входит в советы: от власти, организаций, общественности и бизнеса.",
        columns=("name", Column("council", to="councils"), "side", "role", "post", "ends_on"),
        search=("name", "post"),
        filters=("council", "side", "role"),
        sort="name",
        form=forms.CouncilMemberForm,
        save=services.save_member,
        importer=Importer(
            columns=(
                imports.council_column("council", "council"),
                ImportColumn("side", "Сторона", aliases=("от кого",)),
                ImportColumn("role", "Роль", aliases=("роль в совете",)),
                ImportColumn("name", "Фамилия, имя, отчество", aliases=("фио", "член совета")),
                ImportColumn("post", "Должность", aliases=("должность, место работы",)),
                ImportColumn("starts_on", "С", aliases=("начало", "в составе с")),
                ImportColumn("ends_on", "По", aliases=("окончание", "в составе по")),
            ),
            keys=(("council", "name", "starts_on"),),
            check=check_term,
            own=by_rows(imports.MemberRows),
        ),
        public=True,
    )
)

meetings = register(
    Register(
        slug="meetings",
        model=Meeting,
        policy=policy.meetings,
        about="Заседания советов: повестка, кто присутствовал, протокол.",
        menu="territory",
        menu_order=36,
        icon="calendar-days",
        columns=(
            "date",
            "number",
            Column("council", to="councils"),
            Column("state", states=MEETING_STATES),
            "place",
            "present_then",
            "members_then",
        ),
        card=(
            Column("council", to="councils"),
            "number",
            "date",
            "starts_at",
            "place",
            "agenda",
            Column("state", states=MEETING_STATES),
            "members_then",
            "present_then",
            "guests",
        ),
        search=("agenda", "council__sort_name"),
        filters=("council", "state", Filter("date", "Дата")),
        sort="-date",
        form=forms.MeetingForm,
        save=services.save_meeting,
        files=True,
        sections=(Section("Решения", "decisions", via="meeting", columns=("text", "responsible", "due_on", "state")),),
        actions=(
            Action(
                "Отметить присутствующих",
                "governance:hold",
                icon="user-check",
                when=lambda actor, row: row.date <= clock.today(clock.EASTERNMOST) and not row.decisions.exists(),
            ),
            Action("Протокол", "governance:minutes", action="view", icon="download", when=lambda _, row: _was(row)),
        ),
        importer=Importer(
            columns=(
                imports.council_column("council", "council"),
                ImportColumn("number", "Номер протокола", aliases=("номер", "№", "протокол №")),
                ImportColumn("date", "Дата", aliases=("дата заседания", "дата проведения")),
                ImportColumn("starts_at", "Время"),
                ImportColumn("place", "Место", aliases=("место проведения",)),
                ImportColumn("agenda", "Повестка", aliases=("вопросы", "повестка дня"), hint="Каждый вопрос с новой строки"),
                ImportColumn(
                    "present", "Присутствовали", field="present_then", aliases=("присутствующие",),
                    parse=parsing.text(), required=False, written=imports.came(),
                    hint="Фамилии с инициалами или полностью, через точку с запятой",
                ),
                ImportColumn("guests", "Приглашённые"),
            ),
            keys=(("council", "date", "number"),),
            own=by_rows(imports.MeetingRows),
        ),
        public=True,
    )
)  # fmt: skip


def _was(meeting: Meeting) -> bool:
    return meeting.state != Meeting.State.PLANNED


def _control(actor: Actor, value: str) -> Q:
    if value == "mine":
        return Q(account_id=actor.account_id) if actor.account_id is not None else Q(pk__in=[])
    today = today_of(actor)
    return queries.overdue(today) if value == "overdue" else Q(state=Decision.State.OPEN, due_on__gte=today)


decisions = register(
    Register(
        slug="decisions",
        model=Decision,
        policy=policy.decisions,
        about="Решения советов: кто отвечает, до какого дня, что сделано.",
        menu="territory",
        menu_order=38,
        icon="list-checks",
        columns=(
            "text",
            "responsible",
            "due_on",
            STATE_NOW,
            Column("council", "Совет", path="meeting__council__name"),
            Column("meeting", "Заседание", path="meeting__date", to="meetings"),
        ),
        card=(
            "number",
            Column("council", "Совет", path="meeting__council__name"),
            Column("meeting", "Заседание", path="meeting__date", to="meetings"),
            "question",
            "text",
            "responsible",
            "due_on",
            "votes_for",
            "votes_against",
            "votes_abstained",
            STATE_NOW,
            "closed_on",
            "result",
        ),
        search=("text", "responsible"),
        filters=(
            Filter("council", "Совет", path="meeting__council"),
            "state",
            Filter("due_on", "Срок"),
            Filter(
                "control",
                "Контроль",
                options=lambda actor: [("overdue", "Просрочены"), ("running", "В сроке"), ("mine", "Мои")],
                apply=_control,
            ),
        ),
        sort="due_on",
        form=forms.DecisionForm,
        save=services.save_decision,
        files=True,
        actions=(
            Action(
                "Снять с контроля",
                "governance:close",
                action="view",
                icon="check",
                when=lambda actor, row: row.state == "open" and queries.may_close(actor, row),
            ),
        ),
        importer=Importer(
            columns=(
                imports.council_column("meeting", "meeting__council"),
                ImportColumn(
                    "meeting_date", "Дата заседания", field="meeting", aliases=("дата протокола",), path="meeting__date",
                    parse=parsing.date, required=True, hint="Дата, 31.12.2026",
                ),
                ImportColumn(
                    "meeting_number", "Номер протокола", field="meeting", aliases=("протокол", "протокол №"),
                    path="meeting__number", parse=parsing.integer(0), required=False,
                    hint="Целое число; нужен, если в один день было два заседания",
                ),
                ImportColumn(
                    "number", "Номер решения", aliases=("№", "номер"), required=False, hint="Пусто – следующий по порядку"
                ),
                ImportColumn("question", "Вопрос повестки"),
                ImportColumn("text", "Решение", aliases=("решили", "содержание решения")),
                ImportColumn("responsible", "Ответственный", aliases=("исполнитель",)),
                ImportColumn("due_on", "Срок", aliases=("срок исполнения",)),
                ImportColumn("votes_for", "За"),
                ImportColumn("votes_against", "Против"),
                ImportColumn("votes_abstained", "Воздержались"),
                ImportColumn("state", "Состояние", aliases=("отметка об исполнении",)),
                ImportColumn("closed_on", "Закрыто", aliases=("дата исполнения", "исполнено")),
                ImportColumn("result", "Что сделано", aliases=("результат",)),
            ),
            keys=(("council", "meeting_date", "meeting_number?", "number"),),
            own=by_rows(imports.DecisionRows),
        ),
        public=True,
    )
)  # fmt: skip


def _step(text: str, code: str, *states: str) -> Action:
    return Action(text, f"governance:{code}", when=lambda actor, row: row.state in states)


proposals = register(
    Register(
        slug="proposals",
        model=Proposal,
        policy=policy.proposals,
        about="Что центр предложил органам власти и чем это кончилось.",
        menu="territory",
        menu_order=50,
        icon="send",
        columns=(
            "title",
            "addressee",
            "sent_on",
            "answer_due",
            Column("state", states=PROPOSAL_STATES),
            Column("centre", to="centres"),
        ),
        card=(
            "title",
            Column("centre", to="centres"),
            "addressee",
            "text",
            Column("state", states=PROPOSAL_STATES),
            "number",
            "sent_on",
            "answer_due",
            "answered_on",
            "answer",
            "reason",
            "carry_out_by",
            "carried_out_on",
            "result",
            Column("act", to="legal_acts"),
        ),
        search=("title", "addressee", "number"),
        filters=("state", "centre", Filter("sent_on", "Направлено"), Filter("answer_due", "Срок ответа")),
        form=forms.ProposalForm,
        save=services.save_proposal,
        files=True,
        actions=(
            _step("Направить", "send", "draft"),
            _step("Принято к рассмотрению", "consider", "sent"),
            _step("Принято", "accept", "sent", "considered"),
            _step("Отклонено", "decline", "sent", "considered"),
            _step("Исполнено", "carry_out", "accepted"),
            _step("Отозвать", "withdraw", "draft", "sent", "considered"),
        ),
    )
)
