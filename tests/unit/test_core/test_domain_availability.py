"""The pipeline on a clock that jumps: order of stages, deadlines, sharing and caching."""

import asyncio
from datetime import timedelta
from itertools import pairwise

import pytest

from core.providers.domain.base import DnsVerdict, Reason, Status
from core.providers.domain.limiter import Rate, Rates
from tests.simulators.virtual_time import run_virtually
from tests.unit.test_core.domain_world import NO, NS, NX, World


def test_few_names_ask_rdap_beside_a_slow_dns_and_stop_when_ns_records_come() -> None:
    async def scenario() -> None:
        world = World()
        world.delay = 30.0
        world.dns.said["brand.com"] = (NS, 0.4)

        verdict = (await world.check("brand.com"))["brand.com"]

        assert verdict.status is Status.TAKEN
        assert world.request_times() == pytest.approx([0.15])
        assert asyncio.get_running_loop().time() == pytest.approx(0.4)

    run_virtually(scenario())


def test_rdap_follows_at_once_when_dns_found_nothing() -> None:
    async def scenario() -> None:
        world = World()
        await world.check("brand.com")

        assert world.request_times() == pytest.approx([0.02])

    run_virtually(scenario())


def test_ns_records_against_no_record_are_checked_again() -> None:
    async def scenario() -> None:
        world = World()
        world.dns.said["brand.com"] = (NS, 0.5)

        verdict = (await world.check("brand.com"))["brand.com"]

        assert (verdict.status, verdict.note) == (Status.TAKEN, "conflict")
        assert verdict.confidence == 0.80
        assert world.dns.log == ["brand.com", "brand.com"]

    run_virtually(scenario())


def test_a_record_settles_it_without_waiting_for_dns() -> None:
    async def scenario() -> None:
        world = World()
        world.dns.said["brand.com"] = (NX, 1.9)
        world.replies["brand.com"] = [(200, {})]

        assert (await world.check("brand.com"))["brand.com"].status is Status.TAKEN
        assert asyncio.get_running_loop().time() == pytest.approx(0.35)

    run_virtually(scenario())


def test_throttled_with_retry_after_is_asked_once_more_when_it_says() -> None:
    async def scenario() -> None:
        world = World()
        world.replies["brand.com"] = [(429, {"Retry-After": "2"}), (404, {})]

        assert (await world.check("brand.com"))["brand.com"].status is Status.AVAILABLE
        first, second = world.request_times()
        assert second - first >= 2.0

    run_virtually(scenario())


@pytest.mark.parametrize(
    ("replies", "requests"),
    [
        ([(429, {"Retry-After": "2"})], 2),
        ([(429, {"Retry-After": "60"})], 1),
        ([(429, {})], 2),
    ],
)
def test_throttled_for_good_is_likely_available(
    replies: list[tuple[int, dict[str, str]]], requests: int
) -> None:
    async def scenario() -> None:
        world = World()
        world.replies["brand.com"] = replies

        verdict = (await world.check("brand.com"))["brand.com"]

        assert (verdict.status, verdict.reason) == (Status.LIKELY_AVAILABLE, Reason.RATE_LIMITED)
        assert world.asked("brand.com") == requests
        assert asyncio.get_running_loop().time() < 8.0

    run_virtually(scenario())


def test_thirty_names_at_the_strict_host_go_out_one_a_second() -> None:
    async def scenario() -> None:
        world = World(rates=Rates({"google.test": Rate(1.0, 1)}))
        domains = [f"brand{i}.{tld}" for i in range(15) for tld in ("app", "dev")]

        verdicts = await world.check(*domains)

        times = world.request_times()
        assert all(later - sooner >= 0.999 for sooner, later in pairwise(times))
        assert 7 <= len(times) <= 9
        statuses = [verdicts[domain].status for domain in domains]
        assert statuses.count(Status.AVAILABLE) >= 7
        assert set(statuses) == {Status.AVAILABLE, Status.LIKELY_AVAILABLE}
        assert asyncio.get_running_loop().time() <= 8.0

    run_virtually(scenario())


def test_two_hundred_names_with_time_outs_all_come_back_by_name() -> None:
    async def scenario() -> None:
        world = World()
        world.delay = 1.0
        domains = [f"brand{i}.com" for i in range(200)]
        for domain in domains[::20]:
            world.dns.said[domain] = (NO, 60.0)

        verdicts = await world.check(*domains)

        assert list(verdicts) == domains
        assert all(verdict.name.domain == domain for domain, verdict in verdicts.items())
        assert asyncio.get_running_loop().time() <= 8.5

    run_virtually(scenario())


