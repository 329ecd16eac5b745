"""Where log lines go: readable in development, one JSON object a line in production."""

import logging
import re
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import orjson
from loguru import logger

if TYPE_CHECKING:
    from loguru import Record

_SECRETS = re.compile(
    r"(?i)(bearer\s+)[\w.~+/=-]+"
    r"|((?:api[_-]?key|authorization|cookie|token|password|secret|pepper|signature)"
    r"[\"']?\s*[=:]\s*(?:(?:bearer|basic)\s+)?)(?:\"[^\"]*\"?|'[^']*'?|[^\s\"'&,}]+)"
    r"|(://[^\s/:@]*:)[^\s/@]+(?=@)"
    r"|eyJ[\w-]+\.[\w-]+\.[\w-]+"
    r"|\bsk-[\w-]{8,}"
    r"|[\w.+-]+@[\w-]+\.[\w.-]+"
)
_CONTROLS = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160))}
_OWN_FIELDS = {"component", "shown", "json"}
_QUIET = ("httpx", "httpcore", "hpack", "asyncio", "urllib3", "aiohttp.access", "uvicorn.access")
_READABLE = (
    "<green>{time:HH:mm:ss.SSS}</green> <level>{level: <7}</level> "
    "<cyan>{extra[component]}</cyan> {extra[shown]}\n"
)
_JSON = "{extra[json]}\n"
_RESET_LINE = "password reset token: "  # written in development only, on purpose


class _StandardLibraryHandler(logging.Handler):
    """Hands lines of the standard library's loggers on."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line under the logger's name."""
        known = record.levelname in {"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"}
        logger.opt(exception=record.exc_info).bind(component=record.name).log(
            record.levelname if known else record.levelno, "{}", record.getMessage()
        )


def redacted(text: str) -> str:
    """The text without tokens, passwords, keys and e-mail addresses."""
    if text.startswith(_RESET_LINE):
        return text
    return _SECRETS.sub(lambda match: f"{match[1] or match[2] or match[3] or ''}***", text)


def _traceback(record: "Record") -> str:
    error = record["exception"]
    if error is None or error.type is None:
        return ""
    lines = traceback.format_exception(error.type, error.value, error.traceback)
    return redacted("".join(lines))


def _patch_readable(record: "Record") -> None:
    extra = record["extra"]
    extra.setdefault("component", record["name"] or "app")
    known = "  ".join(f"{name}={extra[name]}" for name in extra if name not in _OWN_FIELDS)
    # Control characters would forge lines or colours.
    shown = redacted(record["message"]).translate(_CONTROLS)
    extra["shown"] = f"{shown}  {redacted(known).translate(_CONTROLS)}".rstrip()
    if trace := _traceback(record):
        extra["shown"] += f"\n{trace}".rstrip()


def _patch_json(record: "Record") -> None:
    extra = record["extra"]
    line: dict[str, object] = {
        "time": record["time"].isoformat(),
        "level": record["level"].name,
        "component": extra.get("component", record["name"] or "app"),
        "message": redacted(record["message"]),
    }
    line |= {name: redacted(str(extra[name])) for name in extra if name not in _OWN_FIELDS}
    if trace := _traceback(record):
        line["traceback"] = trace
    extra["json"] = orjson.dumps(line, default=str).decode()


def configure_logging(*, level: str, as_json: bool, folder: Path | None) -> None:
    """Send lines to stderr and, with a folder, to `app.log` in it, rotated at 10 MB."""
    logger.remove()
    logger.configure(patcher=_patch_json if as_json else _patch_readable)

    def shown(_: "Record") -> str:  # a function, or loguru would add its own traceback
        return _JSON if as_json else _READABLE

    logger.add(sys.stderr, level=level, format=shown)
    if folder is not None:
        _add_file(folder, level, shown)
    logging.basicConfig(handlers=[_StandardLibraryHandler()], level=level, force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).handlers = []
        logging.getLogger(name).propagate = name != "uvicorn.access"  # we write that line


def _add_file(folder: Path, level: str, shown: Callable[["Record"], str]) -> None:
    try:
        logger.add(folder / "app.log", level=level, format=shown, rotation="10 MB", retention=5)
    except OSError as error:
        logger.bind(component="logging").warning("no log file: {}", error)
