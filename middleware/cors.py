"""Which pages may call the API, and which headers they may read."""

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware

EXPOSED = (
    "Location",
    "Retry-After",
    "ETag",
    "Link",
    "Content-Disposition",
    "RateLimit",
    "RateLimit-Policy",
    "X-RateLimit-Limit",
    "X-RateLimit-Remaining",
    "X-RateLimit-Reset",
    "Preference-Applied",
    "X-Request-ID",
)


def add_cors(app: FastAPI, origins: list[str]) -> None:
    """Allow exactly these origins."""
    app.add_middleware(
        CORSMiddleware,
        allow_origins=origins,
        allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
        allow_headers=["Authorization", "Content-Type", "Prefer", "X-Request-ID", "If-None-Match"],
        expose_headers=list(EXPOSED),
        max_age=600,
    )
