"""What the service writes to stderr: JSON, one line a request and one line a message of the server."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import Any

import orjson

_FIELDS = "fields"  # the attribute of a record that holds the fields of a request


class JsonFormatter(logging.Formatter):
    """One JSON object a record. What failed is in the same object, with its traceback."""

    def format(self, record: logging.LogRecord) -> str:
        """See `logging.Formatter.format`."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
        }
        fields = getattr(record, _FIELDS, None)
        line |= {"logger": record.name, "message": record.getMessage()} if fields is None else fields
        if record.exc_info and record.exc_info[1] is not None:
            error = record.exc_info[1]
            line["error"] = f"{type(error).__name__}: {error}"
            line["traceback"] = self.formatException(record.exc_info)
        try:
            return orjson.dumps(line).decode()
        except TypeError:  # half a character, as an address may hold it
            return json.dumps(line)


def write_request(logger: logging.Logger, level: int, fields: dict[str, Any], error: BaseException | None) -> None:
    """Log one request whose level is enabled; `error` is what made it fail, None where nothing did."""
    trace = (type(error), error, error.__traceback__) if error is not None else None
    # Not by `logger.log`, which walks up the stack for the line of the call: that is a third of the time.
    record = logging.LogRecord(logger.name, level, __file__, 0, "request", None, trace)
    setattr(record, _FIELDS, fields)
    logger.handle(record)


def configure(level: str) -> None:
    """Send what this package and the server log to stderr as JSON.

    Args:
        level: a key of `kb.settings.LOG_LEVELS`; what is below it is left out.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter())
    for name in ("kb", "uvicorn"):
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.setLevel(level.upper())
        logger.propagate = False
