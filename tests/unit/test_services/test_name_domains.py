"""Names whose domains are all taken give way to new ones; what is kept and told stays honest."""

from collections.abc import Sequence
from typing import Any
from unittest.mock import Mock

import pytest

from core.ai_manager import AIManager
from core.engine.types import NameWishes
from core.engine_pool import ThreadEngine
from core.providers.text.builtin import BuiltinTextProvider
from services.name_service import NameService
from services.results import NameResult

BAKERY = "A small bakery that delivers sourdough bread by bike"


class Registry:
    """Domains of names are free or taken as `is_free` says, or unknown when it says None."""

    def __init__(self, is_free: Any) -> None:  # Any: a function of the name
        self._is_free = is_free
        self.asked: list[list[str]] = []

    async def check_names(
        self, names: Sequence[str], tlds: Sequence[str]
    ) -> dict[str, list[dict[str, Any]]]:
        self.asked.append(list(names))
        states = {True: "available", False: "taken", None: "unknown"}
        return {
            name: [
                {
                    "domain": f"{name.lower()}.{tld}",
                    "status": states[self._is_free(name)],
                    "source": "rdap",
                    "checked_at": "2026-11-01T10:00:00Z",
                }
                for tld in tlds
            ]
            for name in names
        }


async def generated(registry: Registry, **wishes: Any) -> NameResult:
    engine = ThreadEngine()
    research = Mock()
    research.get_patterns.return_value = ""
    service = NameService(
        AIManager([BuiltinTextProvider(engine)]), research, Mock(),
        engine=engine, domains=registry,  # type: ignore[arg-type]  # only check_names is asked
    )  # fmt: skip
    return await service.generate(
        description=BAKERY, seed=3, tlds=("com",), wishes=NameWishes(**wishes)
    )


def domain_check(result: NameResult) -> dict[str, Any]:
    return next(check for check in result["scorecard"] if check["number"] == 8)


async def test_taken_names_are_replaced_until_six_have_a_domain() -> None:
    first = [item["name"] for item in (await generated(Registry(lambda _: None)))["names"]]
    registry = Registry(lambda name: name not in first)
    result = await generated(registry)
    names = [item["name"] for item in result["names"]]
    assert names[0] == first[0], "the brand's own name stays"
    assert len(set(names)) == 10
    assert sum(item["domain_available"] is True for item in result["names"]) >= 6
    assert domain_check(result)["result"] == "pass"
    assert len(registry.asked) == 2, "one round is enough when every new name is free"


async def test_the_rounds_end_where_nothing_is_free() -> None:
    registry = Registry(lambda _: False)
    result = await generated(registry)
    assert len(registry.asked) == 4
    assert len({item["name"] for item in result["names"]}) == 10
    assert domain_check(result)["result"] == "fail"


@pytest.mark.parametrize("state", [True, None])
async def test_free_and_unknown_names_stay(state: bool | None) -> None:
    registry = Registry(lambda _: state)
    result = await generated(registry)
    assert len(registry.asked) == 1
    assert domain_check(result)["result"] == ("pass" if state else "not_checked")


async def test_locked_names_stay_whatever_their_domains() -> None:
    result = await generated(Registry(lambda name: name != "Crumbloom"), locked=("Crumbloom",))
    assert "Crumbloom" in {item["name"] for item in result["names"]}
