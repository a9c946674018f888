"""How benchmarks are judged and shown; and each of them once on tiny data."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from opora.demo.bench import BENCHMARKS, figures
from opora.demo.bench.figures import Outcome, Target
from opora.demo.bench.floor import STATEMENTS, one
from opora.demo.bench.searching import misspelt, mixed
from opora.demo.management.commands import bench
from tests.support.homes import temporary_home


def outcome() -> Outcome:
    return Outcome(
        dataset={"n": 3},
        repetitions=[{"a /s": 4.0, "b ms": 9.0}, {"a /s": 6.0, "b ms": 1.0}, {"a /s": 5.0, "b ms": 2.0}],
        targets=[Target("a /s", 5, at_least=True), Target("b ms", 3), Target("b ms", 3, worst=True)],
    )


def test_targets_look_at_the_median_or_at_the_worst() -> None:
    document = outcome().document()
    assert [target["ok"] for target in document["targets"]] == [True, True, False]
    assert document["figures"]["a /s"] == {"median": 5.0, "min": 4.0, "max": 6.0, "n": 3}


def test_the_table_names_what_was_not_reached_or_not_measured() -> None:
    text = figures.table(
        {"x": outcome().document() | {"work": "дело"}, "y": {"work": "другое", "refused": "нет операции"}}
    )
    assert "≥ 5  достигнута" in text and "НЕ достигнута" in text
    assert "не измерено: нет операции" in text


def test_percentiles_are_values_that_were_measured() -> None:
    assert figures.percentile([3.0, 1.0, 2.0], 0.5) == 2.0
    assert figures.percentile([3.0, 1.0, 2.0], 0.99) == 3.0


def test_queries_are_mixed_and_the_same_in_every_run() -> None:
    kinds = mixed(400, Random("x"))
    assert kinds == mixed(400, Random("x"))
    assert [len(some) for some in kinds.values()] == [200, 100, 100]
    assert all(misspelt(Random(n), "шахматы") for n in range(50))


def test_the_floor_says_the_same_in_one_statement() -> None:
    tables = [text.split()[2 if text.startswith("INSERT") else 1] for text in STATEMENTS]
    assert all(f" {table} " in one() for table in tables)


def test_a_failed_benchmark_loses_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    answers = iter(
        [
            (0, json.dumps(outcome().document() | {"work": "дело"})),
            (1, ""),
            (0, "not what was asked for"),
            (None, ""),
            (0, json.dumps(outcome().document() | {"work": "дело"})),
            KeyboardInterrupt(),
        ]
    )

    def run(*_: Any) -> Any:
        answer = next(answers)
        if isinstance(answer, BaseException):
            raise answer
        return answer

    monkeypatch.setattr(bench, "_run", run)
    monkeypatch.setattr(bench, "_home", lambda _: nullcontext(tmp_path))
    monkeypatch.setattr(bench.signal, "signal", lambda *_: None)
    names = list(BENCHMARKS)[:7]
    with pytest.raises(CommandError, match=f"Не измерено: {', '.join([*names[1:4], *names[5:]])}"):
        call_command("bench", *names, "--results", str(tmp_path))
    kept = {json.loads(file.read_text())["name"]: json.loads(file.read_text()) for file in tmp_path.iterdir()}
    assert sorted(kept) == sorted(names[:5])
    assert kept[names[4]]["figures"]["a /s"]["median"] == 5.0 and "refused" in kept[names[1]]
    shown = capsys.readouterr().out
    assert "не закончен за 3 ч" in shown and "замеры остановлены" in shown and shown.count("не измерено") == 5


def test_a_benchmark_that_hangs_is_ended_with_its_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "LONGEST", 1)
    program = "import subprocess, sys, time; subprocess.Popen(['sleep', '60.25']); time.sleep(60)"
    assert bench._run([sys.executable, "-c", program], dict(os.environ)) == (None, "")
    listed = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    assert "sleep 60.25" not in listed


def test_a_benchmark_names_its_database_before_the_settings_are_read() -> None:
    program = "import sys, opora.demo.bench.one; sys.exit('opora.config.env' in sys.modules)"
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    with temporary_home("opora-bench-") as made:
        yield made.layout.home
        shutil.rmtree(f"{made.layout.home}-own", ignore_errors=True)


@pytest.mark.soak
@pytest.mark.parametrize("name", BENCHMARKS)
@pytest.mark.timeout(600)
def test_each_benchmark_measures_on_tiny_data(name: str, home: Path, tmp_path: Path) -> None:
    """They run in one home, so that the region is loaded once; a machine under test says nothing of speed."""
    command = [sys.executable, "-m", "opora.config.cli", "bench", name, "--json", "--scale", "tiny"]
    command += ["--repetitions", "1", "--home", str(home), "--results", str(tmp_path)]
    environment = os.environ | {"OPORA_HOME": f"{home}-own", "DJANGO_SETTINGS_MODULE": "opora.config.settings"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr[-3000:]
    document = json.loads(done.stdout)["benchmarks"][name]
    assert document["repetitions"] and document["targets"]
    exact = [target for target in document["targets"] if target["worst"]]
    assert all(target["ok"] for target in exact), exact
    assert not any("НЕ ПОРОВНУ" in note for note in document["notes"])
    [file] = tmp_path.iterdir()
    assert json.loads(file.read_text())["name"] == name


@pytest.mark.soak
@pytest.mark.timeout(7200)
def test_a_hundred_districts_cost_no_more_than_one(tmp_path: Path) -> None:
    """847 000 children: every cell of the coverage equal to a recount, all rules kept, the same work at the same cost."""
    with temporary_home("opora-hundred-") as made:
        home = made.layout.home
        command = [sys.executable, "-m", "opora.config.cli", "bench", "coverage", "growth", "--json"]
        command += ["--scale", "hundred", "--repetitions", "3", "--home", str(home), "--results", str(tmp_path)]
        environment = os.environ | {"OPORA_HOME": f"{home}-own", "DJANGO_SETTINGS_MODULE": "opora.config.settings"}
        environment["OPORA_PG_FSYNC"] = "on"
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
        shutil.rmtree(f"{home}-own", ignore_errors=True)
    assert done.returncode == 0, done.stderr[-3000:]
    documents = json.loads(done.stdout)["benchmarks"]
    assert documents["coverage"]["dataset"]["child"] > 847_000 * 0.99
    assert documents["coverage"]["figures"]["cells unequal"]["max"] == 0
    growth = documents["growth"]
    assert growth["dataset"]["districts"] == [1, 100]
    assert [target for target in growth["targets"] if not target["ok"]] == [], growth["figures"]
