"""What clients send."""

from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, StringConstraints, model_serializer, model_validator

from api.schemas.base_schema import RequestModel, ShortText, Text
from config.constants import MAX_DESCRIPTION_LENGTH, MAX_DOMAINS_PER_REQUEST
from core.engine.types import Surprise
from database.models import ProjectStatus
from services.base_service import SEED_LIMIT
from services.domain_service import DEFAULT_TLDS
from services.regeneration import Part

Description = Annotated[
    Text,
    Field(
        min_length=1,
        max_length=MAX_DESCRIPTION_LENGTH,
        description="What the startup does, for whom, in plain words.",
        examples=["AI-powered recipe discovery app for home cooks"],
    ),
]
Seed = Annotated[
    Annotated[int, Field(strict=True)] | None,
    Field(
        ge=0,
        lt=SEED_LIMIT,
        description="The same seed and input give the same result; without one it is random.",
        examples=[7],
    ),
]
HexColor = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$", examples=["#254A39"])]
Tld = Annotated[str, StringConstraints(to_lower=True, pattern=r"^\.?[A-Za-z0-9-]{2,63}$")]
Tlds = Annotated[
    tuple[Tld, ...],
    Field(max_length=8, description="Endings to look up.", examples=[["com", "io"]]),
]


class GenerationBase(RequestModel):
    """What every generation needs to know."""

    description: Description
    industry: ShortText | None = Field(None, examples=["food tech"])
    style: ShortText | None = Field(
        None,
        description="A feeling in your words. For names also what to prefer: brandable, evocative, "
        "compound, real word, foreign, short phrase.",
        examples=["modern"],
    )
    project_id: UUID | None = Field(
        None, description="One of your projects; without it a draft project is made."
    )
    seed: Seed = None


NameText = Annotated[Text, Field(min_length=1, max_length=40)]
Word = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[^\W\d_]{2,12}$")]

Letters = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[^\W\d_]{1,12}$")]


class NameWishes(RequestModel):
    """What the names should be like."""

    surprise: Surprise = Field(
        "medium", description="How far to stray from the likeliest names.", examples=["medium"]
    )
    min_length: int = Field(
        3, ge=3, le=20, description="Letters; gives way when too few good names are so long."
    )
    max_length: int = Field(20, ge=3, le=20, description="Letters; see `min_length`.")
    include_words: tuple[Word, ...] = Field(
        (), max_length=5, description="Words to build names on.", examples=[["sun"]]
    )
    avoid_words: tuple[Letters, ...] = Field(
        (), max_length=20, description="What no name may contain.", examples=[["cloud", "x"]]
    )
    liked: tuple[NameText, ...] = Field(
        (), max_length=10, description="More like these, which do not come back.", examples=[[]]
    )
    locked: tuple[NameText, ...] = Field(
        (), max_length=9, description="Names to keep; only the rest is made.", examples=[[]]
    )
    exclude: tuple[NameText, ...] = Field(
        (), max_length=100, description="Names not to propose again.", examples=[["FlavorAI"]]
    )

    @model_validator(mode="after")
    def _lengths_are_in_order(self) -> Self:
        if self.min_length > self.max_length:
            raise ValueError("min_length must not be over max_length")
        return self


class NameGenerationRequest(GenerationBase, NameWishes):
    """Ask for ten names."""

    tlds: Tlds = DEFAULT_TLDS


class LogoColors(RequestModel):
    """The colours of a logo, such as a palette of ours has them."""

    primary: HexColor
    secondary: HexColor
    accent: HexColor
    soft: HexColor | None = None
    background: HexColor | None = None
    text: HexColor | None = None

    @model_serializer
    def given(self) -> dict[str, str]:
        """The roles that were given."""
        return {role: value for role, value in self if value is not None}


class LogoGenerationRequest(GenerationBase):
    """Ask for three logo concepts."""

    name: Annotated[Text, Field(min_length=1, max_length=40)] | None = Field(
        None, description="The brand name; without it the best proposal.", examples=["Simmer"]
    )
    colors: LogoColors | None = Field(
        None,
        description="Colours by role; without them a palette is made.",
        examples=[{"primary": "#254A39", "secondary": "#B1783B", "accent": "#EDDCAD"}],
    )


class ColorGenerationRequest(GenerationBase):
    """Ask for a palette."""

    colors: ShortText | None = Field(
        None, description="Your wish in words.", examples=["earthy tones", "navy and gold"]
    )


class TaglineGenerationRequest(GenerationBase):
    """Ask for five taglines."""

    name: Annotated[Text, Field(min_length=1, max_length=40)] | None = Field(
        None, description="The brand name; without it the best proposal.", examples=["Simmer"]
    )


class Preferences(RequestModel):
    """Wishes for a package."""

    style: ShortText | None = Field(None, examples=["modern minimalist"])
    colors: ShortText | None = Field(None, examples=["earthy tones"])
    names: NameWishes = NameWishes()


class PackageGenerationRequest(GenerationBase):
    """Ask for a complete brand package."""

    preferences: Preferences = Preferences()
    tlds: Tlds = DEFAULT_TLDS


class RegenerateRequest(RequestModel):
    """Ask for a new version of a package."""

    lock: tuple[Part, ...] = Field(
        (), max_length=4, description="What stays.", examples=[["names", "palette"]]
    )
    seed: Seed = None


class DomainCheckRequest(RequestModel):
    """Ask for the state of domains: full domains, or names with each of the endings."""

    domains: list[Annotated[str, Field(min_length=1, max_length=300)]] = Field(
        min_length=1,
        max_length=MAX_DOMAINS_PER_REQUEST,
        description="Brand names or full domains.",
        examples=[["simmer", "example.com"]],
    )
    tlds: Tlds = DEFAULT_TLDS


class ProjectCreateRequest(RequestModel):
    """A new project."""

    name: Annotated[Text, Field(min_length=1, max_length=255)] = Field(examples=["Recipe app"])
    description: Annotated[Text, Field(max_length=MAX_DESCRIPTION_LENGTH)] | None = Field(
        None, examples=["AI-powered recipe discovery app for home cooks"]
    )
    industry: ShortText | None = Field(None, examples=["food tech"])


class ProjectUpdateRequest(RequestModel):
    """Changes to a project; what is left out stays."""

    name: Annotated[Text, Field(min_length=1, max_length=255)] | None = Field(
        None, examples=["Recipe app"]
    )
    description: Annotated[Text, Field(max_length=MAX_DESCRIPTION_LENGTH)] | None = None
    industry: ShortText | None = None
    status: ProjectStatus | None = Field(None, examples=["in_progress"])
