"""A FastAPI application over SQLAlchemy with sixty routes, as a start to compare ours with."""

import argparse
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from uuid import UUID

import uvicorn
from fastapi import APIRouter, FastAPI
from pydantic import BaseModel, Field, create_model
from sqlalchemy import text

from database.engine import EngineOptions, build_engine

RESOURCES = 15  # with four routes each


class _Written(BaseModel):
    name: str = Field(min_length=1, max_length=255)
    description: str | None = None
    tags: list[str] = []


class _Read(_Written):
    id: UUID
    created_at: datetime


def _resource(number: int) -> APIRouter:
    written = create_model(f"Written{number}", __base__=_Written)
    read = create_model(f"Read{number}", __base__=_Read)
    router = APIRouter(prefix=f"/resources{number}")

    @router.get("", response_model=list[read])
    async def list_all(limit: int = 20) -> list[object]:
        return [limit]

    @router.post("", response_model=read, status_code=201)
    async def create(body: written) -> object:
        return body

    @router.get("/{row_id}", response_model=read)
    async def get_one(row_id: UUID) -> object:
        return row_id

    @router.delete("/{row_id}", status_code=204)
    async def delete(row_id: UUID) -> None:
        del row_id

    return router


def create_app() -> FastAPI:
    """The application; `/health` asks the database."""
    engine = build_engine(os.environ["DATABASE_URL"], EngineOptions())

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        await engine.dispose()

    app = FastAPI(lifespan=lifespan)

    @app.get("/health")
    async def get_health() -> dict[str, int]:
        async with engine.connect() as connection:
            return {"alive": (await connection.execute(text("select 1"))).scalar_one()}

    for number in range(RESOURCES):
        app.include_router(_resource(number))
    return app


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    uvicorn.run(
        create_app,
        factory=True,
        port=parser.parse_args().port,
        access_log=False,
        log_level="warning",
    )


if __name__ == "__main__":
    main()
