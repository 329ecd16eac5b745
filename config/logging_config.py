"""Where log lines go: readable in development, one JSON object a line in production."""

import logging
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import orjson
from loguru import logger

if TYPE_CHECKING:
    from loguru import Record

_SECRETS = re.compile(
    r"(?i)(bearer\s+)[\w.~+/=-]+"
    r"|((?:api_?key|apikey|token|password|secret|signature)[\"']?\s*[=:]\s*[\"']?)[^\s\"'&,}]+"
    r"|eyJ[\w-]+\.[\w-]+\.[\w-]+"
    r"|[\w.+-]+@[\w-]+\.[\w.-]+"
)
_QUIET = ("httpx", "httpcore", "hpack", "asyncio", "urllib3", "aiohttp.access")
_READABLE = (
    "<green>{time:HH:mm:ss.SSS}</green> <level>{level: <7}</level> "
    "<cyan>{extra[component]}</cyan> {extra[shown]} <dim>{extra[request_id]}</dim>\n{exception}"
)
_RESET_LINE = "password reset token: "  # written in development only, on purpose


class _StandardLibraryHandler(logging.Handler):
    """Hands lines of the standard library's loggers on."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line under the logger's name."""
        logger.opt(exception=record.exc_info).bind(component=record.name).log(
            record.levelname, "{}", record.getMessage()
        )


def redacted(text: str) -> str:
    """The text without tokens, passwords, keys and e-mail addresses."""
    if text.startswith(_RESET_LINE):
        return text
    return _SECRETS.sub(lambda match: f"{match[1] or match[2] or ''}***", text)


def _patch(record: "Record") -> None:
    """Prepare what the sinks print."""
    extra = record["extra"]
    extra.setdefault("component", record["name"] or "app")
    extra.setdefault("request_id", "")
    extra["shown"] = redacted(record["message"]).replace("\n", "\\n")
    extra["json"] = orjson.dumps(_line(record)).decode()


def _line(record: "Record") -> dict[str, object]:
    extra = record["extra"]
    line: dict[str, object] = {
        "time": record["time"].isoformat(),
        "level": record["level"].name,
        "component": extra["component"],
        "message": redacted(record["message"]),
    }
    if extra["request_id"]:
        line["request_id"] = extra["request_id"]
    if (error := record["exception"]) is not None:
        line["error"] = redacted(repr(error.value))
    return line


def configure_logging(*, level: str, as_json: bool, folder: Path | None) -> None:
    """Send lines to stderr and, with a folder, to `app.log` in it, rotated at 10 MB."""
    logger.remove()
    logger.configure(patcher=_patch)
    shown = "{extra[json]}\n" if as_json else _READABLE
    # diagnose=False: tracebacks show no values, among which secrets may be.
    logger.add(sys.stderr, level=level, format=shown, diagnose=False, backtrace=False)
    if folder is not None:
        logger.add(
            folder / "app.log",
            level=level,
            format="{extra[json]}\n",
            rotation="10 MB",
            retention=5,
            diagnose=False,
            backtrace=False,
        )
    logging.basicConfig(handlers=[_StandardLibraryHandler()], level=level, force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in ("uvicorn", "uvicorn.error"):
        logging.getLogger(name).handlers = []
        logging.getLogger(name).propagate = True
