"""Ten brandable names, judged on one scale whoever proposed them, with the state of domains."""

import time
from collections.abc import Sequence
from dataclasses import asdict, replace

from config.constants import NAMES_PER_GENERATION
from core.ai_manager import AIManager
from core.engine.facade import Query, complete_names
from core.engine.names.lexicon import folded
from core.engine.types import NO_WISHES, Name, NameCandidate, NameWishes
from core.engine_pool import Engine
from core.exceptions import AllProvidersFailedError
from core.providers.base import BrandTask
from core.research_loader import ResearchLoader
from core.usage import track_usage
from database.unit_of_work import Database
from services.base_service import BaseService, chosen_seed, makers, refusals, seconds_since
from services.domain_service import DomainService
from services.model_answers import name_candidates
from services.prompts import names_prompt
from services.results import Json, NameItem, NameResult


class NameService(BaseService):
    """Asks the models, judges their names, fills what is missing from the built-in engine."""

    def __init__(
        self,
        ai_manager: AIManager,
        research_loader: ResearchLoader,
        db_client: Database,
        *,
        engine: Engine | None = None,
        domains: DomainService | None = None,
        model: str = "default",
    ) -> None:
        super().__init__(ai_manager, research_loader, db_client, engine=engine)
        self._domains = domains
        self._model = model

    async def generate(
        self,
        *,
        description: str,
        industry: str | None = None,
        style: str | None = None,
        seed: int | None = None,
        wishes: NameWishes = NO_WISHES,
        tlds: Sequence[str] = (),
    ) -> NameResult:
        """Ten names, best first. Raises InvalidInputError, a ValueError, for bad input.

        `tlds` are looked up for each name; without any, `domain_available` is None.
        """
        started = time.perf_counter()
        query = self._validate_input(description, industry, style)
        seed = chosen_seed(seed)
        wishes = replace(wishes, style=query.style)
        with track_usage() as usage:
            suggested, warnings = await self._suggestions(query, seed, wishes)
        names, refused = await self.engine.run(
            complete_names, query, seed, NAMES_PER_GENERATION, suggested, wishes
        )
        kept = {candidate.text for candidate in suggested}
        items = [_item(name) for name in names]
        if tlds:
            await self.add_domains(items, tlds)
        return NameResult(
            names=items,
            seed=seed,
            processing_time=seconds_since(started),
            models_used=makers(usage, engine_filled=any(name.text not in kept for name in names)),
            warnings=warnings + refusals("names", refused) + unmet(names, wishes),
            status="completed",
        )

    async def _suggestions(
        self, query: Query, seed: int, wishes: NameWishes
    ) -> tuple[list[NameCandidate], list[str]]:
        prompt = names_prompt(
            query, self.patterns.get_patterns("name"), NAMES_PER_GENERATION, wishes
        )
        task = BrandTask(
            kind="names",
            description=query.description,
            industry=query.industry,
            style=query.style,
            seed=seed,
            count=NAMES_PER_GENERATION,
            wishes=wishes,
        )
        try:
            answer = await self.ai.generate_text(prompt, self._model, 0.9, task=task)
            return name_candidates(answer), []
        except (AllProvidersFailedError, ValueError):
            return [], ["The text models gave no usable names; the built-in engine made them."]

    async def add_domains(self, names: Sequence[NameItem], tlds: Sequence[str]) -> None:
        """Look up the domains of all names at once and write their states into the items."""
        if self._domains is None:
            return
        found = await self._domains.check_names([item["name"] for item in names], list(tlds))
        for item in names:
            domains = found[item["name"]]
            item["domains"] = [dict(domain) for domain in domains]
            item["domain_available"] = _availability(item["domains"])


def unmet(names: Sequence[Name], wishes: NameWishes) -> list[str]:
    """One warning for each wish that the names could not follow."""
    keys = [folded(name.text) for name in names]
    outside = sum(not wishes.shortest <= len(key) <= wishes.longest for key in keys)
    told = []
    if outside:
        told.append(
            f"{outside} names are not {wishes.shortest} to {wishes.longest} letters long: "
            "too few good ones are."
        )
    missing = [word for word in wishes.include if not any(folded(word) in key for key in keys)]
    if missing:
        told.append(f"No good name could be built on: {', '.join(missing)}.")
    return told


def _availability(domains: Sequence[Json]) -> bool | None:
    """True when a domain is available, False when all are taken, None when it is not known."""
    states = {domain["status"] for domain in domains}
    if "available" in states:
        return True
    return False if states == {"taken"} else None


def _item(name: Name) -> NameItem:
    return NameItem(
        name=name.text,
        reasoning=name.reasoning,
        score=name.score,
        style=name.strategy,
        factors=dict(name.factors),
        parts=list(name.parts),
        screening=asdict(name.screening) if name.screening else {},
        domain_available=None,
        domains=[],
    )
