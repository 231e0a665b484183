"""Log lines for production: one JSON object per line, without a visitor's address or query."""

import json
import logging
import traceback
from datetime import UTC, datetime


class JsonLines(logging.Formatter):
    """Format a record as one JSON object, from a fixed list of fields.

    Fields: time (UTC), level, logger, message; `status` where a response is known; `error` (the exception's type) and
    `trace` (file:line function, innermost last) where there is one. The exception's own text is kept only outside
    requests: inside one it may repeat what a visitor typed.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; line breaks in values are escaped, so one event never looks like two."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if hasattr(record, "status_code"):
            line["status"] = record.status_code
        if record.exc_info and record.exc_info[0]:
            kind, error, trace = record.exc_info
            line["error"] = kind.__name__ if hasattr(record, "request") else f"{kind.__name__}: {error}"
            line["trace"] = [f"{f.filename}:{f.lineno} {f.name}" for f in traceback.extract_tb(trace)]
        return json.dumps(line, ensure_ascii=False)
