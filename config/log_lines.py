"""What a log line looks like: readable, or one JSON object; in both without secrets."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import orjson

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
_RESET_LINE = "password reset token: "  # written in development only, on purpose


@dataclass(slots=True)
class LogEntry:
    """One event; `values` begin with its component, `traceback` is empty without an error."""

    time: datetime
    level: str
    message: str
    values: Mapping[str, str]
    traceback: str = ""


Layout = Callable[[LogEntry], str]


def redacted(text: str) -> str:
    """The text without tokens, passwords, keys and e-mail addresses."""
    if not _may_hold_secret(text) or text.startswith(_RESET_LINE):
        return text
    return _SECRETS.sub(lambda match: f"{match[1] or match[2] or match[3] or ''}***", text)


def without_secrets(message: str, values: Mapping[str, str]) -> tuple[str, Mapping[str, str]]:
    """A message and its values, redacted."""
    if not _may_hold_secret("\n".join((message, *values.values()))):
        return message, values
    return redacted(message), {name: redacted(value) for name, value in values.items()}


def _may_hold_secret(text: str) -> bool:
    """A cheap look before the search, which most lines are spared."""
    return _MARK.search(text.lower()) is not None


def readable_line(entry: LogEntry) -> str:
    """The local time of day, level, component, message and values; then the traceback."""
    values = dict(entry.values)
    component = values.pop("component")
    known = "  ".join(f"{name}={value}" for name, value in values.items())
    # Control characters would forge lines or colours.
    shown = f"{entry.message}  {known}".rstrip().translate(_CONTROLS)
    time = entry.time.astimezone().isoformat(timespec="milliseconds")[11:23]
    return f"{time} {entry.level: <7} {component} {shown}\n{entry.traceback}".rstrip() + "\n"


def json_line(entry: LogEntry) -> str:
    """One JSON object with the time in UTC."""
    line = {
        "time": entry.time.astimezone(UTC).isoformat(),
        "level": entry.level,
        "message": entry.message,
        **entry.values,
    }
    if entry.traceback:
        line["traceback"] = entry.traceback
    return orjson.dumps(line).decode() + "\n"
