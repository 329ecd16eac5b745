"""A job as an answer that clients ask for again and again."""

from hashlib import blake2b
from typing import Any

import orjson
from fastapi import Response, status

from api.conditional import is_unchanged
from api.schemas.job_schemas import GenerationRead
from services.asset_store import AssetStore
from services.job_view import UNFINISHED, linked
from services.results import Json
from utils.clock import utc_now
from utils.storage import LINK_SECONDS

RETRY_AFTER_S = 2

_HEADERS: dict[str, Any] = {  # Any: OpenAPI values
    "ETag": {"description": "Changes with the job.", "schema": {"type": "string"}},
    "Retry-After": {
        "description": "Seconds until it is worth asking again, while the job has not ended.",
        "schema": {"type": "integer", "minimum": 0},
    },
}
ACCEPTED: dict[int | str, dict[str, Any]] = {  # Any: OpenAPI values
    202: {
        "model": GenerationRead,
        "description": "Goes on in the background.",
        "headers": {
            "Location": {"description": "The job.", "schema": {"type": "string"}},
            "Retry-After": _HEADERS["Retry-After"],
            "Preference-Applied": {
                "description": "The preference that was followed (RFC 7240).",
                "schema": {"type": "string"},
            },
        },
    }
}
JOB_ANSWERS: dict[int | str, dict[str, Any]] = {  # Any: OpenAPI values
    200: {"headers": _HEADERS},
    304: {"description": "Nothing has changed.", "headers": _HEADERS},
}


async def answer_job(
    job: Json, assets: AssetStore, response: Response, if_none_match: str | None
) -> Any:  # Any: JSON values, or a ready 304 response
    """The job with its links, or 304 for a client that has it."""
    headers = {"ETag": _entity_tag(job)}
    if job["status"] in UNFINISHED:
        headers["Retry-After"] = str(RETRY_AFTER_S)
    if is_unchanged(headers["ETag"], if_none_match):
        return Response(status_code=status.HTTP_304_NOT_MODIFIED, headers=headers)
    response.headers.update(headers)
    return await linked(job, assets)


def _entity_tag(job: Json) -> str:
    """Of all but the answers themselves, which do not change while state and steps do not.

    The links in them die: a tag serves for half of their life.
    """
    facts = {**job, "partial": None, "result": None}
    period = int(utc_now().timestamp()) // (LINK_SECONDS // 2)
    return f'"{blake2b(orjson.dumps([facts, period]), digest_size=16).hexdigest()}"'