def test_at_the_deadline_what_is_known_counts() -> None:
    async def scenario() -> None:
        world = World()
        world.delay = 3.9999  # two calls outlast the deadline with any pause between them
        world.replies = {"a.com": [(500, {})], "b.io": [(500, {})]}
        world.dns.said["b.io"] = (NO, 2.0)

        verdicts = await world.check("a.com", "b.io")

        assert asyncio.get_running_loop().time() == pytest.approx(8.0)
        assert (verdicts["a.com"].status, verdicts["a.com"].reason) == (
            Status.LIKELY_AVAILABLE,
            Reason.DEADLINE,
        )
        assert (verdicts["b.io"].status, verdicts["b.io"].reason) == (
            Status.UNKNOWN,
            Reason.DEADLINE,
        )

    run_virtually(scenario())


def test_a_hanging_registry_costs_two_calls_of_four_seconds_at_most() -> None:
    async def scenario() -> None:
        world = World()
        world.delay = 3_600.0

        verdict = (await world.check("brand.com"))["brand.com"]

        assert verdict.status is Status.LIKELY_AVAILABLE
        assert len(world.requests) == 2
        assert asyncio.get_running_loop().time() <= 8.0

    run_virtually(scenario())


def test_silence_everywhere_is_offline_within_two_seconds() -> None:
    async def scenario() -> None:
        world = World()
        world.delay = 3_600.0
        domains = [f"brand{i}.com" for i in range(50)]
        world.dns.said = dict.fromkeys(domains, (NO, 3_600.0))

        verdicts = await world.check(*domains)

        assert {(v.status, v.reason) for v in verdicts.values()} == {
            (Status.UNKNOWN, Reason.OFFLINE)
        }
        assert asyncio.get_running_loop().time() < 2.0

    run_virtually(scenario())


def test_a_silent_dns_beside_a_speaking_registry_is_not_offline() -> None:
    async def scenario() -> None:
        world = World()
        world.dns.said["brand.com"] = (NO, 2.0)

        verdict = (await world.check("brand.com"))["brand.com"]

        assert (verdict.status, verdict.confidence) == (Status.LIKELY_AVAILABLE, 0.85)

    run_virtually(scenario())


def test_twenty_clients_at_once_cause_one_call() -> None:
    async def scenario() -> None:
        world = World()
        answers = await asyncio.gather(*(world.check("brand.com") for _ in range(20)))

        assert {answer["brand.com"].status for answer in answers} == {Status.AVAILABLE}
        assert (world.dns.log, world.asked("brand.com")) == (["brand.com"], 1)

    run_virtually(scenario())


def test_a_client_that_leaves_does_not_take_the_others_answer_along() -> None:
    async def scenario() -> None:
        world = World()
        leaving = asyncio.create_task(world.check("brand.com"))
        staying = asyncio.create_task(world.check("brand.com"))
        await asyncio.sleep(0.1)
        leaving.cancel()

        assert (await staying)["brand.com"].status is Status.AVAILABLE
        assert world.asked("brand.com") == 1

    run_virtually(scenario())


@pytest.mark.parametrize(
    ("domain", "dns", "seconds"),
    [
        ("brand.com", NS, 24 * 3600),
        ("brand.com", NX, 600),
        ("brand.io", NX, 300),
        ("brand.ws", NO, 60),
    ],
)
def test_verdicts_are_kept_for_their_time_and_no_longer(
    domain: str, dns: DnsVerdict, seconds: int
) -> None:
    async def scenario() -> None:
        world = World()
        world.dns.said[domain] = (dns, 0.02)
        first = (await world.check(domain))[domain]
        world.skipped = timedelta(seconds=seconds - 1)
        kept = (await world.check(domain))[domain]
        world.skipped = timedelta(seconds=seconds + 1)
        again = (await world.check(domain))[domain]

        assert (first.cached, kept.cached, again.cached) == (False, True, False)
        assert kept.checked_at == first.checked_at
        assert world.dns.log == [domain, domain]

    run_virtually(scenario())


def test_several_loops_one_after_another() -> None:
    world = World()

    assert run_virtually(world.check("a.com"))["a.com"].status is Status.AVAILABLE
    assert run_virtually(world.check("b.com"))["b.com"].status is Status.AVAILABLE


def test_nothing_asked_is_nothing_answered() -> None:
    assert run_virtually(World().check()) == {}
