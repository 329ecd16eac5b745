"""The pace at a host, on a clock that jumps: spacing, back-off, recovery, breaker, cancellation."""

import asyncio

import pytest

from core.providers.domain.bootstrap import RdapServer
from core.providers.domain.limiter import (
    HostBusyError,
    HostClosedError,
    HostGate,
    HostGates,
    Rate,
    shipped_rates,
)
from tests.simulators.virtual_time import run_virtually

FAR = 1_000.0


async def pass_through(gate: HostGate, deadline: float = FAR, holds: float = 0.0) -> float:
    """The time at which the gate let this caller in."""
    async with gate.turn(deadline):
        admitted = asyncio.get_running_loop().time()
        await asyncio.sleep(holds)
        return admitted


async def all_through(gate: HostGate, count: int, holds: float = 0.0) -> list[float]:
    return await asyncio.gather(*(pass_through(gate, holds=holds) for _ in range(count)))


def test_starts_are_spaced() -> None:
    times = run_virtually(all_through(HostGate(Rate(0.5, 4)), 5))

    assert times == pytest.approx([0, 0.5, 1, 1.5, 2])


def test_no_more_than_the_allowed_number_in_flight() -> None:
    times = run_virtually(all_through(HostGate(Rate(0.1, 2)), 6, holds=3.0))

    assert times == pytest.approx([0, 0.1, 3, 3.1, 6, 6.1])


def test_callers_without_a_chance_are_turned_away_at_once() -> None:
    async def scenario() -> None:
        gate = HostGate(Rate(1.0, 1))
        asked = [asyncio.create_task(pass_through(gate, deadline=8.0)) for _ in range(30)]
        await asyncio.sleep(0.1)
        refused = [t for t in asked if t.done() and isinstance(t.exception(), HostBusyError)]
        admitted = await asyncio.gather(*(t for t in asked if t not in refused))

        assert len(refused) == 22
        assert admitted == pytest.approx(list(range(8)))

    run_virtually(scenario())


def test_a_pause_longer_than_the_deadline_turns_waiters_away() -> None:
    async def scenario() -> None:
        gate = HostGate(Rate(1.0, 1))
        await pass_through(gate)
        waiter = asyncio.create_task(pass_through(gate, deadline=5.0))
        await asyncio.sleep(0.5)
        gate.throttled(60.0)

        with pytest.raises(HostBusyError):
            await waiter
        assert asyncio.get_running_loop().time() < 5.0

    run_virtually(scenario())


def test_a_cancelled_caller_costs_nobody_a_turn() -> None:
    async def scenario() -> None:
        gate = HostGate(Rate(1.0, 2))
        await pass_through(gate)
        impatient = [asyncio.create_task(pass_through(gate)) for _ in range(5)]
        await asyncio.sleep(0.5)
        for task in impatient:
            task.cancel()
        await asyncio.gather(*impatient, return_exceptions=True)

        assert await pass_through(gate, deadline=1.1) == pytest.approx(1.0)

    run_virtually(scenario())


def test_throttling_doubles_the_spacing_up_to_ten_seconds_and_good_answers_undo_it() -> None:
    async def scenario() -> None:
        gate = HostGate(Rate(1.0, 1))
        gate.throttled(None)
        assert gate.spacing == 2.0
        for _ in range(5):
            gate.throttled(None)
        assert gate.spacing == 10.0

        for _ in range(19):
            gate.succeeded()
        assert gate.spacing == 10.0
        gate.succeeded()
        assert gate.spacing == 9.0
        for _ in range(1_000):
            gate.succeeded()
        assert gate.spacing == 1.0

    run_virtually(scenario())


@pytest.mark.parametrize(("retry_after", "resumes"), [(None, 2.0), (7.0, 7.0), (0.0, 2.0)])
def test_a_throttled_host_rests(retry_after: float | None, resumes: float) -> None:
    async def scenario() -> float:
        gate = HostGate(Rate(1.0, 1))
        gate.throttled(retry_after)
        return await pass_through(gate)

    assert run_virtually(scenario()) == pytest.approx(resumes)


def test_five_failures_in_a_row_open_the_breaker_for_a_minute() -> None:
    async def scenario() -> None:
        gate = HostGate(Rate(0.0, 1))
        for _ in range(4):
            gate.failed()
        gate.succeeded()
        for _ in range(4):
            gate.failed()
        await pass_through(gate)
        gate.failed()
        with pytest.raises(HostClosedError):
            await pass_through(gate)
        await asyncio.sleep(60.0)
        await pass_through(gate)

    run_virtually(scenario())


def test_two_connections_in_a_row_that_do_not_come_about_open_the_breaker() -> None:
    async def scenario() -> None:
        gate = HostGate(Rate(0.0, 1))
        gate.unreached()
        gate.succeeded()
        gate.unreached()
        await pass_through(gate)
        gate.unreached()
        with pytest.raises(HostClosedError):
            await pass_through(gate)
        await asyncio.sleep(60.0)
        await pass_through(gate)

    run_virtually(scenario())


def test_suffixes_of_one_host_share_its_gate_and_groups_have_their_pace() -> None:
    gates = HostGates(shipped_rates())
    app = RdapServer("https://pubapi.registry.google/rdap/")
    io = RdapServer("https://rdap.identitydigital.services/rdap/", trusted=False)
    ai = RdapServer("https://rdap.identitydigital.services/rdap/")

    async def scenario() -> None:
        assert gates.of(io) is gates.of(ai)
        assert gates.of(app).spacing == 1.0
        assert gates.of(ai).spacing == 0.3
        assert gates.of(RdapServer("https://rdap.nominet.uk/uk/")).spacing == 0.4
        assert gates.of(RdapServer("https://rdap.registry.co/co/", trusted=False)).spacing == 0.5

    run_virtually(scenario())
