"""What all generating services share: their collaborators and the shape of an answer."""

import secrets
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from config.constants import MAX_DESCRIPTION_LENGTH
from core.ai_manager import AIManager
from core.engine.facade import Query, appraise
from core.engine.scorecard.material import Parts
from core.engine.types import Rejection
from core.engine_pool import Engine, ThreadEngine
from core.exceptions import InvalidInputError
from core.providers.base import BUILTIN
from core.research_loader import ResearchLoader
from core.usage import Usage
from database.unit_of_work import Database
from services.results import Appraised

SEED_LIMIT = 2**31


class BaseService(ABC):
    """Collaborators in the specified order; `engine` judges, repairs and fills every answer."""

    def __init__(
        self,
        ai_manager: AIManager,
        research_loader: ResearchLoader,
        db_client: Database,
        *,
        engine: Engine | None = None,
    ) -> None:
        self.ai = ai_manager
        self.patterns = research_loader
        self.db = db_client
        self.engine = engine or ThreadEngine()

    @abstractmethod
    async def generate(self, *, description: str) -> Mapping[str, Any]:  # Any: each its own shape
        """Make the service's result. Raises InvalidInputError, a ValueError, for bad input."""

    def _validate_input(self, description: str, industry: str | None, style: str | None) -> Query:
        """The query, cleaned. Raises InvalidInputError."""
        description = description.strip()
        if not description:
            raise InvalidInputError("Description cannot be empty")
        if len(description) > MAX_DESCRIPTION_LENGTH:
            raise InvalidInputError(
                f"Description cannot be longer than {MAX_DESCRIPTION_LENGTH} characters"
            )
        return Query(description, industry or None, style or None)

    def _stood_in(self, usage: Usage, warning: str) -> list[str]:
        """The warning when our engine answered although language models are configured."""
        engine_alone = usage.models_used == [BUILTIN]
        return [warning] if engine_alone and self.ai.models != [BUILTIN] else []

    async def _appraised(self, query: Query, parts: Parts) -> Appraised:
        """How the query was understood and the checks of a part of a package, as JSON."""
        found = as_json(await self.engine.run(appraise, query, parts))
        return Appraised(scorecard=found.pop("checks"), understood=found)


def as_json(found: object) -> Any:  # Any: JSON values
    """A dataclass and all in it; `asdict`, which copies every leaf, takes ten times as long."""
    return orjson.loads(orjson.dumps(found))


def chosen_seed(seed: int | None) -> int:
    """The given seed, or a random one below 2^31."""
    return secrets.randbelow(SEED_LIMIT) if seed is None else seed


def seconds_since(started: float) -> float:
    """Seconds since a `time.perf_counter()` reading, rounded to milliseconds."""
    return round(time.perf_counter() - started, 3)


def makers(usage: Usage, *, engine_filled: bool) -> list[str]:
    """The models whose work is in the answer; the engine too when it filled a gap."""
    models = usage.models_used
    return [*models, BUILTIN] if engine_filled and BUILTIN not in models else models


def refusals(kind: str, refused: Sequence[Rejection]) -> list[str]:
    """One warning that says how many answers of a model were refused and why; none without any."""
    if not refused:
        return []
    reasons = sorted({rejection.reason for rejection in refused})
    return [f"{len(refused)} suggested {kind} were replaced: {'; '.join(reasons)}."]
