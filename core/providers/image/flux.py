"""FLUX of Black Forest Labs: submit a task, poll, fetch the picture (contract, section 4)."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import httpx

from core.engine_pool import Engine
from core.providers.base import FailureKind, ImageRequest
from core.providers.image.access import ImageAccess
from core.providers.image.bill import Bill
from core.providers.image.polling import (
    POLL_S,
    Answer,
    PollRhythm,
    kind_of_poll,
    until_ready,
)
from core.providers.image.remote import RemoteImageProvider, amount
from core.providers.outbound import Call, failure
from core.providers.room import Loan

_KONTEXT_MAX = "flux-kontext-max"
_KONTEXT_MAX_AT_ONCE = 4  # of its own 6: with those of other models they make 24
_USD_PER_CREDIT = Decimal("0.01")
_GRACE_S = 5.0  # a task may not be known everywhere at once
_FAILED: Mapping[str, FailureKind] = {
    "Request Moderated": "moderated",
    "Content Moderated": "moderated",
    "Error": "transient",
}
_BY_SHAPE = ("flux-pro-1.1-ultra", "flux-kontext")  # sized by aspect ratio


@dataclass(frozen=True, slots=True)
class _Task:
    """A submitted task."""

    polling_url: str
    began: float


class FluxImages(RemoteImageProvider):
    """All FLUX models; "flux-pro" means the default one."""

    default_url = "https://api.bfl.ai"
    default_model = "flux-2-pro"
    deadline_s = 180
    api_hosts = ("*.bfl.ai",)
    result_hosts = ("delivery-*.bfl.ai", "bfldeliveryprod.blob.core.windows.net")
    most_at_once = 20  # of 24: a task that we have given up may go on
    hint_s = 3

    def __init__(
        self, access: ImageAccess, engine: Engine, *, deadline_s: float | None = None
    ) -> None:
        super().__init__(access, engine, deadline_s=deadline_s)
        if self.model == "flux-pro":
            self.model = self.default_model
        self._rhythm = PollRhythm()
        if self.model == _KONTEXT_MAX:
            self.cap = self._capped(_KONTEXT_MAX_AT_ONCE)

    def _free_call(self) -> Call:
        return self._free_get(f"{self._root}/v1/credits", self._headers)

    async def _draw(self, request: ImageRequest, bill: Bill, loan: Loan) -> bytes:
        task = await self._submit(request, bill)
        return await self._download(await self._sample(task, bill), loan)

    async def _submit(self, request: ImageRequest, bill: Bill) -> _Task:
        call = Call(
            "POST",
            f"{self._root}/v1/{self.model}",
            headers=self._headers,
            json=_body(self.model, self._prompt(request)),
        )
        with bill.sent(self._access.price_usd):
            reply = await self._api.ask(call)
        answer = reply.json()
        url = _with_id(answer.get("polling_url"), answer.get("id"))
        if url is None:
            raise failure(self.name, "bad_payload")
        credits_used = amount(answer.get("cost"))
        bill.charge(
            self._access.price_usd if credits_used is None else credits_used * _USD_PER_CREDIT
        )
        return _Task(url, time.monotonic())

    async def _sample(self, task: _Task, bill: Bill) -> object:
        """The URL of the picture, once it is ready."""
        answer = await until_ready(
            self._rhythm, lambda: self._poll(task), lambda found: self._is_ready(task, found, bill)
        )
        result = answer.get("result")
        return result.get("sample") if isinstance(result, dict) else None

    async def _poll(self, task: _Task) -> Answer:
        """One answer with a status, which may come with an HTTP status of failure."""
        reply = await self._api.send(
            Call("GET", task.polling_url, headers=self._headers, deadline_s=POLL_S)
        )
        answer = reply.json_or_empty()
        if isinstance(answer.get("status"), str):
            return answer
        raise self._api.failed(reply, kind_of_poll(reply))

    def _is_ready(self, task: _Task, answer: Answer, bill: Bill) -> bool:
        """Unknown states mean that the task goes on. Raises when it is over."""
        status = answer.get("status")
        if status == "Task not found" and time.monotonic() - task.began > _GRACE_S:
            raise failure(self.name, "transient", reason="task not found")
        kind = _FAILED.get(str(status))
        if kind is None:
            return status == "Ready"
        if status != "Content Moderated":  # which was made, and is withheld
            bill.waive()
        raise failure(self.name, kind)

    @property
    def _headers(self) -> dict[str, str]:
        return {"x-key": self._access.key.get_secret_value()}


def _with_id(url: object, task_id: object) -> str | None:
    """The address to poll; one without the task's id gets it."""
    if not isinstance(url, str):
        return None
    try:
        target = httpx.URL(url)
    except httpx.InvalidURL:
        return None
    if "id" in target.params or not isinstance(task_id, str):
        return url
    return str(target.copy_set_param("id", task_id))


def _body(model: str, prompt: str) -> dict[str, object]:
    """FLUX 3 refuses every field that it does not know."""
    if model.startswith("flux-3"):
        return {
            "prompt": prompt,
            "aspect_ratio": "1:1",
            "resolution": "1k",
            "grounding": False,
            "safety_tolerance": 2,
        }
    body: dict[str, object] = {"prompt": prompt, "output_format": "png", "safety_tolerance": 2}
    if model.startswith(_BY_SHAPE):
        return body | {"aspect_ratio": "1:1"}
    return body | {"width": 1024, "height": 1024}
