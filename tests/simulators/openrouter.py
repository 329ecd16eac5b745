"""OpenRouter as the contract of text and image providers describes it: sections 3.1 to 3.3.

`OpenRouterSimulator().modes` takes one word a request. Besides the words of `broken` these are the
keys of `FAILURES` and `COMPLETIONS`; "ok" answers with JSON that fits the asked schema, "say:…"
with that text.
"""

import asyncio
import json
import time
from collections import defaultdict, deque
from collections.abc import Callable
from typing import Any

from aiohttp import web

from tests.simulators.http_server import HttpSimulator, broken

KEY = "sk-or-v1-only-for-tests"
BASE = "/api/v1"
Json = dict[str, Any]
USAGE = {"prompt_tokens": 212, "completion_tokens": 48, "total_tokens": 260, "cost": 0.0000452}
NAMES = ("Crumbloom", "Ryehollow", "Bakewheel", "Loafvale", "Doughpath", "Hearthspin")
LINES = ("Bread that comes to you.", "Slow dough, quick wheels.", "Still warm at your door.")
PALETTE = {
    "primary": "#1f3a2e", "secondary": "#5b7f6a", "accent": "#c8662b",
    "background": "#ffffff", "text": "#1a1a1a",
}  # fmt: skip


def _metadata(code: int, message: str, **metadata: Any) -> Json:
    return {"error": {"code": code, "message": message, "metadata": metadata}, "user_id": "user_1"}


def _unavailable(status: int, code: str, **more: Any) -> Json:
    """The form of August 2026: `error_type` and `http_status` in place of `code`."""
    return {
        "error": {
            "message": "No endpoints found.",
            "error_type": code,
            "http_status": status,
            "availability": {"code": code, "retryable": status in {429, 503}} | more,
        }
    }


def _openai(code: str | None, message: str, param: str | None = None) -> Json:
    kind = "invalid_request_error"
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


# Mode: status, body, headers. An odd status of a mode is in the contract's tables.
FAILURES: dict[str, tuple[int, Json, dict[str, str]]] = {
    "bad_key": (401, _metadata(401, "No auth credentials found"), {}),
    "no_credits": (
        402,
        _metadata(402, "Insufficient credits", limit_source="openrouter_credits"),
        {},
    ),
    "in_flight": (
        402,
        _metadata(402, "Budget in use", limit_source="openrouter_in_flight_budget"),
        {"Retry-After": "7"},
    ),
    "flagged": (
        403,
        _metadata(403, "Input flagged", reasons=["violence"], flagged_input="…", model_slug="m"),
        {},
    ),
    "budget_spent": (
        403,
        _metadata(403, "Key limit reached", limit_source="guardrail", resets_at="2026-12-01"),
        {},
    ),
    "no_access": (403, _metadata(403, "Forbidden"), {}),
    "unknown_model": (400, _metadata(400, "nobody/nothing is not a valid model ID"), {}),
    "too_long": (400, _metadata(400, "Too long", error_type="context_length_exceeded"), {}),
    "policy": (400, _metadata(400, "Refused", error_type="content_policy_violation"), {}),
    "retired": (404, _unavailable(404, "model_deprecated", fallback_models=["a/b"]), {}),
    "no_endpoints": (404, _unavailable(404, "no_endpoints"), {}),
    "timed_out": (408, _metadata(408, "Timed out"), {}),
    "too_large": (413, _metadata(413, "Payload too large"), {}),
    "semantic": (422, _metadata(422, "Invalid"), {}),
    "limited_upstream": (
        429,
        _metadata(429, "Provider returned error", raw="slow down", provider_name="Some"),
        {"Retry-After": "2.5"},
    ),
    "limited_without_hint": (429, _metadata(429, "Provider returned error", raw="busy"), {}),
    "capacity": (429, _unavailable(429, "capacity_exhausted", retry_after=11), {}),
    "no_quota": (429, _openai("insufficient_quota", "You exceeded your current quota"), {}),
    "masked": (500, _metadata(500, "Internal Server Error", error_type="server"), {}),
    "upstream_down": (502, _metadata(502, "Bad gateway", error_type="provider_unavailable"), {}),
    "overloaded": (503, _unavailable(503, "temporarily_unavailable"), {"Retry-After": "20"}),
    "edge_timeout": (524, _metadata(524, "A timeout occurred"), {}),
    "provider_overloaded": (529, _metadata(529, "Provider overloaded"), {}),
    "error_in_200": (200, _metadata(502, "Provider returned error"), {}),
    "limit_in_200": (200, _metadata(429, "Provider returned error"), {"Retry-After": "4"}),
    "moved": (307, {}, {"Location": "http://127.0.0.1:9/elsewhere"}),
}


