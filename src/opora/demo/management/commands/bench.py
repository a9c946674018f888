"""``opora bench``: measures in databases of its own and never touches the installation's data."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from opora.config.env import env
from opora.core import clock
from opora.core.embedded import DatabaseUnavailable, hold
from opora.core.embedded.client import Hold
from opora.demo.bench import BENCHMARKS, figures, machine, named
from opora.demo.bench.stage import SCALES

LONGEST = 3 * 3600
"""Seconds that one benchmark may take; one that hangs must not hold up the others."""


class Command(BaseCommand):
    """One process per benchmark, one after another; figures go to a table or to JSON, and to files."""

    help = "Замерить скорость и сравнить с целями."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("names", nargs="*", metavar="NAME", help=f"что мерить: {', '.join(BENCHMARKS)}; иначе всё")
        parser.add_argument("--json", action="store_true", help="один документ JSON вместо таблицы")
        parser.add_argument("--quick", action="store_true", help="на малых данных: проверить, что всё измеряется")
        parser.add_argument("--scale", choices=SCALES, default="full", help="размер данных")
        parser.add_argument("--repetitions", type=int, default=5, help="повторений, по умолчанию 5")
        parser.add_argument("--home", type=Path, help="где держать базы замеров; готовые там берутся снова")
        parser.add_argument("--results", type=Path, help="папка для файлов с результатами")

    def handle(self, *args: Any, **options: Any) -> None:
        names = named(options["names"]) or list(BENCHMARKS)
        if unknown := [name for name in names if name not in BENCHMARKS]:
            raise CommandError(f"Нет замера {', '.join(unknown)}. Есть: {', '.join(BENCHMARKS)}.", returncode=2)
        if options["repetitions"] < 1:
            raise CommandError("--repetitions: нужно не меньше одного повторения.", returncode=2)
        scale = "quick" if options["quick"] else options["scale"]
        frame = {"date": clock.today().isoformat(), "scale": scale, "machine": machine.description()}
        # figures of small data are no record: they are kept only where they were asked for
        folder = options["results"] or (_results_folder() if scale == "full" else None)
        documents: dict[str, dict[str, Any]] = {}
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # "stop" ends what was started, as Ctrl-C does
        with _home(options["home"]) as home, suppress(KeyboardInterrupt):
            for name in names:
                documents[name] = self._measure(home, name, scale, options["repetitions"])
                if folder is not None:  # at once: what comes after may fail or be stopped
                    _write(folder / f"{frame['date']}-{name}.json", frame | {"name": name} | documents[name])
        for name in names[len(documents) :]:
            documents[name] = {"work": BENCHMARKS[name], "refused": "замеры остановлены"}
        if options["json"]:
            self.stdout.write(figures.dumps(frame | {"benchmarks": documents}))
        else:
            self.stdout.write(figures.table(documents))
        if refused := [name for name, document in documents.items() if "refused" in document]:
            raise CommandError(f"Не измерено: {', '.join(refused)}.")

    def _measure(self, home: Path, name: str, scale: str, repetitions: int) -> dict[str, Any]:
        self.stderr.write(f"{name}: {BENCHMARKS[name]} …")
        command = [sys.executable, "-m", "opora.demo.bench.one", name]
        command += ["--scale", scale, "--repetitions", str(repetitions)]
        environment = {key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "OPORA_DEMO")}
        began = time.monotonic()
        code, said = _run(command, environment | {"OPORA_HOME": str(home), "OPORA_BATCH": "1"})
        took = {"minutes": round((time.monotonic() - began) / 60, 1)}
        if code is None:
            return took | {"work": BENCHMARKS[name], "refused": f"не закончен за {LONGEST // 3600} ч"}
        try:
            document = dict(json.loads(said)) if code == 0 else None
        except ValueError:
            document = None
        if document is None:
            return took | {"work": BENCHMARKS[name], "refused": f"замер прерван с кодом {code}, причина выше"}
        return document | took | {"load_after": [round(value, 2) for value in os.getloadavg()]}


def _run(command: list[str], environment: dict[str, str]) -> tuple[int | None, str]:
    """Exit code and what the program wrote; None when it took too long. It ends with all that it started."""
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env=environment, start_new_session=True
    ) as process:
        try:
            said, _ = process.communicate(timeout=LONGEST)
            return process.returncode, said
        except subprocess.TimeoutExpired:
            return None, ""
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


@contextmanager
def _home(given: Path | None) -> Iterator[Path]:
    """The benchmarks' home with its server running; one that was not asked for by name is removed afterwards.

    It lies beside the installation's home: the same disk, another folder.
    """
    home = (given or env.home.with_name(f"{env.home.name}-bench")).absolute()
    lock_path = home.with_name(f"{home.name}.lock")
    lock_path.parent.mkdir(parents=True, exist_ok=True)
    with open(lock_path, "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CommandError(f"Замеры в {home} уже идут.") from None
        try:
            held = hold(SimpleNamespace(home=home, database_url=None))
        except DatabaseUnavailable as error:
            raise CommandError(str(error)) from error
        assert held is not None
        try:
            yield home
        finally:
            _stop(held)
            if given is None:
                shutil.rmtree(home.absolute(), ignore_errors=True)
            lock_path.unlink(missing_ok=True)


def _stop(held: Hold) -> None:
    """Let go of the server and wait until it has ended, so that its folder can go."""
    held.release()
    supervisor = held.layout.supervisor_lock
    with open(supervisor, "a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)


def _results_folder() -> Path:
    """bench/results of the clone, else a folder in the installation's home."""
    clone = Path(__file__).resolve().parents[5]
    return clone / "bench" / "results" if (clone / "bench").is_dir() else env.home / "bench"


def _write(path: Path, document: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(figures.dumps(document) + "\n", encoding="utf-8")
