"""How a stand-in treats its next requests, and the endpoint that changes it while it runs."""

import random
from collections import deque
from collections.abc import Sequence

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, ValidationError

CONTROL = "/_modes"


class ModesChange(BaseModel):
    """What `POST /_modes` takes: modes for the next requests, or for a share of all to come."""

    model_config = ConfigDict(extra="forbid")

    modes: list[str] = Field(max_length=100)
    share: float | None = Field(None, ge=0, le=1)


class Modes(deque[str]):
    """Modes for the next requests, one each. Of the others a `share` has one of `standing`."""

    def __init__(self) -> None:
        super().__init__()
        self.standing: Sequence[str] = ()
        self.share = 0.0

    def take(self) -> str:
        """The mode of one request."""
        if self:
            return self.popleft()
        is_hit = bool(self.standing) and random.random() < self.share
        return random.choice(self.standing) if is_hit else "ok"

    def change(self, change: ModesChange) -> None:
        """Forget all modes and take on new ones."""
        self.clear()
        self.standing, self.share = (), 0.0
        if change.share is None:
            self.extend(change.modes)
        else:
            self.standing, self.share = tuple(change.modes), change.share


async def change_modes(modes: Modes, request: web.Request) -> web.Response:
    """POST changes the modes; either method tells what is to come."""
    if request.method == "POST":
        try:
            modes.change(ModesChange.model_validate_json(await request.read()))
        except ValidationError as error:
            return web.json_response({"error": str(error)}, status=422)
    elif request.method != "GET":
        return web.json_response({"error": "GET or POST"}, status=405)
    told = {"next": list(modes), "standing": list(modes.standing), "share": modes.share}
    return web.json_response(told)
