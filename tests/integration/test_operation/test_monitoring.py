"""The dashboard and the alerts ask for what /metrics serves."""

import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml  # type: ignore[import-untyped]  # for this file alone, which checks what it reads

from database.unit_of_work import Database
from services.doctor_report import LATE_AT_LEAST_S, OLDEST_PENDING_S, OUTBOX_DUE_S
from services.schedule import INTERVALS
from tests.integration.test_operation.job_rows import add_jobs, set_last_run, set_total
from tests.running_service import ROOT, running_service

FOLDER = ROOT / "config" / "monitoring"
DASHBOARD = json.loads((FOLDER / "dashboard.json").read_text())
RULES = [
    rule
    for group in yaml.safe_load((FOLDER / "alerts.yml").read_text())["groups"]
    for rule in group["rules"]
]
PANELS = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
EXPRESSIONS = [
    *(target["expr"] for panel in PANELS for target in panel["targets"]),
    *(rule["expr"] for rule in RULES),
]

# Of Prometheus itself, not of a metric.
_OF_THE_SCRAPE = {"instance"}
_WORDS = {"and", "or", "unless", "by"}
_SAMPLES = {
    "counter": ("",),
    "gauge": ("",),
    "histogram": ("_bucket", "_sum", "_count"),
    "summary": ("_sum", "_count"),
}


def names_in(expression: str) -> set[str]:
    """The metrics that an expression of PromQL asks for."""
    bare = re.sub(r"\{[^}]*\}|\[[^]]*\]|\bby\s*\([^)]*\)", " ", expression)
    words = re.findall(r"[a-zA-Z_:][\w:]*(?!\w|\s*\()", bare)
    return set(words) - _WORDS


def labels_in(expression: str) -> set[str]:
    """The labels that an expression selects or groups by."""
    matchers = re.findall(r"[{,]\s*(\w+)\s*[=!]", expression)
    groups = re.findall(r"\bby\s*\(([^)]*)\)", expression)
    return {*matchers, *(label.strip() for group in groups for label in group.split(","))}


def served_names(scraped: str) -> set[str]:
    """The names of all samples that a scrape has, or will have."""
    types = re.findall(r"^# TYPE (\S+) (\w+)$", scraped, re.MULTILINE)
    return {name + suffix for name, kind in types for suffix in _SAMPLES[kind]}


def served_labels(scraped: str) -> dict[str, set[str]]:
    """The labels of each sample's name."""
    found: dict[str, set[str]] = {}
    for name, labels in re.findall(r"^(\w+)(?:\{(.*)\})? \S+$", scraped, re.MULTILINE):
        found.setdefault(name, set()).update(re.findall(r'(\w+)="', labels))
    return found


async def fill(database: Database) -> None:
    await add_jobs(database, "running", lease_left_s=3600)
    await set_total(database, "spend_usd:flux", 1)
    await set_last_run(database, "sweep files", 1)


def use(client: httpx.Client) -> None:
    """Do what has metrics: requests, errors, generations, refusals."""
    account = {"email": "metrics@example.com", "password": "four plain words here"}
    token = client.post("/api/auth/signup", json=account).json()["access_token"]
    signed_in = {"Authorization": f"Bearer {token}"}
    brief = {"description": "A bakery that mills its own flour"}
    made = [
        client.post("/api/generate/colors", json=brief, headers=signed_in).status_code
        for _ in range(3)
    ]
    assert made == [200, 200, 429]


@pytest.mark.timeout(300)
async def test_what_is_asked_for_is_served(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    await fill(database)
    with (
        running_service(tmp_path, database_url) as service,
        httpx.Client(base_url=service.address, timeout=60) as client,
    ):
        use(client)
        scraped = client.get("/metrics").raise_for_status().text

    names, labels = served_names(scraped), served_labels(scraped)
    for expression in EXPRESSIONS:
        asked = names_in(expression)
        assert asked, expression
        assert asked <= names, expression
        known = _OF_THE_SCRAPE.union(*(labels[name] for name in asked))
        assert labels_in(expression) <= known, expression


@pytest.mark.parametrize(
    ("expression", "names", "labels"),
    [
        ("max(a_total) > 20", {"a_total"}, set()),
        ('sum by (le, x) (rate(a_bucket{y=~"5.."}[5m]))', {"a_bucket"}, {"le", "x", "y"}),
        ('time() - max(a{b="c d", e!="f"}) > 1 or absent(g)', {"a", "g"}, {"b", "e"}),
        ("rate(a[$__rate_interval]) / b", {"a", "b"}, set()),
    ],
)
def test_expressions_are_taken_apart(expression: str, names: set[str], labels: set[str]) -> None:
    assert names_in(expression) == names
    assert labels_in(expression) == labels


def test_the_dashboard_has_its_rows_and_takes_any_source() -> None:
    rows = [panel["title"] for panel in DASHBOARD["panels"] if panel["type"] == "row"]
    assert rows == ["Traffic", "Jobs", "Providers", "Database"]
    (variable,) = DASHBOARD["templating"]["list"]
    assert (variable["type"], variable["query"]) == ("datasource", "prometheus")
    chosen = {"type": "prometheus", "uid": f"${{{variable['name']}}}"}
    for panel in PANELS:
        sources = [panel["datasource"], *(target["datasource"] for target in panel["targets"])]
        assert all(source == chosen for source in sources), panel["title"]


def test_no_two_panels_are_in_the_same_place() -> None:
    ids = [panel["id"] for panel in DASHBOARD["panels"]]
    cells = [
        (x, y)
        for place in (panel["gridPos"] for panel in DASHBOARD["panels"])
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]

    assert len(ids) == len(set(ids))
    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) < 24


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_every_alert_says_what_is_wrong_and_what_to_do(rule: dict[str, Any]) -> None:
    assert set(rule) == {"alert", "expr", "for", "labels", "annotations"}
    assert re.fullmatch(r"[1-9]\d*m", rule["for"])
    assert rule["labels"]["severity"] in {"warning", "critical"}
    assert set(rule["annotations"]) == {"summary", "runbook"}
    assert rule["annotations"]["summary"].endswith(".")
    assert len(rule["annotations"]["runbook"]) > 80


def test_what_must_not_go_unnoticed_has_an_alert() -> None:
    assert [rule["alert"] for rule in RULES] == [
        "NothingScraped",
        "DatabaseDown",
        "ErrorRateHigh",
        "QueueGrows",
        "OldestJobWaitsTooLong",
        "LeasesLost",
        "ManyRefunds",
        "ProviderOpenTooLong",
        "SpendHigh",
        "ReaperLate",
        "OutboxStuck",
    ]


def test_schedules_are_asked_for_by_their_names() -> None:
    asked = {name for each in EXPRESSIONS for name in re.findall(r'schedule="([^"]*)"', each)}

    assert asked
    assert asked <= set(INTERVALS)


def test_alerts_and_the_doctor_agree() -> None:
    expressions = {rule["alert"]: rule["expr"] for rule in RULES}

    assert expressions["OldestJobWaitsTooLong"].endswith(f"> {OLDEST_PENDING_S:.0f}")
    assert expressions["OutboxStuck"].endswith(f"> {OUTBOX_DUE_S:.0f}")
    assert f"> {LATE_AT_LEAST_S:.0f} or" in expressions["ReaperLate"]
