"""What is asked of a text or image provider, what it answers, and how it fails.

Adapters translate and decide nothing. They retry nothing either: the managers own failover, so an
adapter reports its first failure as `ProviderUnavailableError` (try another) or
`ProviderRejectedError` (another would refuse too), with these keys of the error's context:

kind          one of `FailureKind`; without it "transient" and "invalid_request" are assumed
retry_after   seconds, when the provider gave a usable hint
cost_usd      `Decimal`, when the provider bills the failure (a blurred picture, for example);
              with input_tokens and output_tokens when it counted them
reference     the provider's own number of the call, for the log and for questions to its support
accepted      True when the provider had taken the request, whose result got lost afterwards: what
              may be billed is not asked for again

An adapter that is cancelled tells by `core.usage.owe` what it may be billed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, Protocol, cast, get_args

from core.engine.types import NO_WISHES, Lockup, NameWishes, Treatment
from core.exceptions import AppError, ProviderRejectedError

BUILTIN = "builtin"

FailureKind = Literal[
    "auth",  # the key is not accepted
    "quota",  # the account has no credit left
    "rate_limited",  # too many calls; `retry_after` says how long
    "moderated",  # the content was refused; says nothing about the provider's health
    "invalid_request",  # our request was wrong; says nothing about the provider's health
    "model_gone",  # this model was retired; others of the provider may do
    "transient",  # connection errors, 5xx
    "timeout",  # our deadline ran out
    "bad_payload",  # a success that is none: empty, not decodable, an error inside a 200
]


@dataclass(frozen=True, slots=True)
class BrandTask:
    """A text request as data: what the built-in engine answers from instead of the prompt.

    `name` and its `parts` are the chosen brand name (taglines), `hints` are wishes for colours in
    words (palette), `wishes` those for names.
    """

    kind: Literal["names", "taglines", "palette"]
    description: str
    industry: str | None = None
    style: str | None = None
    name: str | None = None
    parts: tuple[str, ...] = ()
    hints: str | None = None
    seed: int = 0
    count: int = 1
    wishes: NameWishes = NO_WISHES


@dataclass(frozen=True, slots=True)
class TextRequest:
    """One question to one model. `context` is research text, `brief` is a customer's.

    Both are sent apart from the prompt and carry no authority.
    `timeout_s` are the seconds left for this call: whoever needs longer is cancelled.
    """

    prompt: str
    model: str
    temperature: float = 0.7
    context: str = ""
    task: BrandTask | None = None
    brief: str = ""
    timeout_s: float = 60.0


@dataclass(frozen=True, slots=True)
class Completion:
    """One answer and what it cost; `model` is the one that answered."""

    text: str
    provider: str
    model: str
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: Decimal = Decimal(0)


class TextProvider(Protocol):
    """A source of text with one or more models, the preferred one first."""

    @property
    def name(self) -> str:
        """Unique among the configured providers; "builtin" is ours."""
        ...

    @property
    def models(self) -> tuple[str, ...]:
        """At least one."""
        ...

    async def complete(self, request: TextRequest) -> Completion:
        """Answer with `request.model`, which is always one of `models`.

        Raises ProviderUnavailableError (try another) or ProviderRejectedError (do not).
        """
        ...


@dataclass(frozen=True, slots=True)
class LogoTask:
    """A logo request as data: what the built-in engine draws from instead of the prompt.

    `parts` are the dictionary forms the name is made of, `palette` maps colour roles to #rrggbb;
    each `variation`, from 1 on, gives another concept of the same seed.
    """

    description: str
    industry: str | None
    style: str | None
    name: str
    parts: tuple[str, ...]
    palette: Mapping[str, str]
    seed: int = 0
    variation: int = 1


@dataclass(frozen=True, slots=True)
class ImageRequest:
    """One picture to make; `timeout_s` are the seconds left for all steps of this call."""

    prompt: str
    style: str = "realistic"
    task: LogoTask | None = None
    timeout_s: float = 180.0


@dataclass(frozen=True, slots=True)
class ImageFile:
    """One file of a picture; `media_type` was read from the content, not from a header."""

    lockup: Lockup
    treatment: Treatment
    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class GeneratedImage:
    """One picture in all its files, at least one; the first is the main one.

    `family` is the kind of logo and `idea` says in one sentence what it shows.
    """

    files: tuple[ImageFile, ...]
    family: str
    idea: str
    provider: str
    model: str
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: Decimal = Decimal(0)


class ImageProvider(Protocol):
    """A source of pictures."""

    @property
    def name(self) -> str:
        """Unique among the configured providers; "builtin" is ours."""
        ...

    async def generate(self, request: ImageRequest) -> GeneratedImage:
        """Make one picture.

        Raises ProviderUnavailableError (try another) or ProviderRejectedError (do not).
        """
        ...


def failure_kind(error: AppError) -> FailureKind:
    """The kind that an adapter stated in the error's context, or the usual one of its class."""
    kind = error.context.get("kind")
    if kind in get_args(FailureKind):
        return cast(FailureKind, kind)
    return "invalid_request" if isinstance(error, ProviderRejectedError) else "transient"
