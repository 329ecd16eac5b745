"""On whose behalf the current task works, for the one service outside that is to know."""

from contextvars import ContextVar

caller_address: ContextVar[str | None] = ContextVar("caller_address", default=None)
"""The client's IP address, where one is known."""
