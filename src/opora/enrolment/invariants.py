"""What is always true of places, contracts and money (spec/financing.md, "Always true"; spec/enrolment.md, "Places").

Each check is one SELECT of the ids that break it. The property tests, the race tests and ``opora doctor`` run
the same list.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

_HOLDING = "('submitted', 'confirmed', 'place_offered', 'enrolled')"


@dataclass(frozen=True, slots=True)
class Check:
    """`sql` selects the id of each broken row; `advice` says in Russian what to do."""

    name: str
    title: str
    sql: str
    advice: str


@dataclass(frozen=True, slots=True)
class Result:
    """`figure`: number of broken rows; `sample`: the first of their ids."""

    name: str
    title: str
    ok: bool
    figure: int
    advice: str
    sample: tuple[int, ...] = ()


_RECOUNT = "Счётчик разошёлся с заявками. Остановите запись в группу и обратитесь к администратору системы."
_LEDGER = "Сверьте выписку сертификата с движениями и обратитесь к администратору системы."
_STATES = "Заявка и договор разошлись. Откройте историю заявки и обратитесь к администратору системы."

CHECKS: tuple[Check, ...] = (
    Check(
        "places.counted",
        "Занятые места равны числу заявок, которые держат место",
        f"""SELECT p.group_id FROM group_places p LEFT JOIN (SELECT group_id, count(*) AS n FROM application
            WHERE state IN {_HOLDING} GROUP BY group_id) a USING (group_id)
            WHERE p.places_taken <> coalesce(a.n, 0)""",
        _RECOUNT,
    ),
    Check(
        "places.waiting",
        "Длина очереди равна числу ждущих заявок",
        """SELECT p.group_id FROM group_places p LEFT JOIN (SELECT group_id, count(*) AS n FROM application
            WHERE state = 'waiting' GROUP BY group_id) a USING (group_id)
            WHERE p.waiting <> coalesce(a.n, 0)""",
        _RECOUNT,
    ),
    Check(
        "places.never_oversold",
        "Мест занято не больше, чем есть",
        "SELECT group_id FROM group_places WHERE places_taken > capacity OR places_taken < 0",
        _RECOUNT,
    ),
    Check(
        "places.row_of_group",
        "У каждой группы с заявками есть счётчик мест с её вместимостью",
        """SELECT g.id FROM learning_group g LEFT JOIN group_places p ON p.group_id = g.id
            WHERE (p.group_id IS NULL AND EXISTS (SELECT FROM application a WHERE a.group_id = g.id))
               OR p.capacity <> g.capacity""",
        "Откройте группу и сохраните число мест ещё раз.",
    ),
    Check(
        "certificate.sums",
        "Номинал сертификата равен сумме остатка, резерва и списанного, ни одна часть не отрицательна",
        """SELECT certificate_id FROM certificate_balance
            WHERE nominal <> balance + reserve + spent OR least(nominal, balance, reserve, spent) < 0""",
        _LEDGER,
    ),
    Check(
        "certificate.entries",
        "Остатки равны суммам движений",
        """SELECT coalesce(b.certificate_id, e.certificate_id) FROM certificate_balance b
            FULL JOIN (SELECT certificate_id, period_id, sum(d_nominal) AS n, sum(d_balance) AS b,
                sum(d_reserve) AS r, sum(d_spent) AS s FROM certificate_entry GROUP BY 1, 2) e
              ON e.certificate_id = b.certificate_id AND e.period_id = b.period_id
            WHERE (b.nominal, b.balance, b.reserve, b.spent) IS DISTINCT FROM (e.n, e.b, e.r, e.s)
              AND NOT (e.certificate_id IS NULL AND b.nominal = 0 AND b.balance = 0
                       AND b.reserve = 0 AND b.spent = 0)""",
        _LEDGER,
    ),
    Check(
        "certificate.entry_balanced",
        "Каждое движение сходится: номинал = остаток + резерв + списано",
        "SELECT id FROM certificate_entry WHERE d_nominal <> d_balance + d_reserve + d_spent",
        _LEDGER,
    ),
    Check(
        "certificate.reserve_of_contracts",
        "Резерв и списанное сертификата равны месяцам его договоров",
        """SELECT b.certificate_id FROM certificate_balance b LEFT JOIN (
              SELECT k.certificate_id, k.period_id,
                  coalesce(sum(m.certificate_sum) FILTER (WHERE m.state = 'reserved'), 0) AS reserved,
                  coalesce(sum(m.certificate_sum) FILTER (WHERE m.state = 'spent'), 0) AS spent
                FROM contract k JOIN contract_month m ON m.contract_id = k.id GROUP BY 1, 2) c
              ON c.certificate_id = b.certificate_id AND c.period_id = b.period_id
            WHERE b.reserve <> coalesce(c.reserved, 0)
               OR b.spent <> coalesce(c.spent, 0) - coalesce((SELECT -sum(e.d_spent) FROM certificate_entry e
                   WHERE e.certificate_id = b.certificate_id AND e.period_id = b.period_id AND e.act = 'return'), 0)""",
        _LEDGER,
    ),
    Check(
        "contract.months",
        "Суммы месяцев равны суммам договора до копейки",
        """SELECT k.id FROM contract k LEFT JOIN contract_month m ON m.contract_id = k.id GROUP BY k.id
            HAVING coalesce(sum(m.certificate_sum), 0) <> k.certificate_sum
                OR coalesce(sum(m.guardian_sum), 0) <> k.guardian_sum""",
        _LEDGER,
    ),
    Check(
        "contract.spent_once",
        "Каждый списанный месяц имеет ровно одно движение на ту же сумму",
        """SELECT m.contract_id FROM contract_month m LEFT JOIN certificate_entry e
              ON e.act = 'month' AND e.source_kind = 'contract' AND e.source_id = m.contract_id AND e.month = m.month
            WHERE m.state = 'spent' GROUP BY m.id
            HAVING count(e.id) <> 1 OR min(e.d_spent) <> m.certificate_sum""",
        _LEDGER,
    ),
    Check(
        "contract.agreed",
        "За каждым списанным рублём стоит согласие законного представителя",
        """SELECT DISTINCT k.id FROM contract k JOIN contract_month m ON m.contract_id = k.id
            WHERE m.state = 'spent' AND (k.accepted_at IS NULL OR k.acceptance = '{}')""",
        "Приложите запись о согласии или верните средства на сертификат.",
    ),
    Check(
        "contract.reserve_of_living",
        "Резерв держат только живые договоры",
        """SELECT DISTINCT k.id FROM contract k JOIN contract_month m ON m.contract_id = k.id
            WHERE m.state = 'reserved' AND k.state NOT IN ('requested', 'offered', 'active')""",
        _LEDGER,
    ),
    Check(
        "contract.application",
        "Состояния заявки и договора согласованы: зачислен тогда и только тогда, когда договор действует",
        """SELECT a.id FROM application a JOIN contract k ON k.application_id = a.id
            WHERE (a.state, k.state) NOT IN (('submitted', 'requested'), ('place_offered', 'requested'),
                ('confirmed', 'offered'), ('enrolled', 'active'), ('refused', 'refused'),
                ('withdrawn', 'withdrawn'), ('expired', 'expired'), ('withdrawn', 'closed'),
                ('finished', 'closed'))""",
        _STATES,
    ),
    Check(
        "application.contract",
        "Заявка по сертификату держит место только вместе с договором",
        f"""SELECT a.id FROM application a LEFT JOIN contract k ON k.application_id = a.id
            WHERE a.funding = 'certificate' AND a.state IN {_HOLDING} AND k.id IS NULL""",
        _STATES,
    ),
    Check(
        "application.enrolment",
        "Зачисление есть у каждой зачисленной заявки, и незакрытое – только у неё",
        """SELECT a.id FROM application a LEFT JOIN enrolment e ON e.application_id = a.id
            WHERE (a.state = 'enrolled' AND e.id IS NULL)
               OR (a.state <> 'enrolled' AND e.id IS NOT NULL AND e.ends_on IS NULL)""",
        _STATES,
    ),
    Check(
        "application.acknowledged",
        "Каждая подтверждённая подача сохранена",
        """SELECT i.id FROM idempotent_call i WHERE i.response ? 'application'
            AND NOT EXISTS (SELECT FROM application a WHERE a.id = (i.response->>'application')::bigint)""",
        "Заявка, о приёме которой сообщили семье, не найдена. Восстановите её из резервной копии.",
    ),
    Check(
        "certificate_group.money",
        "Резерв и списанное группы сертификатов не больше её предела средств",
        """SELECT g.id FROM certificate_group g JOIN certificate_balance b ON b.certificate_group_id = g.id
            GROUP BY g.id HAVING sum(b.reserve + b.spent) > g.limit_money""",
        "Увеличьте предел средств группы изменяющим актом.",
    ),
    Check(
        "certificate_group.certificates",
        "Сертификатов финансирования не больше предела группы",
        """SELECT g.id FROM certificate_group g JOIN certificate_balance b ON b.certificate_group_id = g.id
              JOIN certificate c ON c.id = b.certificate_id
            WHERE b.nominal > 0 AND c.kind = 'funded' AND c.state IN ('issued', 'active')
            GROUP BY g.id, g.limit_certificates HAVING count(*) > g.limit_certificates""",
        "Увеличьте предел числа сертификатов изменяющим актом.",
    ),
)
SAMPLE = 10
_more: list[Check] = []


def extend(checks: Sequence[Check]) -> None:
    """Add the checks of a higher room; the same name is added once."""
    known = {one.name for one in (*CHECKS, *_more)}
    _more.extend(one for one in checks if one.name not in known)


def check(checks: Sequence[Check] | None = None) -> list[Result]:
    """Run the checks on live data, in their order: all that are known when none are named. Reads only."""
    return [_run(one) for one in ((*CHECKS, *_more) if checks is None else checks)]


def broken() -> list[Result]:
    """Only the checks that fail."""
    return [result for result in check() if not result.ok]


def _run(one: Check) -> Result:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*), (array_agg(id))[1:{SAMPLE}] FROM ({one.sql}) AS found(id)")
        row = cursor.fetchone()
    assert row is not None
    return Result(one.name, one.title, row[0] == 0, row[0], one.advice, tuple(row[1] or ()))
