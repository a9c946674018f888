"""What is always true of places, contracts and money (spec/financing.md, "Always true"; spec/enrolment.md, "Places").

Each check is one SELECT of the ids that break it. The property tests, the race tests and ``opora doctor`` run
the same list.
"""

from __future__ import annotations

from collections.abc import Sequence

from opora.core import doctor
from opora.core.doctor import Check
from opora.core.doctor import Finding as Result
from opora.enrolment import invariants_rollover as rollover

__all__ = ["CHECKS", "Check", "Result", "broken", "check"]
_HOLDING = "('submitted', 'confirmed', 'place_offered', 'enrolled')"
_RECOUNT = "Счётчик разошёлся с заявками. Остановите запись в группу и обратитесь к администратору системы."
_LEDGER = "Сверьте выписку сертификата с движениями и обратитесь к администратору системы."
_STATES = "Заявка и договор разошлись. Откройте историю заявки и обратитесь к администратору системы."

_NUMBERS = "Сверьте номера документов организации со счётчиком и восстановите пропавший документ из копии."

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
    Check(
        "contract.split",
        "Месяцы договора разделены по правилу: следующие равны, остаток в первом",
        """SELECT k.id FROM (
              SELECT *, CASE WHEN m = 1 THEN 0 ELSE div((n - d1) * cs, n * (m - 1)) END AS c_other,
                     CASE WHEN m = 1 THEN 0 ELSE div((n - d1) * gs, n * (m - 1)) END AS g_other FROM (
                SELECT id, certificate_sum * 100 AS cs, guardian_sum * 100 AS gs,
                       (ends_on - starts_on + 1)::numeric AS n,
                       date_trunc('month', starts_on)::date AS first, date_trunc('month', ends_on)::date AS last,
                       least(ends_on, (date_trunc('month', starts_on) + interval '1 month - 1 day')::date)
                           - starts_on + 1 AS d1,
                       (extract(year FROM ends_on) - extract(year FROM starts_on)) * 12
                           + extract(month FROM ends_on) - extract(month FROM starts_on) + 1 AS m
                  FROM contract) AS lengths) AS k JOIN contract_month p ON p.contract_id = k.id
            GROUP BY k.id HAVING count(*) <> max(k.m) OR min(p.month) <> max(k.first) OR max(p.month) <> max(k.last)
                OR bool_or(CASE WHEN p.month = k.first
                    THEN (p.certificate_sum * 100, p.guardian_sum * 100)
                         <> (k.cs - k.c_other * (k.m - 1), k.gs - k.g_other * (k.m - 1))
                    ELSE (p.certificate_sum * 100, p.guardian_sum * 100) <> (k.c_other, k.g_other) END)""",
        _LEDGER,
    ),
    Check(
        "contract.parties",
        "Договор, его заявка и сертификат говорят об одном ребёнке, одной группе и одних суммах",
        """SELECT k.id FROM contract k JOIN application a ON a.id = k.application_id
              JOIN certificate c ON c.id = k.certificate_id JOIN funding_period p ON p.id = k.period_id
              JOIN learning_group g ON g.id = k.group_id
            WHERE (k.child_id, k.group_id, k.organisation_id, k.municipality_id)
                  <> (a.child_id, a.group_id, g.organisation_id, g.municipality_id)
               OR c.child_id <> k.child_id OR k.starts_on < p.starts_on OR k.ends_on > p.ends_on
               OR (k.total_sum, k.certificate_sum, k.guardian_sum)
                  <> (a.total_sum, a.certificate_sum, a.guardian_sum)""",
        _STATES,
    ),
    Check(
        "certificate.entry_source",
        "За каждым движением по договору стоит этот договор и его месяц",
        """SELECT e.id FROM certificate_entry e LEFT JOIN contract k ON k.id = e.source_id
            WHERE e.source_kind = 'contract' AND (k.id IS NULL OR k.certificate_id <> e.certificate_id
                OR e.act = 'month' AND NOT EXISTS (SELECT FROM contract_month m
                    WHERE m.contract_id = k.id AND m.month = e.month))""",
        _LEDGER,
    ),
    Check(
        "certificate.closed_balance",
        "У сертификатов учёта и закрытых сертификатов нет остатка",
        """SELECT b.certificate_id FROM certificate_balance b JOIN certificate c ON c.id = b.certificate_id
            WHERE b.balance <> 0 AND (c.kind = 'accounting' OR c.state IN ('annulled', 'aged_out', 'moved'))""",
        _LEDGER,
    ),
    Check(
        "waitlist.order",
        "Место в очереди определяют время подачи и класс, записанные при приёме",
        """SELECT a.id FROM application a WHERE a.state IN ('waiting', 'place_offered') AND EXISTS (
              SELECT FROM history h WHERE h."table" = 'application' AND h.pk = a.id
               AND (h.op = 'U' AND (h.before ? 'submitted_at' OR h.before ? 'priority_class' AND h.actor IS NULL)
                 OR h.op = 'I' AND (h.after->>'submitted_at')::timestamptz <> a.submitted_at
                 OR (h.after->>'priority_class')::int <> a.priority_class
                    AND h.id = (SELECT max(l.id) FROM history l WHERE l."table" = 'application' AND l.pk = a.id
                                  AND l.after ? 'priority_class')))""",
        "Время подачи или класс очерёдности изменены в обход программы. Откройте историю заявки и верните прежние.",
    ),
    Check(
        "numbers.contracts",
        "Номера договоров идут подряд, без пропусков и повторов",
        """SELECT coalesce(c.issuer_id, k.organisation_id) FROM
              (SELECT issuer_id, year, last FROM counter
                WHERE issuer_kind = 'organisation' AND series = 'contract') c
            FULL JOIN (SELECT organisation_id, split_part(number, '/', 1)::int AS year, count(*) AS n,
                  count(DISTINCT number) AS different, max(split_part(number, '/', 2)::int) AS top
                FROM contract WHERE number ~ '^[0-9]{4}/[0-9]{1,9}$' GROUP BY 1, 2) k
              ON k.organisation_id = c.issuer_id AND k.year = c.year
            WHERE (k.n, k.different, k.top) IS DISTINCT FROM (c.last, c.last, c.last)
              AND coalesce(k.n, c.last, 0) > 0""",
        _NUMBERS,
    ),
    Check(
        "numbers.orders",
        "Номера приказов идут подряд, без пропусков и повторов",
        """SELECT coalesce(c.issuer_id, o.organisation_id) FROM
              (SELECT issuer_id, year, last, replace(series, 'order-', '') AS kind FROM counter
                WHERE issuer_kind = 'organisation' AND series LIKE 'order-%') c
            FULL JOIN (SELECT organisation_id, kind, extract(year FROM date)::int AS year, count(*) AS n,
                  count(DISTINCT number) AS different FROM enrolment_order WHERE state = 'issued' GROUP BY 1, 2, 3) o
              ON o.organisation_id = c.issuer_id AND o.kind = c.kind AND o.year = c.year
            WHERE (o.n, o.different) IS DISTINCT FROM (c.last, c.last)
              AND coalesce(o.n, c.last, 0) > 0""",
        _NUMBERS,
    ),
)


def check(checks: Sequence[Check] = CHECKS) -> list[Result]:
    """Run the checks of places and money on live data, in their order. Reads only."""
    return doctor.run(checks)


def broken() -> list[Result]:
    """Only the checks that fail."""
    return [result for result in check() if not result.ok]


doctor.declare("enrolment", CHECKS)
doctor.declare("enrolment.rollover", rollover.CHECKS)
