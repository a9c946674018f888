"""What is always true of class lists (`opora doctor`)."""

from __future__ import annotations

from opora.core.doctor import Check, declare

CHECKS = (
    Check(
        "outreach.child",
        "Ученик найден среди действующих карточек, а не объединённых",
        "SELECT p.id FROM pupil p JOIN child c ON c.id = p.child_id WHERE c.state = 'merged'",
        "Запустите сверку списка школы заново: карточку ребёнка объединили с другой.",
    ),
    Check(
        "outreach.undecided",
        "У ученика, который ждёт решения, есть похожие карточки, у остальных открытых нет",
        "SELECT p.id FROM pupil p WHERE p.state = 'studying' AND (p.match = 'undecided')"
        " IS DISTINCT FROM EXISTS (SELECT FROM pupil_match x WHERE x.pupil_id = p.id AND x.state = 'open')",
        "Загрузите список школы ещё раз: сверка пройдёт заново.",
    ),
    Check(
        "outreach.erased",
        "От удалённых строк списков не осталось сведений о человеке",
        "SELECT id FROM pupil WHERE state = 'erased' AND (child_id IS NOT NULL OR birth_date IS NOT NULL"
        " OR last_name || first_name || snils || guardian_name || guardian_contact <> '')",
        "Сообщите разработчикам: удаление по сроку хранения сработало не полностью.",
    ),
)

declare("outreach", CHECKS)
