"""The table of contents of a backup: what was in the database and in the folder of documents at one moment."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from opora.core.survival.checksums import TableSum
from opora.core.survival.errors import SurvivalError

FORMAT = 1
NAME = "manifest.json"
DUMP = "database.dump"


@dataclass(frozen=True, slots=True)
class FileSum:
    """A document: its SHA-256 is its name; `size` in bytes."""

    sha256: str
    size: int

    @property
    def member(self) -> str:
        return f"files/{self.sha256[:2]}/{self.sha256}"


@dataclass
class Manifest:
    """`made_at`: ISO moment of the snapshot (UTC); `migrations`: applied ones as ``app.name``."""

    made_at: str
    opora: str
    postgresql: int
    migrations: list[str]
    tables: list[TableSum] = field(default_factory=list)
    files: list[FileSum] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)  # documents that were missing or altered when the copy was made
    dump_sha256: str = ""
    dump_size: int = 0
    format: int = FORMAT

    @property
    def rows(self) -> int:
        return sum(one.rows for one in self.tables)

    def as_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, indent=1)

    @classmethod
    def of_json(cls, text: bytes) -> Manifest:
        """Raises SurvivalError when the text is no manifest of ours, or of a newer format."""
        try:
            values: dict[str, Any] = json.loads(text)
            if int(values["format"]) > FORMAT:
                raise SurvivalError("Копия сделана более новой версией Опоры: восстановите её той же или более новой.")
            values["tables"] = [TableSum(**one) for one in values["tables"]]
            values["files"] = [FileSum(**one) for one in values["files"]]
            return cls(**values)
        except (ValueError, KeyError, TypeError) as error:
            raise SurvivalError("Это не копия Опоры: опись внутри файла не читается.") from error
