"""Opens the board by which the processes of one configuration tell each other about providers."""

import importlib
from collections.abc import Callable
from typing import Any

from pydantic import BaseModel, SecretStr

from config.settings import Settings
from core.health_board import HealthBoard, PrivateBoard

BOARD_MODULE = "core.redis_board"


def open_board(settings: Settings, derived_key: Callable[[str], bytes]) -> HealthBoard:
    """A private one without Redis. Processes with other keys or addresses are strangers."""
    if settings.redis_url is None:
        return PrivateBoard()
    sources = repr([_revealed(part) for part in (settings.text, settings.images, settings.domains)])
    group = derived_key(f"health board {sources}").hex()[:16]
    board: HealthBoard = importlib.import_module(BOARD_MODULE).RedisBoard(
        settings.redis_url.get_secret_value(), group
    )
    return board


def _revealed(value: Any) -> Any:  # Any: whatever is set
    """The values with their secrets, to tell configurations apart; never to be shown."""
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, BaseModel):
        return {name: _revealed(part) for name, part in value}
    if isinstance(value, dict):
        return {name: _revealed(part) for name, part in value.items()}
    return value
