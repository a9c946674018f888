"""``search.api`` and ``search.page``: mixed queries over the region's programmes, half misspelt or filtered."""

from __future__ import annotations

from random import Random
from urllib.parse import urlencode

from opora.demo.bench import load
from opora.demo.bench.figures import Outcome, Repetition, Target, percentile
from opora.demo.bench.stage import CannotMeasure, Server, Stage

CLIENTS = 32
WORDS = (
    "шахматы", "робототехника", "футбол", "рисование", "хор", "танцы", "лего", "плавание", "театр", "гитара",
    "программирование", "экология", "туризм", "краеведение", "самбо", "вокал", "английский", "журналистика",
    "лыжи", "керамика", "астрономия", "бисероплетение", "волейбол", "судомоделирование",
)  # fmt: skip
PHRASES = ("занятия робототехникой", "кружок рисования для детей", "секция плавания", "школа танцев", "юный турист")
FOCUS = ("technical", "sport", "artistic", "tourism", "natural_science", "social_humanitarian")
LETTERS = "абвгдежзиклмнопрстуфхцчшыэюя"


def search_api(stage: Stage) -> Outcome:
    """Requests per second at 32 clients; server time at one client, where nothing waits."""
    return _measure(stage, "/api/v1/programmes", api=True)


def search_page(stage: Stage) -> Outcome:
    """The same for the HTML page."""
    return _measure(stage, "/navigator/", api=False)


def _measure(stage: Stage, path: str, *, api: bool) -> Outcome:
    from opora.catalogue import queries

    count = stage.size(3000, 600, 60)
    repetitions: list[Repetition] = []
    with stage.serving("region") as server:
        _warm(server, path)
        for number in range(stage.repetitions):
            kinds = mixed(count, Random(f"queries/{number}"))
            figures: Repetition = {}
            alone = {kind: some[: stage.size(150, 60, 10)] for kind, some in kinds.items()}
            times = {kind: _send(server, path, some, clients=1) for kind, some in alone.items()}
            everything = [value for values in times.values() for value in values]
            figures |= {"p50 ms": percentile(everything, 0.5), "p99 ms": percentile(everything, 0.99)}
            figures["misspelt p50 ms"] = percentile(times["misspelt"], 0.5)
            shuffled = [query for some in kinds.values() for query in some]
            Random(number).shuffle(shuffled)
            before = server.processor_seconds()
            answers = load.send(server.port, _requests(path, shuffled), clients=CLIENTS)
            _check(answers)
            figures["requests /s"] = len(shuffled) / answers.seconds
            figures["p99 ms at 32"] = percentile(answers.latencies, 0.99)
            figures["CPU ms"] = (server.processor_seconds() - before) * 1000 / len(shuffled)
            repetitions.append(figures)
    goals = [Target("requests /s", 500 if api else 150, at_least=True)]
    if api:
        goals += [Target("p50 ms", 3), Target("misspelt p50 ms", 6), Target("p99 ms", 15)]
    return Outcome(
        dataset={"programmes": len(queries.published_ids()), "queries": count, "clients": CLIENTS},
        repetitions=repetitions,
        targets=goals,
        notes=["p50 и p99 при одном клиенте: время ответа без очереди"],
    )


def _warm(server: Server, path: str) -> None:
    """Until every process has its index and has answered."""
    answers = load.send(server.port, _requests(path, [{"q": "шахматы"}] * 64), clients=16)
    if set(answers.statuses) != {"200"}:
        raise CannotMeasure(f"{path} отвечает {answers.statuses}, причина в bench-server.log")


def _send(server: Server, path: str, some: list[dict[str, str]], *, clients: int) -> list[float]:
    answers = load.send(server.port, _requests(path, some), clients=clients, processes=1)
    _check(answers)
    return answers.latencies


def _check(answers: load.Answers) -> None:
    if set(answers.statuses) != {"200"}:
        raise RuntimeError(f"search answered {answers.statuses}")


def _requests(path: str, some: list[dict[str, str]]) -> list[load.Request]:
    return [{"method": "GET", "path": f"{path}?{urlencode(query)}"} for query in some]


def mixed(count: int, random: Random) -> dict[str, list[dict[str, str]]]:
    """A quarter misspelt, a quarter with filters, half plain words and phrases."""
    plain = [{"q": random.choice(WORDS if random.random() < 0.8 else PHRASES)} for _ in range(count // 2)]
    wrong = [{"q": misspelt(random, random.choice(WORDS))} for _ in range(count // 4)]
    filtered = [_filtered(random) for _ in range(count - len(plain) - len(wrong))]
    return {"plain": plain, "misspelt": wrong, "filtered": filtered}


def misspelt(random: Random, word: str) -> str:
    """One letter lost, doubled, swapped or replaced."""
    at = random.randrange(1, len(word) - 1)
    kind = random.randrange(4)
    if kind == 0:
        return word[:at] + word[at + 1 :]
    if kind == 1:
        return word[:at] + word[at] + word[at:]
    if kind == 2:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return word[:at] + random.choice(LETTERS) + word[at + 1 :]


def _filtered(random: Random) -> dict[str, str]:
    query = {"q": random.choice(WORDS)} if random.random() < 0.5 else {}
    query["age"] = str(random.randint(6, 15))
    if random.random() < 0.5:
        query["focus_area"] = random.choice(FOCUS)
    if random.random() < 0.5:
        query["weekday"] = str(random.randint(1, 6))
    if random.random() < 0.3:
        query["free"] = "true"
    if random.random() < 0.2:
        query["page"] = "2"
    return query
