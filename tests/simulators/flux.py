"""A stand-in for the API of Black Forest Labs, written from the contract (section 4).

The polls go to a third host. `statuses` is what the polls of each task tell, one after another;
modes of `polls`: "status_422" and "status_503" tell the next status with that HTTP status.
"""

from typing import Any, ClassVar
from uuid import uuid4

from aiohttp import web

from tests.simulators.http_server import HttpSimulator
from tests.simulators.image_service import KEY, Errors, ImageService, fields_of

_MOST_ACTIVE = 24
_MODELS = (
    "flux-3-image", "flux-2-max", "flux-2-pro", "flux-2-pro-preview", "flux-2-flex",
    "flux-2-klein-9b", "flux-2-klein-4b", "flux-pro-1.1", "flux-pro-1.1-ultra", "flux-kontext-pro",
    "flux-kontext-max",
)  # fmt: skip
_STRICT_FIELDS = {
    "prompt", "images", "aspect_ratio", "resolution", "grounding", "safety_tolerance", "version",
}  # fmt: skip
_ENDS = {"Ready", "Request Moderated", "Content Moderated", "Error", "Task not found"}


class Flux(ImageService):
    """Submit, poll, download, each on a port of its own."""

    ERRORS: ClassVar[Errors] = {
        "bad_reference": (400, {"detail": "Invalid reference image"}),
        "no_credits": (402, {"detail": "Insufficient credits"}),
        "busy": (429, {"detail": "Too many active tasks"}),
        "invalid": (
            422,
            {"detail": [{"loc": ["body", "width"], "msg": "no", "type": "value_error"}]},
        ),
        "down": (503, {"detail": "Service unavailable"}),
        "webhook": (200, {"id": "1", "status": "Pending", "webhook_url": "https://x.test"}),
    }

    def __init__(self) -> None:
        super().__init__()
        self.polls = HttpSimulator(self.poll)
        self.statuses = ["Pending", "Reasoning", "Generating", "Ready"]
        self.polling_url: str | None = None
        self.cost: float | None = 3.0
        self._tasks: dict[str, list[str]] = {}

    async def __aenter__(self) -> "Flux":
        await self._open.enter_async_context(self.polls)
        return await super().__aenter__()

    @property
    def active(self) -> int:
        """Tasks that have not come to an end."""
        return sum(1 for left in self._tasks.values() if left)

    def is_authorised(self, request: web.Request) -> bool:
        return request.headers.get("x-key") == KEY

    def unauthorised(self) -> web.Response:
        return web.json_response({"detail": "Not authenticated"}, status=403)

    async def make(self, request: web.Request) -> web.StreamResponse:
        if request.path == "/v1/credits":
            return web.json_response({"credits": 812.4})
        model = request.path.removeprefix("/v1/")
        if request.method != "POST" or model not in _MODELS:
            return web.json_response({"detail": "Not Found"}, status=404)
        body = await fields_of(request)
        wrong = _wrong_field(model, body)
        if wrong:
            detail = [{"loc": ["body", wrong], "msg": "Invalid", "type": "value_error"}]
            return web.json_response({"detail": detail}, status=422)
        if self.active >= _MOST_ACTIVE:
            return web.json_response({"detail": "Too many active tasks"}, status=429)
        task = str(uuid4())
        self._tasks[task] = list(self.statuses)
        polling_url = self.polling_url or f"{self.polls.url}/v1/get_result?id={task}"
        return web.json_response(
            {
                "id": task,
                "polling_url": polling_url,
                "cost": self.cost,
                "input_mp": 0.0,
                "output_mp": 1.05,
            }
        )

    async def poll(self, request: web.Request) -> web.StreamResponse:
        """One poll of a task."""
        if not self.is_authorised(request):
            return self.unauthorised()
        left = self._tasks.get(request.query.get("id", ""))
        status = left.pop(0) if left else "Task not found"
        if left and status in _ENDS and status != "Task not found":
            left.clear()
        details = {"Moderation Reasons": ["Derivative Works"]} if "Moderated" in status else None
        result = {"sample": self.picture_url, "seed": 4, "duration": 6.8}
        body = {
            "id": request.query.get("id"),
            "status": status,
            "progress": None,
            "details": details,
            "preview": None,
            "result": result if status == "Ready" else None,
        }
        http_status = {"status_422": 422, "status_503": 503}.get(request["mode"], 200)
        return web.json_response(body, status=http_status)


def _wrong_field(model: str, body: dict[str, Any]) -> str | None:
    """The first field that the model does not take."""
    if not isinstance(body.get("prompt"), str):
        return "prompt"
    if model == "flux-3-image":
        return next(iter(set(body) - _STRICT_FIELDS), None)
    step = 32 if model == "flux-pro-1.1" else 16
    for side in ("width", "height"):
        if side in body and body[side] % step:
            return side
    return None
