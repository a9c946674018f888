"""Micro-benchmark of the search engine: `bench/search_engine.py [--programmes N] [--repeat N]`.

Invented programmes, one thread, no database and no web server. Queries are mixed as people mix them: half
with typing errors, each kind with filters and without; every query asks for four facets and is timed alone.
"""

import argparse
import gc
import json
import sys
import tracemalloc
from collections.abc import Callable, Iterable
from dataclasses import replace
from random import Random
from time import thread_time

from opora.catalogue.search.index import Index, ProgrammeDoc, SearchQuery
from opora.catalogue.search.tests.sample import ACTIVITIES, sample_docs
from opora.catalogue.search.tests.typing_errors import misspelt

FACETS = ("focus_area", "municipality", "age", "weekday")


def filtered(random: Random, query: SearchQuery) -> SearchQuery:
    """The query with one to four conditions."""
    changes = {
        "ages": (random.randint(5, 15),),
        "weekdays": (random.randint(1, 7),),
        "free_only": True,
        "municipality": (random.randint(1, 42),),
        "focus_areas": (random.choice(("technical", "sport", "artistic")),),
        "funding": (random.choice(("budget", "certificate")),),
    }
    chosen = random.sample(sorted(changes), k=random.randint(1, 4))
    query = replace(query, **{name: changes[name] for name in chosen})
    if random.random() < 0.2:
        query = replace(query, near=(51.5, 47.0), within_km=60.0, sort="distance")
    return query


def mixes(count: int, seed: int = 3) -> dict[str, list[SearchQuery]]:
    """Kinds of queries → that many of each."""
    random = Random(seed)
    names = list(ACTIVITIES)
    plain = [SearchQuery(q=random.choice(names), facets=FACETS) for _ in range(count)]
    wrong = [replace(query, q=misspelt(random, query.q.split()[0])) for query in plain]
    browse = [SearchQuery(facets=FACETS)] * count
    mixed = [random.choice((plain, wrong))[i] for i in range(count)]
    return {
        "words": plain,
        "words, filters": [filtered(random, query) for query in plain],
        "misspelt": wrong,
        "misspelt, filters": [filtered(random, query) for query in wrong],
        "all programmes": browse,
        "only filters": [filtered(random, query) for query in browse],
        "mixed": [filtered(random, query) if random.random() < 0.5 else query for query in mixed],
    }


def timed(act: Callable, values: Iterable) -> list[float]:
    """Milliseconds of processor time that `act` took for each value (a shared machine makes wall time noise)."""
    spent = []
    for value in values:
        start = thread_time()
        act(value)
        spent.append((thread_time() - start) * 1000)
    return spent


def summary(spent: list[float]) -> dict[str, float]:
    """Median, 99th percentile and maximum in milliseconds."""
    ordered = sorted(spent)
    return {
        "p50": round(ordered[len(ordered) // 2], 3),
        "p99": round(ordered[int(len(ordered) * 0.99)], 3),
        "max": round(ordered[-1], 3),
    }


def memory(docs: list[ProgrammeDoc]) -> float:
    """Megabytes that the index keeps, besides the documents themselves."""
    gc.collect()
    tracemalloc.start()
    index = Index().build(docs)
    gc.collect()
    kept = tracemalloc.get_traced_memory()[0] / 1e6
    tracemalloc.stop()
    return kept if len(index) else 0.0


def measure(programmes: int, repeat: int) -> dict:
    """All figures of one run."""
    docs = sample_docs(programmes)
    start = thread_time()
    index = Index().build(docs)
    figures: dict = {
        "programmes": programmes,
        "groups": sum(len(doc.groups) for doc in docs),
        "build_s": round(thread_time() - start, 2),
        "search_ms": {kind: summary(timed(index.search, queries)) for kind, queries in mixes(repeat).items()},
        "suggest_ms": summary(timed(index.suggest, [name[:n] for name in ACTIVITIES for n in (2, 3, 5)])),
    }
    random = Random(5)
    changed = [replace(doc, name=f"{doc.name} {doc.id}") for doc in random.sample(docs, min(500, programmes))]
    figures["upsert_ms"] = summary(timed(lambda doc: index.upsert([doc]), changed))
    groups = [group.id for doc in random.sample(docs, min(500, programmes)) for group in doc.groups]
    figures["set_free_ms"] = summary(timed(lambda group: index.set_free(group, 3), groups))
    figures["search_after_changes_ms"] = summary(timed(index.search, mixes(repeat)["mixed"]))
    figures["compact_ms"] = summary(timed(lambda _: index.compact(), [None]))
    figures["memory_mb"] = round(memory(docs), 1)
    return figures


def main() -> None:
    """Measure and write the figures to standard output."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programmes", type=int, default=20_000)
    parser.add_argument("--repeat", type=int, default=500)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    figures = measure(options.programmes, options.repeat)
    if options.json:
        sys.stdout.write(json.dumps(figures, ensure_ascii=False) + "\n")
        return
    for name, value in figures.items():
        if name == "search_ms":
            for kind, times in value.items():
                sys.stdout.write(f"search, {kind:20} {times}\n")
        else:
            sys.stdout.write(f"{name:28} {value}\n")


if __name__ == "__main__":
    main()
