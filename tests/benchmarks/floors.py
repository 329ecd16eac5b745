"""The smallest programs that do what the service does: what its speed is compared with.

F0: a raw ASGI function over asyncpg, JSON made by PostgreSQL. F1: bare FastAPI routes, asyncpg and
orjson. F2: SQLAlchemy Core in autocommit. F3: an ORM session and response models. All know the
caller by a token that they verify once. `python -m tests.benchmarks.floors F1 --port 8001`.
"""

import argparse
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
import orjson
import uvicorn
from fastapi import FastAPI, Request, Response
from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker
from starlette.types import Receive, Scope, Send

from api.schemas.response_schemas import ProjectPage, ProjectRead
from database.engine import EngineOptions, build_engine
from database.models import Project
from services.login_sessions import AUDIENCE
from tests.benchmarks.database import ISSUER
from utils.ids import uuid7
from utils.tokens import AccessTokens

POOL_SIZE = 8
PAGE_SIZE = 20

_COLUMNS = "id, name, description, industry, status, created_at, updated_at"
_ONE = f"select {_COLUMNS} from projects where id = $1 and user_id = $2"
_PAGE = (
    f"select {_COLUMNS} from projects where user_id = $1"
    f" order by created_at desc, id desc limit {PAGE_SIZE}"
)
# A unit of quota, the pending row and the first event, or nothing.
_CREATE = """
with reserved as (
    update users set generations_remaining = generations_remaining - 1
    where id = $1 and generations_remaining > 0 returning id
), generation as (
    insert into generations (id, project_id, user_id, generation_type, input_data)
    select $2, $3, id, 'name', $4 from reserved returning id
)
insert into generation_events (generation_id, seq, type)
select id, 1, 'job.accepted' from generation returning generation_id
"""


class Callers:
    """Users by their tokens; each token is verified once."""

    def __init__(self) -> None:
        self._tokens = AccessTokens(os.environ["JWT_SECRET_KEY"].encode(), ISSUER, AUDIENCE)
        self._known: dict[str, UUID] = {}

    def user(self, authorization: str) -> UUID:
        """The user of an `Authorization` header. Raises TokenError."""
        known = self._known.get(authorization)
        if known is None:
            claims = self._tokens.verify(authorization.removeprefix("Bearer "), datetime.now(UTC))
            known = self._known[authorization] = claims.user_id
        return known


def _pool() -> "asyncpg.Pool[asyncpg.Record]":
    return asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=POOL_SIZE, max_size=POOL_SIZE)


def _json(value: object) -> Response:
    return Response(orjson.dumps(value, default=str), media_type="application/json")


def raw() -> Callable[..., Any]:  # Any: an ASGI application
    """F0."""
    callers, pool = Callers(), _pool()
    one = f"select row_to_json(p)::text from ({_ONE}) p"
    page = f"select json_build_object('items', json_agg(p))::text from ({_PAGE}) p"

    async def answer(scope: Scope) -> bytes:
        if scope["path"] == "/health":
            return b"{}"
        headers = dict(scope["headers"])
        user_id = callers.user(headers[b"authorization"].decode())
        project_id = scope["path"][len("/api/projects/") :]
        if project_id:
            text = await pool.fetchval(one, UUID(project_id), user_id)
        else:
            text = await pool.fetchval(page, user_id)
        return str(text).encode()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await receive()
            await pool
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await pool.close()
            await send({"type": "lifespan.shutdown.complete"})
            return
        body = await answer(scope)
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return app


def bare() -> FastAPI:
    """F1, with a route that creates a generation and one that does nothing."""
    callers, pool = Callers(), _pool()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with pool:
            yield

    app = _app(lifespan)

    @app.get("/api/projects/{project_id}")
    async def get_project(project_id: UUID, request: Request) -> Response:
        user_id = callers.user(request.headers["authorization"])
        row = await pool.fetchrow(_ONE, project_id, user_id)
        assert row is not None
        return _json(dict(row))

    @app.get("/api/projects")
    async def list_projects(request: Request) -> Response:
        rows = await pool.fetch(_PAGE, callers.user(request.headers["authorization"]))
        return _json({"items": [dict(row) for row in rows]})

    @app.post("/api/generate/names")
    async def create_generation(request: Request) -> Response:
        user_id = callers.user(request.headers["authorization"])
        body = orjson.loads(await request.body())
        project_id = UUID(body["project_id"])
        made = await pool.fetchval(
            _CREATE, user_id, uuid7(), project_id, orjson.dumps(body).decode()
        )
        return _json({"id": made})

    return app


