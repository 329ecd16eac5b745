"""What is configured, whether it can be reached, and what does the work otherwise, part by part."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypedDict

from utils.logger import get_logger

Reach = Literal["reachable", "key refused", "not reachable"]
Probe = Callable[[], Awaitable[Reach]]

log = get_logger("settings")


@dataclass(frozen=True, slots=True)
class Source:
    """One of the places that a part may get its work done, with a way to ask it if there is one."""

    name: str
    probe: Probe | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the service: what is configured for it in order, and what stands in.

    `embedded` does the work when nothing is configured or nothing configured can be reached; an
    empty text means that nothing can. What is `together` works side by side.
    """

    name: str
    configured: tuple[Source, ...]
    embedded: str
    missing: str = ""
    together: bool = False


class SourceReport(TypedDict):
    """One configured place; `state` is None where there is nothing to ask."""

    name: str
    state: Reach | None


class PartReport(TypedDict):
    """One part; `using` says who does the work now, `problem` what the settings lack."""

    part: str
    configured: list[SourceReport]
    using: str
    problem: str | None


async def check(parts: Sequence[Part]) -> list[PartReport]:
    """Ask everything at once; no probe takes longer than its own deadline."""
    return list(await asyncio.gather(*(_report(part) for part in parts)))


def is_degraded(reports: Sequence[PartReport]) -> bool:
    """Whether something configured cannot do its work."""
    states = {source["state"] for report in reports for source in report["configured"]}
    return bool(states - {None, "reachable"}) or any(report["problem"] for report in reports)


def lines(reports: Sequence[PartReport]) -> list[str]:
    """One line a part, for people."""
    return [_line(report) for report in reports]


def unchecked(parts: Sequence[Part]) -> list[PartReport]:
    """What can be said before anything was asked."""
    return [_shaped(part, [None] * len(part.configured)) for part in parts]


async def _report(part: Part) -> PartReport:
    return _shaped(part, await asyncio.gather(*(_asked(s) for s in part.configured)))


async def _asked(source: Source) -> Reach | None:
    if source.probe is None:
        return None
    try:
        return await source.probe()
    except Exception as error:  # noqa: BLE001  # whatever it is, it cannot be reached
        log.warning("{} cannot be asked: {}", source.name, type(error).__name__)
        return "not reachable"


def _shaped(part: Part, states: Sequence[Reach | None]) -> PartReport:
    found = list(zip(part.configured, states, strict=True))
    working = [source.name for source, state in found if state in {None, "reachable"}]
    return PartReport(
        part=part.name,
        configured=[SourceReport(name=source.name, state=state) for source, state in found],
        using=_used(part, working),
        problem=part.missing or None,
    )


def _used(part: Part, working: Sequence[str]) -> str:
    if not working:
        return part.embedded or "nothing until it is back"
    return ", ".join(working) if part.together else working[0]


def _line(report: PartReport) -> str:
    configured = (
        ", ".join(
            f"{source['name']} ({source['state']})" if source["state"] else source["name"]
            for source in report["configured"]
        )
        or "nothing configured"
    )
    problem = f" [{report['problem']}]" if report["problem"] else ""
    return f"{report['part']}: {configured}; used: {report['using']}{problem}"
