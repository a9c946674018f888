"""A three-node PostgreSQL under Patroni with etcd and HAProxy on loopback, made from deploy/cluster.

Everything lives in one temporary folder and listens on 127.0.0.1 alone; ``stop`` ends whatever was started.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import string
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from opora.core.embedded.binaries import binaries_for
from opora.core.embedded.layout import Layout
from opora.core.embedded.owner import Owner, server_owner
from opora.core.embedded.process import die_with_parent, is_server_of
from tests.cluster import programs
from tests.faults.conftest import free_port
from tests.support.environment import ROOT
from tests.survival.openings import get

RECIPE = ROOT / "deploy" / "cluster"
PASSWORD = "only-on-loopback"
PATIENCE = 90.0


@dataclass
class Node:
    """One database node; `process` is its Patroni."""

    name: str
    folder: Path
    pg_port: int = field(default_factory=free_port)
    rest_port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def postmaster(self) -> int | None:
        """The server's process, or None."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            return None
        return pid if is_server_of(pid, self.data) else None


class Cluster:
    """etcd, three nodes, HAProxy with the ports of two web nodes."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="opora-cluster-"))
        self.owner: Owner = server_owner()
        self.folder.chmod(0o755)
        layout = Layout(self.folder / "programs")
        layout.home.mkdir(mode=0o755)
        self.binaries = binaries_for(self.owner, layout)
        self.nodes = [Node(f"node{number}", self._own_folder(f"node{number}")) for number in (1, 2, 3)]
        self.etcd_port, self.database_port, self.web_port = free_port(), free_port(), free_port()
        self.web_ports = [free_port(), free_port()]
        self.started: list[subprocess.Popen[bytes]] = []

    @property
    def url(self) -> str:
        """DATABASE_URL through HAProxy."""
        return f"postgresql://opora:{PASSWORD}@127.0.0.1:{self.database_port}/opora"

    def start(self) -> None:
        etcd = f"http://127.0.0.1:{self.etcd_port}"
        peer = f"http://127.0.0.1:{free_port()}"
        self._run(
            "etcd", programs.find("etcd"), "--name", "node1", "--data-dir", self._own_folder("etcd") / "data",
            "--listen-client-urls", etcd, "--advertise-client-urls", etcd, "--listen-peer-urls", peer,
            "--initial-advertise-peer-urls", peer, "--initial-cluster", f"node1={peer}",
        )  # fmt: skip
        for node in self.nodes:
            self._write(node)
            self.start_node(node)
        self.wait_until_whole()
        self._make_database()
        self._run("haproxy", programs.find("haproxy"), "-db", "-f", self._balancer())
        self._wait("HAProxy leads to the primary", self._answers)

    def start_node(self, node: Node) -> None:
        node.process = self._run(node.name, programs.patroni(), node.folder / "patroni.yml")

    def kill(self, node: Node) -> None:
        """The machine is gone: Patroni and every PostgreSQL process of the node at once."""
        postmaster = node.postmaster()
        assert node.process is not None and postmaster is not None
        node.process.kill()
        os.kill(postmaster, signal.SIGKILL)
        node.process.wait()

    def members(self) -> dict[str, dict[str, Any]]:
        """What Patroni knows of the nodes, asked of the first that answers."""
        for node in self.nodes:
            status, text = get(f"http://127.0.0.1:{node.rest_port}/cluster")
            if status == 200:
                return {one["name"]: one for one in json.loads(text)["members"]}
        return {}

    def primary(self) -> Node:
        """The node that leads now."""
        leads = [name for name, one in self.members().items() if one["role"] == "leader"]
        return next(node for node in self.nodes if node.name in leads)

    def wait_until_whole(self) -> None:
        """A leader, a synchronous standby and a third node that streams."""

        def whole() -> bool:
            roles = sorted(
                one["role"] for one in self.members().values() if one.get("state") in ("running", "streaming")
            )
            return len(roles) == 3 and "leader" in roles and "sync_standby" in roles

        self._wait("three nodes with a synchronous standby", whole)

    def stop(self) -> None:
        """End everything, however far it came; raises nothing."""
        for process in reversed(self.started):
            process.terminate()
        deadline = time.monotonic() + 15
        for process in reversed(self.started):
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(deadline - time.monotonic(), 0.1))
            process.kill()
            process.wait()
        for node in self.nodes:
            if pid := node.postmaster():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        shutil.rmtree(self.folder, ignore_errors=True)

    def complaints(self) -> str:
        """The ends of all logs."""
        logs = sorted(self.folder.glob("*.log"))
        return "\n".join(f"== {one.name}\n{one.read_text(errors='replace')[-1500:]}" for one in logs)

    def _own_folder(self, name: str) -> Path:
        folder = self.folder / name
        folder.mkdir(mode=0o700)
        if self.owner.other:
            os.chown(folder, self.owner.uid, self.owner.gid)
        return folder

    def _write(self, node: Node) -> None:
        self._fill(
            RECIPE / "patroni.yml",
            node.folder / "patroni.yml",
            NODE=node.name,
            NODE_ADDRESS="127.0.0.1",
            REST_PORT=node.rest_port,
            PG_PORT=node.pg_port,
            PG_BIN=self.binaries,
            DATA_DIR=node.data,
            STATE_DIR=node.folder,
            ETCD_HOSTS=f"127.0.0.1:{self.etcd_port}",
            STRICT="false",
            NETWORK="127.0.0.1/32",
            SUPERUSER_PASSWORD=PASSWORD,
            REPLICATION_PASSWORD=PASSWORD,
            REWIND_PASSWORD=PASSWORD,
        )

    def _balancer(self) -> Path:
        target = self._own_folder("haproxy") / "haproxy.cfg"
        values: dict[str, object] = {
            "BALANCER_ADDRESS": "127.0.0.1",
            "DATABASE_PORT": self.database_port,
            "WEB_PORT": self.web_port,
        }
        for number, node in enumerate(self.nodes, 1):
            values |= {f"NODE{number}": "127.0.0.1", f"PG{number}_PORT": node.pg_port}
            values[f"REST{number}_PORT"] = node.rest_port
        for number, port in enumerate(self.web_ports, 1):
            values |= {f"WEB{number}": "127.0.0.1", f"WEB{number}_PORT": port}
        self._fill(RECIPE / "haproxy.cfg", target, **values)
        return target

    def _fill(self, source: Path, target: Path, **values: object) -> None:
        lines = [line for line in source.read_text().splitlines() if not line.lstrip().startswith("#")]
        target.write_text(string.Template("\n".join(lines) + "\n").substitute(values))
        if self.owner.other:
            os.chown(target, self.owner.uid, self.owner.gid)

    def _make_database(self) -> None:
        where = f"host=127.0.0.1 port={self.primary().pg_port} user=postgres password={PASSWORD} dbname=postgres"
        with psycopg.connect(where, autocommit=True) as server:
            server.execute(sql.SQL("CREATE ROLE opora LOGIN PASSWORD {}").format(sql.Literal(PASSWORD)))
            server.execute("CREATE DATABASE opora OWNER opora")

    def _answers(self) -> bool:
        try:
            with psycopg.connect(self.url, connect_timeout=2) as database:
                return database.execute("SELECT NOT pg_is_in_recovery()").fetchone() == (True,)
        except psycopg.Error:
            return False

    def _wait(self, what: str, condition: Any) -> None:
        deadline = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < deadline, f"waited in vain: {what}\n{self.complaints()}"
            time.sleep(0.2)

    def _run(self, name: str, *command: object) -> subprocess.Popen[bytes]:
        with open(self.folder / f"{name}.log", "ab") as log:
            process = subprocess.Popen(
                list(map(str, command)),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env={"PATH": programs.SEARCH, "LC_ALL": "C", "HOME": str(self.folder), "PGTZ": "UTC"},
                preexec_fn=die_with_parent(signal.SIGTERM),
                **self.owner.popen_arguments,
            )
        self.started.append(process)
        return process
