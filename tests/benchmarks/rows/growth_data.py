"""Fills a database with generations of ten days, as a product that has grown."""

from uuid import UUID

from tests.benchmarks.database import BenchDatabase

BIG_USER = UUID(int=1)  # owns a tenth of everything
USERS = 1_000
RARE = 1_000  # the oldest rows alone are packages, and failed: the worst case for a filter

_ID = "(lpad(to_hex(i), 12, '0') || '70008000' || lpad(to_hex(i), 12, '0'))::uuid"
_OTHER_USER = f"lpad(to_hex(2 + i % {USERS - 1}), 32, '0')"
_USER = f"(case when i % 10 = 0 then '{BIG_USER}' else {_OTHER_USER} end)::uuid"
_TIME = "now() - interval '10 days' * (1 - i / {rows}::float)"


def fill(database: BenchDatabase, rows: int) -> None:
    """So many generations, a tenth as many projects, a thousand users."""
    time = _TIME.format(rows=rows)
    database.run(
        "insert into users (id, email, generations_remaining, quota_window_started_at)"
        " select lpad(to_hex(i), 32, '0')::uuid, i || '@example.com', 2, now()"
        f" from generate_series(1, {USERS + 1}) i",
        "insert into projects (id, user_id, name, description, industry, created_at)"
        f" select {_ID}, {_USER}, 'Project ' || i, 'A bakery that delivers by bike', 'food',"
        f" {_TIME.format(rows=rows // 10)} from generate_series(1, {rows // 10}) i",
        *_without_checks(
            "insert into generations (id, project_id, user_id, generation_type, input_data,"
            " output_data, status, quota_state, created_at, finished_at)"
            " select " + _ID + f", {_ID.replace('(i)', f'(1 + i % {rows // 10})')}, {_USER},"
            f" case when i <= {RARE} then 'package'"
            " else (array['name', 'logo', 'color', 'tagline'])[1 + i % 4] end,"
            ' \'{"description": "A bakery that delivers by bike"}\','
            " jsonb_build_object('seed', i, 'names', jsonb_build_array('Crumbwheel', 'Loafride')),"
            f" case when i <= {RARE} then 'failed' else 'success' end, 'spent', {time}, {time}"
            f" from generate_series(1, {rows}) i"
        ),
        "vacuum analyze",
        "checkpoint",
    )


def _without_checks(statement: str) -> tuple[str, ...]:
    """The statement without a look-up of foreign keys for each row; it is known to keep them."""
    return (
        "set session_replication_role = replica",
        statement,
        "set session_replication_role = origin",
    )
