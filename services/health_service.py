"""Whether this process can serve, and with what."""

import asyncio
import time
from collections.abc import Callable, Sequence

from core.exceptions import UnavailableError
from database.unit_of_work import Database
from services.settings_check import Part, PartReport, check, unchecked
from utils.logger import get_logger

CACHE_S = 2.0
PARTS_CACHE_S = 60.0

log = get_logger("health")


class HealthService:
    """Knows whether the database answers, asked at most every two seconds, and how the rest does.

    The parts outside are asked beside the answers, at most once a minute: no balancer waits for
    them, and none of them makes this process unfit to serve.
    """

    def __init__(
        self,
        database: Database,
        parts: Callable[[], Sequence[Part]] = tuple,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._parts = parts
        self._clock = clock
        self._known: tuple[float, bool] | None = None
        self._reports: tuple[float, list[PartReport]] | None = None
        self._asking: asyncio.Task[None] | None = None
        self.stopping = False

    async def is_ready(self) -> bool:
        """Whether requests can be served now; False from the beginning of the shutdown on."""
        if self.stopping:
            return False
        now = self._clock()
        if self._known is None or now - self._known[0] >= CACHE_S:
            self._known = (now, await self.database_answers())
        return self._known[1]

    def parts(self) -> list[PartReport]:
        """What is known of every part; what is older than a minute is asked for anew."""
        known = self._reports
        if known is None or self._clock() - known[0] >= PARTS_CACHE_S:
            self._ask_again()
        return unchecked(self._parts()) if known is None else known[1]

    async def check(self) -> list[PartReport]:
        """Ask every part now."""
        reports = await check(self._parts())
        self._reports = (self._clock(), reports)
        return reports

    async def database_answers(self) -> bool:
        """Whether the database answers now."""
        try:
            await self._database.ping()
        except UnavailableError:
            return False
        except Exception as error:  # noqa: BLE001  # a wrong password, no such database: no answer
            log.warning("the database refuses us: {}", type(error).__name__)
            return False
        return True

    async def aclose(self) -> None:
        """End what asks in this loop."""
        asking = self._asking
        if asking is not None and asking.get_loop() is asyncio.get_running_loop():
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)

    def _ask_again(self) -> None:
        loop = asyncio.get_running_loop()
        if self._asking is None or self._asking.done() or self._asking.get_loop() is not loop:
            self._asking = loop.create_task(self._ask())

    async def _ask(self) -> None:
        await self.check()
