"""One vendor behind its checker, on a clock that jumps: pace, deadline, health, the record."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime

import pytest

from core.exceptions import ProviderRejectedError, ProviderUnavailableError
from core.providers.domain.base import (
    FAILED,
    ApiAnswer,
    ApiVerdict,
    DomainName,
    Findings,
    Status,
)
from core.providers.domain.decision import decide
from core.providers.domain.limiter import Rate
from core.providers.domain.vendor import VendorAnswer
from core.providers.domain.vendor_checker import MOST_NAMES, VendorChecker
from core.usage import track_usage
from tests.simulators.virtual_time import run_virtually
from tests.unit.test_core.domain_world import name

FREE = VendorAnswer(ApiVerdict.AVAILABLE, "available")
QUICK = Rate(0.0, 8)


def now() -> float:
    return asyncio.get_running_loop().time()


class Vendor:
    """Answers after `seconds`, or fails as scripted; `asked` is when and what."""

    name = "vendor"

    def __init__(self, batch: int = 1, seconds: float = 0.1) -> None:
        self.batch = batch
        self.seconds = seconds
        self.failures: list[Callable[[], Exception] | None] = []
        self.hanging: set[str] = set()
        self.said: dict[str, VendorAnswer] = {}
        self.asked: list[tuple[float, tuple[str, ...]]] = []
        self.closed = False

    async def ask(self, domains: Sequence[str]) -> Mapping[str, VendorAnswer]:
        self.asked.append((now(), tuple(domains)))
        failure = self.failures.pop(0) if self.failures else None
        await asyncio.sleep(3_600 if self.hanging & set(domains) else self.seconds)
        if failure is not None:
            raise failure()
        return {domain: self.said.get(domain, FREE) for domain in domains}

    async def aclose(self) -> None:
        self.closed = True

    @property
    def times(self) -> list[float]:
        return [round(at, 3) for at, _ in self.asked]


def failing(kind: str, retry_after: float | None = None) -> Callable[[], Exception]:
    hint = {} if retry_after is None else {"retry_after": retry_after}
    return lambda: ProviderUnavailableError(provider="vendor", kind=kind, **hint)  # type: ignore[arg-type]


def rejecting() -> Exception:
    return ProviderRejectedError(provider="vendor", kind="invalid_request")


def checker(vendor: Vendor, rate: Rate = QUICK) -> VendorChecker:
    return VendorChecker(vendor, rate, (Status.UNKNOWN, Status.LIKELY_AVAILABLE), clock=now)


def names(count: int, tld: str = "so") -> list[DomainName]:
    return [name(f"brand{i}.{tld}") for i in range(count)]


def virtually(scenario: Callable[[], Awaitable[None]]) -> None:
    async def run() -> None:
        await scenario()

    run_virtually(run())


def told(answers: Mapping[str, ApiAnswer]) -> dict[str, str]:
    return {domain: answer.evidence.detail for domain, answer in answers.items()}


def test_names_are_asked_one_by_one_at_the_vendors_pace() -> None:
    async def scenario() -> None:
        vendor = Vendor()
        answers = await checker(vendor, Rate(0.2, 5)).check(names(4), 10.0)

        assert vendor.times == [0.0, 0.2, 0.4, 0.6]
        assert {answer.verdict for answer in answers.values()} == {ApiVerdict.AVAILABLE}
        assert {answer.evidence.source for answer in answers.values()} == {"vendor"}

    virtually(scenario)


def test_no_more_calls_at_once_than_allowed() -> None:
    async def scenario() -> None:
        vendor = Vendor(seconds=1.0)
        await checker(vendor, Rate(0.0, 2)).check(names(6), 10.0)

        assert vendor.times == [0.0, 0.0, 1.0, 1.0, 2.0, 2.0]

    virtually(scenario)


def test_a_batch_is_one_call_and_a_request_costs_at_most_twenty_names() -> None:
    async def scenario() -> None:
        registrar, service = Vendor(batch=20), Vendor()
        await checker(registrar).check(names(MOST_NAMES + 5), 10.0)
        await checker(service).check(names(MOST_NAMES + 5), 10.0)

        assert [len(domains) for _, domains in registrar.asked] == [MOST_NAMES]
        assert len(service.asked) == MOST_NAMES

    virtually(scenario)


def test_a_name_that_hangs_fails_alone_and_in_time() -> None:
    async def scenario() -> None:
        vendor = Vendor()
        vendor.hanging = {"brand1.so"}
        answers = await checker(vendor).check(names(3), 4.0)

        assert now() <= 4.0
        assert told(answers) == {
            "brand0.so": "available",
            "brand1.so": "timeout",
            "brand2.so": "available",
        }
        assert answers["brand1.so"].verdict is ApiVerdict.NONE
        assert answers["brand1.so"].evidence.verdict == FAILED

    virtually(scenario)


def test_one_call_has_ten_seconds_however_late_the_deadline() -> None:
    async def scenario() -> None:
        vendor = Vendor()
        vendor.hanging = {"brand0.so"}
        answers = await checker(vendor).check(names(1), 30.0)

        assert told(answers) == {"brand0.so": "timeout"}
        assert vendor.times[0] == 0.0
        assert now() <= 21.0, "two attempts of ten seconds"

    virtually(scenario)


def test_without_time_nothing_is_asked() -> None:
    async def scenario() -> None:
        vendor = Vendor()
        assert await checker(vendor).check(names(2), now() + 0.3) == {}
        assert vendor.asked == []

    virtually(scenario)


@pytest.mark.parametrize(
    ("kind", "hint", "calls"),
    [
        ("transient", None, 2),
        ("transient", 1.0, 2),
        ("rate_limited", 0.7, 2),
        ("timeout", None, 2),
        ("rate_limited", 60.0, 1),
        ("bad_payload", None, 1),
        ("auth", None, 1),
        ("quota", None, 1),
    ],
)
def test_only_what_may_pass_is_asked_again_once(kind: str, hint: float | None, calls: int) -> None:
    async def scenario() -> None:
        vendor = Vendor()
        vendor.failures = [failing(kind, hint)] * 5
        answers = await checker(vendor).check(names(1), 10.0)

        assert len(vendor.asked) == calls
        assert told(answers) == {"brand0.so": kind}
        if calls == 2 and hint is not None:
            assert vendor.times[1] - vendor.times[0] >= hint

    virtually(scenario)


def test_the_second_try_counts() -> None:
    async def scenario() -> None:
        vendor = Vendor()
        vendor.failures = [failing("rate_limited", 0.7)]
        assert told(await checker(vendor).check(names(1), 10.0)) == {"brand0.so": "available"}

    virtually(scenario)


def test_a_refused_name_says_nothing_of_the_vendor() -> None:
    async def scenario() -> None:
        vendor = Vendor()
        vendor.failures = [rejecting] * 8
        asks = checker(vendor, Rate(0.0, 1))
        answers = await asks.check(names(8), 10.0)
        assert set(told(answers).values()) == {"invalid_request"}
        assert len(vendor.asked) == 8

        assert told(await asks.check(names(1), 20.0)) == {"brand0.so": "available"}

    virtually(scenario)


@pytest.mark.parametrize("kind", ["auth", "quota"])
def test_a_refused_account_is_left_alone_for_ten_minutes(kind: str) -> None:
    async def scenario() -> None:
        vendor = Vendor()
        vendor.failures = [failing(kind)]
        asks = checker(vendor, Rate(0.0, 1))

        first = await asks.check(names(5), 10.0)
        assert sorted(told(first).values()) == sorted([kind, *["paused"] * 4])
        assert len(vendor.asked) == 1

        await asyncio.sleep(601)
        assert told(await asks.check(names(1), now() + 10)) == {"brand0.so": "available"}

    virtually(scenario)


def test_an_outage_opens_the_breaker_and_costs_later_requests_nothing() -> None:
    async def scenario() -> None:
        vendor = Vendor()
        vendor.failures = [failing("transient")] * 50
        asks = checker(vendor, Rate(0.0, 1))
        await asks.check(names(5), 10.0)
        calls, started = len(vendor.asked), now()

        answers = await asks.check(names(3), now() + 10.0)

        assert set(told(answers).values()) == {"paused"}
        assert len(vendor.asked) == calls == 5
        assert now() - started < 0.01

    virtually(scenario)


def test_one_minute_of_silence_when_the_vendor_asks_for_it() -> None:
    async def scenario() -> None:
        vendor = Vendor()
        vendor.failures = [failing("rate_limited", 60.0)]
        asks = checker(vendor)
        await asks.check(names(1), 10.0)
        await asyncio.sleep(30)
        await asks.check(names(1), now() + 10.0)
        assert len(vendor.asked) == 1

        await asyncio.sleep(35)
        assert told(await asks.check(names(1), now() + 10.0)) == {"brand0.so": "available"}

    virtually(scenario)


def test_twenty_clients_at_once_pay_for_one_call() -> None:
    async def scenario() -> None:
        vendor = Vendor(seconds=1.0)
        asks = checker(vendor)
        answers = await asyncio.gather(*(asks.check(names(1), 10.0) for _ in range(20)))

        assert len(vendor.asked) == 1
        assert [told(answer) for answer in answers] == [{"brand0.so": "available"}] * 20

    virtually(scenario)


def test_a_client_who_leaves_takes_nothing_from_the_others() -> None:
    async def scenario() -> None:
        vendor = Vendor(seconds=1.0)
        asks = checker(vendor)
        clients = [asyncio.create_task(asks.check(names(1), 10.0)) for _ in range(2)]
        await asyncio.sleep(0.5)
        clients[0].cancel()

        assert told(await clients[1]) == {"brand0.so": "available"}
        assert len(vendor.asked) == 1

    virtually(scenario)


def test_a_suffix_beyond_the_vendor_is_not_asked_about_for_a_day() -> None:
    async def scenario() -> None:
        vendor = Vendor()
        vendor.said["brand0.so"] = VendorAnswer(
            ApiVerdict.NONE, "tld_unsupported", tld_unsupported=True
        )
        asks = checker(vendor)
        moment = datetime(2026, 11, 22, tzinfo=UTC)
        in_so = decide(Findings(name("other.so")), None, moment)
        in_gg = decide(Findings(name("other.gg")), None, moment)
        assert asks.wants(in_so)
        await asks.check(names(1), 10.0)

        assert not asks.wants(in_so)
        assert asks.wants(in_gg)
        await asyncio.sleep(24 * 3_600 + 1)
        assert asks.wants(in_so)

    virtually(scenario)


def test_every_call_is_recorded_however_it_ends() -> None:
    async def scenario() -> None:
        vendor = Vendor()
        vendor.failures = [failing("transient")]
        vendor.hanging = {"brand1.so"}
        with track_usage() as usage:
            await checker(vendor).check(names(2), 8.0)

        assert [(r.provider, r.task, r.outcome) for r in usage.records] == [
            ("vendor", "domains", "transient"),
            ("vendor", "domains", "success"),
            ("vendor", "domains", "timeout"),
        ]

    virtually(scenario)


def test_closing_closes_the_vendor() -> None:
    async def scenario() -> None:
        vendor = Vendor()
        await checker(vendor).aclose()
        assert vendor.closed

    virtually(scenario)
