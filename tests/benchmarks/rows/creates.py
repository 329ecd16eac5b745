"""Rows 3 and 14: accepting a generation, with nobody working on it afterwards.

The floor takes a unit and writes the row and its first event. The service begins the work in the
same statement, with a lease and two more events.
"""

from statistics import median

from tests.benchmarks.bench import Bench
from tests.benchmarks.database import Account, BenchDatabase
from tests.benchmarks.instrumented import ACCEPT_ONLY
from tests.benchmarks.load import Plan
from tests.benchmarks.measurement import Measurement, of_rounds
from tests.benchmarks.processes import Server
from tests.benchmarks.requests import DESCRIPTION, post

ACCOUNTS = 64
ADDRESSES = 20_000  # each may generate ten times a minute
CLIENTS = 64  # that want one account's quota
LEFT = 300  # units of the account that is used up


def measure(bench: Bench) -> list[Measurement]:
    """Accepted requests a second, spread over accounts and on one."""
    with bench.database("bench_creates") as database:
        accounts = database.add_accounts(ACCOUNTS, 1)
        floor = bench.floor("F1", database)
        service = bench.instrumented(database, ACCEPT_ONLY)
        spread, single = [_create(a) for a in accounts], [_create(accounts[0])]
        creates, floors, ones, manys = [], [], [], []
        for _ in range(bench.options.rounds):
            floors.append(bench.load(floor, spread, addresses=ADDRESSES))
            creates.append(bench.load(service, spread, addresses=ADDRESSES))
            manys.append(bench.load(service, spread, addresses=ADDRESSES, connections=CLIENTS))
            ones.append(bench.load(service, single, addresses=ADDRESSES, connections=CLIENTS))
        granted = _use_up(bench, database, service, accounts[-1])
        bench.processes.stop(floor, service)
    ratios = [made.rate / base.rate for made, base in zip(creates, floors, strict=True)]
    shares = [one.rate / many.rate for one, many in zip(ones, manys, strict=True)]
    rates = (median(o.rate for o in creates), median(o.rate for o in floors))
    exact = "exactly" if granted == LEFT else "**WRONG:**"
    return [
        of_rounds("3", ratios, f"{rates[0]:.0f}/s, floor {rates[1]:.0f}/s, the runner is idle"),
        of_rounds("14", shares, f"{exact} {granted} of {LEFT} units granted to {CLIENTS} clients"),
    ]


def _create(account: Account) -> str:
    body = {"description": DESCRIPTION, "project_id": str(account.projects[0])}
    return post("/api/generate/names", body, account.token, {"Prefer": "respond-async"})


def _use_up(bench: Bench, database: BenchDatabase, service: Server, account: Account) -> int:
    """Ask for three times the units that are left, all at once; how many were granted."""
    database.run(
        f"update users set generations_remaining = {LEFT} where id = '{account.user_id}'",
        f"delete from generations where user_id = '{account.user_id}'",
    )
    plan = Plan(service.port, [_create(account)], CLIENTS, most=3 * LEFT, addresses=ADDRESSES)
    answered = bench.processes.load(plan)[0].statuses.get("202", 0)
    rows = database.number(f"select count(*) from generations where user_id = '{account.user_id}'")
    return max(answered, rows)
