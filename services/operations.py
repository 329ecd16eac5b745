"""How the work of all processes goes, as metrics that come from the database."""

import asyncio
import time
from collections.abc import Callable, Mapping

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from core.exceptions import UnavailableError
from database.job_models import Topic
from database.repositories.operations_repository import Figures
from database.unit_of_work import Database
from utils.logger import get_logger

CACHE_S = 5.0
DEADLINE_S = 2.0  # a scrape gives up after 10 s by default, and should tell of the rest
SPEND_PREFIX = "spend_usd:"

log = get_logger("operations")


class OperationsService:
    """Asks the database at most every five seconds, and never keeps anybody waiting for it."""

    def __init__(self, db_client: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self._database = db_client
        self._clock = clock
        self._known: tuple[float, Figures | None] | None = None
        self._asking: asyncio.Task[None] | None = None

    async def metrics(self) -> list[Metric]:
        """The metrics; without an answer in time only that there is none."""
        figures = await self._figures()
        up = GaugeMetricFamily("database_up", "1 while the database answers.", figures is not None)
        return [up] if figures is None else [up, *_families(figures)]

    async def aclose(self) -> None:
        """End what asks in this loop."""
        asking = self._asking
        if asking is not None and asking.get_loop() is asyncio.get_running_loop():
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)

    async def _figures(self) -> Figures | None:
        if not self._is_fresh():
            # A cancelled query may wait for a server that is silent: it is left to itself instead,
            # and nobody else asks meanwhile.
            await asyncio.wait([self._ask_once()], timeout=DEADLINE_S)
        return self._known[1] if self._known is not None and self._is_fresh() else None

    def _is_fresh(self) -> bool:
        return self._known is not None and self._clock() - self._known[0] < CACHE_S

    def _ask_once(self) -> asyncio.Task[None]:
        loop = asyncio.get_running_loop()
        if self._asking is None or self._asking.done() or self._asking.get_loop() is not loop:
            self._asking = loop.create_task(self._ask())
        return self._asking

    async def _ask(self) -> None:
        figures = None
        try:
            figures = await self._database.alone.operations.figures()
        except UnavailableError:
            log.warning("the database does not answer")
        except Exception as error:  # noqa: BLE001  # whatever it is, metrics are told without it
            log.warning("the database does not tell how work goes: {}", type(error).__name__)
        self._known = (self._clock(), figures)


def spend_by_provider(totals: Mapping[str, float]) -> dict[str, float]:
    """What each provider has cost so far, in US dollars."""
    return {
        name.removeprefix(SPEND_PREFIX): value
        for name, value in totals.items()
        if name.startswith(SPEND_PREFIX)
    }


def _families(figures: Figures) -> list[Metric]:
    spend = CounterMetricFamily(
        "provider_spend_usd", "What calls to providers cost.", labels=["provider"]
    )
    for provider, usd in spend_by_provider(figures.totals).items():
        spend.add_metric([provider], usd)
    unsent = GaugeMetricFamily(
        "outbox_unsent", "Messages that are to be sent, at most 10,001.", labels=["topic"]
    )
    for topic in Topic:
        unsent.add_metric([topic.value], figures.outbox_unsent.get(topic.value, 0))
    # Prometheus gives the label `job` to what it scrapes and would rename ours.
    runs = GaugeMetricFamily(
        "schedule_last_run_timestamp_seconds", "When it began last.", labels=["schedule"]
    )
    for name, moment in figures.schedule_runs.items():
        runs.add_metric([name], moment)
    return [
        GaugeMetricFamily(
            "job_queue_depth", "Jobs that wait, at most 10,001.", figures.jobs_pending
        ),
        GaugeMetricFamily(
            "job_oldest_pending_seconds", "How long the oldest waits.", figures.oldest_pending_s
        ),
        GaugeMetricFamily("jobs_running", "Jobs that are worked on.", figures.jobs_running),
        GaugeMetricFamily(
            "job_oldest_running_seconds", "Since the oldest began.", figures.oldest_running_s
        ),
        GaugeMetricFamily(
            "job_expired_leases", "Running jobs of dead processes.", figures.expired_leases
        ),
        # A counter that appears with its first event would hide it from `increase()`.
        CounterMetricFamily(
            "job_lease_losses", "Leases that ran out.", figures.totals.get("lease_losses", 0)
        ),
        CounterMetricFamily(
            "job_refunds", "Units that were given back.", figures.totals.get("refunds", 0)
        ),
        GaugeMetricFamily(
            "outbox_oldest_due_seconds", "Overdue for so long.", figures.outbox_oldest_due_s
        ),
        spend,
        unsent,
        runs,
    ]
