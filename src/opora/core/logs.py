"""Structured logs without personal data: JSON lines with request and actor ids; no bodies, names, query strings."""

from __future__ import annotations

import datetime as dt
import json
import logging


class JsonFormatter(logging.Formatter):
    """One JSON object per line: time, level, logger, message, request id, actor id, exception type and places."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": self._message(record),
        }
        request = getattr(record, "request", None)
        if request is not None:
            line["request"] = getattr(request, "request_id", "")
            line["route"] = getattr(getattr(request, "resolver_match", None), "route", "")
            line["actor"] = getattr(getattr(request, "actor", None), "account_id", None)
        for key in ("job", "event", "figure"):
            if hasattr(record, key):
                line[key] = getattr(record, key)
        if record.exc_info and record.exc_info[0] is not None:
            # the text of an exception may hold personal data: only its type and the code places are kept
            line["error"] = record.exc_info[0].__name__
            line["trace"] = self._places(record.exc_info[2])
        return json.dumps(line, ensure_ascii=False)

    @staticmethod
    def _message(record: logging.LogRecord) -> str:
        if record.name.startswith("django."):
            return str(record.msg).split("%")[0]  # arguments hold paths and query strings
        return record.getMessage()

    @staticmethod
    def _places(trace: object) -> list[str]:
        import traceback

        frames = traceback.extract_tb(trace)[-8:]  # type: ignore[arg-type]
        return [f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}:{frame.name}" for frame in frames]
