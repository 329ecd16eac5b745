"""Ten brandable names, judged on one scale whoever proposed them, with the state of domains."""

import time
from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest
from typing import cast

from config.constants import NAMES_PER_GENERATION
from core.ai_manager import AIManager
from core.engine.facade import Query, complete_names
from core.engine.names.lexicon import folded
from core.engine.scorecard.material import DomainState, Parts
from core.engine.types import NO_WISHES, Name, NameCandidate, NameStrategy, NameWishes
from core.engine_pool import Engine
from core.exceptions import AllProvidersFailedError
from core.providers.base import BrandTask
from core.research_loader import ResearchLoader
from core.usage import track_usage
from database.unit_of_work import Database
from services.base_service import BaseService, as_json, chosen_seed, makers, refusals, seconds_since
from services.domain_service import DomainService
from services.model_answers import name_candidates
from services.prompts import Prompt, names_prompt
from services.results import Json, NameItem, NameResult

_WITH_DOMAIN = 6  # of ten names: gate 8 of the scorecard
_ROUNDS = 3
_AT_ONCE = 2
NO_NAMES = "The text models gave no usable names; the built-in engine made them."


class NameService(BaseService):
    """Asks the models, judges their names, fills what is missing from the built-in engine.

    The first two of several `models` are asked at once, for what one does not think of; the others
    stand in for them. With fewer `model` is asked.
    """

    def __init__(
        self,
        ai_manager: AIManager,
        research_loader: ResearchLoader,
        db_client: Database,
        *,
        engine: Engine | None = None,
        domains: DomainService | None = None,
        model: str = "default",
        models: Sequence[str] = (),
    ) -> None:
        super().__init__(ai_manager, research_loader, db_client, engine=engine)
        self._domains = domains
        self._model = model
        self._models = tuple(models)

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
        warnings = warnings or self._stood_in(usage, NO_NAMES)
        names, refused = await self.engine.run(
            complete_names, query, seed, NAMES_PER_GENERATION, suggested, wishes
        )
        kept = {candidate.text for candidate in suggested}
        filled = any(name.text not in kept for name in names)
        if not filled and len(suggested) > NAMES_PER_GENERATION:
            refused = []  # several models gave more than there is room for: nothing is missing
        result = NameResult(
            names=[_item(name) for name in names],
            scorecard=[],
            understood={},
            seed=seed,
            processing_time=seconds_since(started),
            models_used=makers(usage, engine_filled=filled),
            warnings=warnings + refusals("names", refused) + unmet(names, wishes),
            status="completed",
        )
        await self.add_domains(result, query, tlds, wishes)
        result["processing_time"] = seconds_since(started)
        return result

    async def add_domains(
        self, result: NameResult, query: Query, tlds: Sequence[str], wishes: NameWishes = NO_WISHES
    ) -> None:
        """Write the domain states and the scorecard into a result.

        While fewer than `_WITH_DOMAIN` names have a free domain, names without any are replaced by
        new ones, in at most `_ROUNDS` rounds; the first name and locked ones stay.
        """
        items = result["names"]
        await self._look_up(items, tlds)
        for round_ in range(_ROUNDS if tlds else 0):
            replaceable = _without_domain(items[1:], wishes)
            missing = _WITH_DOMAIN - sum(item["domain_available"] is True for item in items)
            if missing <= 0 or not replaceable:
                break
            await self._replace(result, query, replaceable[:missing], tlds, wishes, round_)
        appraised = await self._appraised(query, _parts(items, tlds))
        result["scorecard"], result["understood"] = appraised["scorecard"], appraised["understood"]

    async def _replace(  # all that new names depend on
        self,
        result: NameResult,
        query: Query,
        dropped: Sequence[str],
        tlds: Sequence[str],
        wishes: NameWishes,
        round_: int,
    ) -> None:
        """Names in place of those whose domains are all taken, with their own domains."""
        items = result["names"]
        first, kept = items[0], [item for item in items if item["name"] not in dropped]
        given = [_candidate(item) for item in kept]
        limits = replace(wishes, locked=(), exclude=(*wishes.exclude, *dropped))
        names, _ = await self.engine.run(
            complete_names, query, result["seed"] + round_ + 1, NAMES_PER_GENERATION, given, limits
        )
        known = {item["name"]: item for item in kept}
        fresh = [_item(name) for name in names if name.text not in known]
        await self._look_up(fresh, tlds)
        rest = sorted([*kept[1:], *fresh], key=lambda item: (-item["score"], item["name"]))
        items[:] = [first, *rest[: NAMES_PER_GENERATION - 1]]

    async def _look_up(self, items: Sequence[NameItem], tlds: Sequence[str]) -> None:
        """The states of all names' domains at once."""
        if self._domains is None or not tlds or not items:
            return
        found = await self._domains.check_names([item["name"] for item in items], list(tlds))
        for item in items:
            item["domains"] = [dict(domain) for domain in found[item["name"]]]
            item["domain_available"] = _availability(item["domains"])

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
            answers = await self._answers(prompt, task)
        except AllProvidersFailedError:
            return [], [NO_NAMES]
        suggested = merged([_readable(answer) for answer in answers])
        return suggested, [] if suggested else [NO_NAMES]

    async def _answers(self, prompt: Prompt, task: BrandTask) -> list[str]:
        if len(self._models) < _AT_ONCE:
            answer = await self.ai.generate_text(
                prompt.instructions, self._model, 0.9, task=task, brief=prompt.brief
            )
            return [answer]
        found = await self.ai.generate_parallel(
            [(prompt.instructions, model) for model in self._models[:_AT_ONCE]],
            0.9,
            task=task,
            brief=prompt.brief,
            spare=self._models[_AT_ONCE:],
            hurry=True,
        )
        return list(found.values())


def merged(lists: Sequence[Sequence[NameCandidate]]) -> list[NameCandidate]:
    """The candidates of several models in turns, so that none goes before the others."""
    turns = zip_longest(*lists)
    return [candidate for turn in turns for candidate in turn if candidate is not None]


def _readable(answer: str) -> list[NameCandidate]:
    try:
        return name_candidates(answer)
    except ValueError:
        return []


def _without_domain(items: Sequence[NameItem], wishes: NameWishes) -> list[str]:
    """Names whose domains are all taken, the lowest score first; locked ones stay."""
    locked = {folded(text) for text in wishes.locked}
    taken = [item for item in items if item["domain_available"] is False]
    taken.sort(key=lambda item: (item["score"], item["name"]))
    return [item["name"] for item in taken if folded(item["name"]) not in locked]


def _parts(items: Sequence[NameItem], tlds: Sequence[str]) -> Parts:
    """The names as the scorecard takes them."""
    return Parts(
        names=tuple(item["name"] for item in items),
        domains={
            item["name"]: tuple(
                DomainState(
                    domain["domain"], domain["status"], domain["source"], domain["checked_at"]
                )
                for domain in item["domains"]
            )
            for item in items
        },
        tlds=tuple(tlds),
    )


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


def _candidate(item: NameItem) -> NameCandidate:
    return NameCandidate(
        item["name"],
        tuple(item["parts"]),
        cast(NameStrategy, item["style"]),
        item["reasoning"],
    )


def _item(name: Name) -> NameItem:
    return NameItem(
        name=name.text,
        reasoning=name.reasoning,
        score=name.score,
        style=name.strategy,
        factors=dict(name.factors),
        parts=list(name.parts),
        screening=as_json(name.screening) if name.screening else {},
        domain_available=None,
        domains=[],
    )