def _content(text: str | None, finish: str = "stop", **message: Any) -> Callable[[str], Json]:
    """A completion with that text whatever was asked."""
    return lambda _: {
        "choices": [{"index": 0, "finish_reason": finish, "message": {"content": text} | message}]
    }


def _around(form: Callable[[str], str], finish: str = "stop") -> Callable[[str], Json]:
    """A completion with the good answer in another form."""
    return lambda good: _content(form(good), finish)(good)


# Mode: the members of a 200 besides id, model and usage, made from the good answer.
COMPLETIONS: dict[str, Callable[[str], Json]] = {
    "ok": _around(str),
    "fenced": _around(lambda good: f"Here you are:\n```json\n{good}\n```\nEnjoy!"),
    "prose": _around(lambda good: f"Certainly [as asked]. {good} Shall I go on?"),
    "trailing_comma": _around(lambda good: good.replace("}]", "},]").replace("'", "")),
    "single_quotes": _around(lambda good: good.replace('"', "'")),
    "cut_off": _around(lambda good: good[: len(good) * 2 // 3], "length"),
    "parts": lambda good: _content(None, content=[{"type": "text", "text": good}])(good),
    "no_choices": lambda _: {"choices": []},
    "null_choices": lambda _: {"choices": None},
    "null_content": _content(None, "length", reasoning="I think"),
    "blank_content": _content(" \n"),
    "not_json": _content("I would rather talk about the weather."),
    "refusal": _content(None, refusal="I cannot help with that."),
    "filtered": _content("Half of a", "content_filter"),
    "choice_error": lambda _: {
        "choices": [
            {
                "index": 0,
                "finish_reason": "error",
                "message": {"content": "partial"},
                "error": {"code": 502, "message": "died", "metadata": {"error_type": "server"}},
            }
        ]
    },
    "deep_json": _content("[" * 50_000),
}


class OpenRouterSimulator(HttpSimulator):
    """`always` is the mode of requests without one in `modes`; `by_model` goes before both.

    Each of `refuses` is a parameter that the models do not take; `usage` is what completions say of
    tokens and cost.
    """

    def __init__(self) -> None:
        super().__init__(self._handle)
        self.always = "ok"
        self.by_model: defaultdict[str, deque[str]] = defaultdict(deque)
        self.refuses: set[str] = set()
        self.usage: Json = USAGE
        self.key: str | None = KEY

    @property
    def base_url(self) -> str:
        """What TEXT_API_URL is set to."""
        return f"{self.url}{BASE}"

    @property
    def asked(self) -> list[Json]:
        """The bodies of all chat requests."""
        return [json.loads(seen.body) for seen in self.seen if seen.path.endswith("/completions")]

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        wanted = f"Bearer {self.key}" if self.key else None
        if request.path != f"{BASE}/models" and request.headers.get("Authorization") != wanted:
            return _failed("bad_key")
        if request.path == f"{BASE}/key":
            return web.json_response({"data": {"label": "test", "limit_remaining": 4.2}})
        if request.path == f"{BASE}/models":
            return web.json_response({"data": [{"id": "a/b", "expiration_date": None}]})
        if request.path != f"{BASE}/chat/completions" or request.method != "POST":
            return web.json_response({"error": {"code": 404, "message": "Not Found"}}, status=404)
        return await self._completions(request, json.loads(await request.read()))

    async def _completions(self, request: web.Request, body: Json) -> web.StreamResponse:
        if request["mode"] == "ok":
            queued = self.by_model[body["model"]]
            request["mode"] = queued.popleft() if queued else self.always
        unwanted = self.refuses & body.keys()
        if unwanted:
            name = min(unwanted)
            return web.json_response(
                _openai("unsupported_parameter", f"Unsupported parameter: {name}", name), status=400
            )
        odd = await broken(request) or await _odd(request, body)
        if odd is not None:
            return odd
        if request["mode"] in FAILURES:
            return _failed(request["mode"])
        return web.json_response(
            _completion(request["mode"], body) | {"usage": self.usage},
            headers={"X-Generation-Id": "gen-1"},
        )


def _failed(mode: str) -> web.Response:
    status, body, headers = FAILURES[mode]
    return web.json_response(body, status=status, headers=headers)


async def _odd(request: web.Request, body: Json) -> web.StreamResponse | None:
    """Answers that are not one JSON text with a length."""
    mode = request["mode"]
    if body.get("stream"):
        return await _streamed(request, body)
    if mode == "limited":
        reset = str(round((time.time() + 30) * 1_000))
        limits = {"X-RateLimit-Limit": "20", "X-RateLimit-Remaining": "0"}
        headers = limits | {"X-RateLimit-Reset": reset}
        return web.json_response(_metadata(429, "Rate limit"), status=429, headers=headers)
    response = _unlike_json(mode, body)
    if response is None and mode == "cut":
        return await _cut(request)
    return response


def _unlike_json(mode: str, body: Json) -> web.Response | None:
    if mode == "keep_alive":
        text = "\n\n   \n" + json.dumps(_completion("ok", body))
        return web.Response(text=text, content_type="application/json")
    if mode == "broken_json":
        return web.Response(text='{"choices": [', content_type="application/json")
    if mode == "html_502":
        return web.Response(status=502, text="<html>Bad gateway</html>", content_type="text/html")
    if mode == "bomb":
        response = web.json_response({"error": {"message": " " * (64 << 20)}})
        response.enable_compression(web.ContentCoding.gzip)
        return response
    if mode == "flooded_error":
        return web.Response(status=500, body=b"0" * (8 << 20))
    return None


async def _cut(request: web.Request) -> web.StreamResponse:
    """The connection drops in the middle of the body."""
    response = web.StreamResponse(headers={"Content-Length": "1000"})
    await response.prepare(request)
    await response.write(b'{"choices": [')
    assert request.transport is not None
    request.transport.close()
    return response


async def _streamed(request: web.Request, body: Json) -> web.StreamResponse:
    """Server-sent events with a comment first; "stream_error" ends in one."""
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(request)
    await response.write(b": OPENROUTER PROCESSING\n\n")
    choice = {"index": 0, "delta": {"content": _good_answer(body)}, "finish_reason": None}
    events: list[Json] = [{"choices": [choice]}, {"choices": [], "usage": USAGE}]
    if request["mode"] == "stream_error":
        ended = {"index": 0, "delta": {"content": ""}, "finish_reason": "error"}
        events[1] = _metadata(502, "died") | {"choices": [ended]}
    for event in events:
        await response.write(f"data: {json.dumps(event)}\n\n".encode())
        await asyncio.sleep(0)
    if request["mode"] != "stream_error":
        await response.write(b"data: [DONE]\n\n")
    return response


def _completion(mode: str, body: Json) -> Json:
    fallback = (body.get("models") or ["openai/gpt-6-luna"])[0]
    return {
        "id": "gen-1",
        "object": "chat.completion",
        "created": 1_763_800_000,
        "model": fallback if mode == "fallback" else body["model"],
        "provider": "OpenAI",
        "usage": USAGE,
    } | _members_of(mode)(_good_answer(body))


def _members_of(mode: str) -> Callable[[str], Json]:
    if mode.startswith("say:"):
        return _content(mode.removeprefix("say:"))
    return COMPLETIONS["ok" if mode == "fallback" else mode]


def _good_answer(body: Json) -> str:
    """JSON for the schema that was asked for, or for the one that the prompt describes."""
    schema = body.get("response_format", {}).get("json_schema", {}).get("name")
    asked = schema or body["messages"][0]["content"]
    if "names" in asked:
        names = [
            {"name": name, "style": "compound", "parts": [], "reasoning": f"{name} says it."}
            for name in NAMES
        ]
        return json.dumps({"names": names})
    if "taglines" in asked:
        return json.dumps({"taglines": [{"text": line, "framework": "claim"} for line in LINES]})
    return json.dumps(PALETTE) if "palette" in asked else "- Keep it short.\n- Keep it sayable."