def core() -> FastAPI:
    """F2."""
    callers, engine = Callers(), _engine()
    columns = [getattr(Project, name) for name in _COLUMNS.split(", ")]
    owned = select(*columns).where(Project.user_id == bindparam("user"))
    one = owned.where(Project.id == bindparam("project"))
    page = owned.order_by(Project.created_at.desc(), Project.id.desc()).limit(PAGE_SIZE)
    autocommit = engine.execution_options(isolation_level="AUTOCOMMIT")
    app = _app(_closing(engine))

    @app.get("/api/projects/{project_id}")
    async def get_project(project_id: UUID, request: Request) -> Response:
        values = {"project": project_id, "user": callers.user(request.headers["authorization"])}
        async with autocommit.connect() as connection:
            row = (await connection.execute(one, values)).mappings().one()
        return _json(dict(row))

    @app.get("/api/projects")
    async def list_projects(request: Request) -> Response:
        values = {"user": callers.user(request.headers["authorization"])}
        async with autocommit.connect() as connection:
            rows = (await connection.execute(page, values)).mappings().all()
        return _json({"items": [dict(row) for row in rows]})

    return app


def orm() -> FastAPI:
    """F3."""
    callers, engine = Callers(), _engine()
    sessions = async_sessionmaker(engine, expire_on_commit=False)
    app = _app(_closing(engine))

    @app.get("/api/projects/{project_id}", response_model=ProjectRead)
    async def get_project(project_id: UUID, request: Request) -> Project:
        user_id = callers.user(request.headers["authorization"])
        async with sessions() as session:
            found = await session.get(Project, project_id)
        assert found is not None
        assert found.user_id == user_id
        return found

    @app.get("/api/projects", response_model=ProjectPage)
    async def list_projects(request: Request) -> dict[str, object]:
        user_id = callers.user(request.headers["authorization"])
        newest = (
            select(Project)
            .where(Project.user_id == user_id)
            .order_by(Project.created_at.desc(), Project.id.desc())
            .limit(PAGE_SIZE)
        )
        async with sessions() as session:
            rows = (await session.scalars(newest)).all()
        items = [ProjectRead.model_validate(row, from_attributes=True) for row in rows]
        return {"items": items, "next_cursor": None}

    return app


def empty() -> FastAPI:
    """One route that does nothing: the price of FastAPI itself."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield

    app = _app(lifespan)
    app.add_api_route("/api/empty", answer_nothing)
    return app


async def answer_nothing() -> Response:
    """An empty JSON object."""
    return Response(b"{}", media_type="application/json")


def _app(lifespan: Callable[[FastAPI], Any]) -> FastAPI:  # Any: an asynchronous context manager
    app = FastAPI(lifespan=lifespan, openapi_url=None)
    app.add_api_route("/health", answer_nothing)
    return app


def _engine() -> AsyncEngine:
    return build_engine(os.environ["DATABASE_URL"], EngineOptions(pool_size=POOL_SIZE))


def _closing(engine: AsyncEngine) -> Callable[[FastAPI], Any]:  # Any: as above
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        await engine.dispose()

    return lifespan


FLOORS: dict[str, Callable[[], Any]] = {  # Any: ASGI applications
    "F0": raw,
    "F1": bare,
    "F2": core,
    "F3": orm,
    "empty": empty,
}


def main() -> None:
    """Serve one floor until stopped."""
    parser = argparse.ArgumentParser()
    parser.add_argument("floor", choices=FLOORS)
    parser.add_argument("--port", type=int, required=True)
    arguments = parser.parse_args()
    uvicorn.run(
        FLOORS[arguments.floor],
        factory=True,  # in the loop that it serves from
        port=arguments.port,
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_level="warning",
    )


if __name__ == "__main__":
    main()
