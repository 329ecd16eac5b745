"""Chooses a varied list: quotas by strategy, and no two names alike."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from core.engine.names.lexicon import folded
from core.engine.names.nearness import alike
from core.engine.names.sayability import said_ease
from core.engine.names.screen import HARD
from core.engine.types import Name, NameStrategy

_GOOD = 6.3
_GOOD_BLEND = 8.3  # overlaps amuse when they work and embarrass when they do not
_ALIKE_START = 4
_ALIKE_END = 4
_USUAL_LENGTHS = range(4, 11)  # letters of eight real brands in ten
_MOST_UNUSUAL = 2
_REAL = frozenset({"evocative"})
MOST_REAL = 3  # of ten: single dictionary words are the least likely to be free
Quotas = Mapping[NameStrategy, tuple[int, int]]

_USUAL: Quotas = {
    "evocative": (3, MOST_REAL),
    "compound": (1, 1),
    "blend": (0, 1),
    "coined": (1, 1),
    "borrowed": (1, 2),
    "phrase": (2, 3),
}
# What sells to businesses does well without a coined word, the kind that people like least.
_TO_BUSINESSES: Quotas = {**_USUAL, "coined": (0, 0), "compound": (1, 2)}
_BY_STYLE: tuple[tuple[frozenset[str], Quotas], ...] = (
    (
        frozenset({"evocative", "real", "metaphor", "suggestive", "poetic"}),
        {**_USUAL, "borrowed": (2, 3)},
    ),
    (
        frozenset({"compound", "descriptive", "friendly"}),
        {**_USUAL, "compound": (4, 5), "evocative": (1, 2), "borrowed": (1, 1)},
    ),
    (
        frozenset({"brandable", "coined", "invented", "modern", "tech", "technical", "futuristic"}),
        {**_USUAL, "coined": (2, 3), "blend": (2, 3), "evocative": (1, 2), "compound": (2, 3)},
    ),
    (
        frozenset({"foreign", "borrowed", "exotic", "elegant", "luxury", "luxurious"}),
        {**_USUAL, "borrowed": (3, 4), "compound": (1, 3), "evocative": (2, 3)},
    ),
    (
        frozenset({"phrase", "short phrase", "playful", "whimsical", "rustic", "cozy"}),
        {**_USUAL, "phrase": (3, 5), "compound": (1, 3)},
    ),
)


def quotas_for(
    style: str | None,
    count: int,
    *,
    liked: Mapping[NameStrategy, int] | None = None,
    to_businesses: bool = False,
) -> Quotas:
    """Least and most names of each strategy for `count` names in a style given in free words.

    Strategies of liked names get three places more, real words never more than `MOST_REAL`.
    """
    asked = set((style or "").casefold().replace(",", " ").split())
    plain = _TO_BUSINESSES if to_businesses else _USUAL
    usual = next((quotas for words, quotas in _BY_STYLE if words & asked), plain)
    if liked:
        usual = {
            strategy: (least + 3 * (strategy in liked), most + 3 * (strategy in liked))
            for strategy, (least, most) in usual.items()
        }
        usual["evocative"] = min(usual["evocative"], (MOST_REAL, MOST_REAL))
    if count == 10:
        return usual
    share = count / 10
    return {
        strategy: (int(least * share), max(1, round(most * share)))
        for strategy, (least, most) in usual.items()
    }


class _List:
    """The names taken so far and what they used up; `free` parts may be shared."""

    def __init__(self, start: Sequence[Name], free: frozenset[str]) -> None:
        self.names: list[Name] = []
        self.counts: Counter[NameStrategy] = Counter()
        self._used: set[str] = set()
        self._keys: set[str] = set()
        self._free = free
        self._unusual = 0
        for name in start:
            self.takes(name, varied=False)

    def takes(self, name: Name, *, varied: bool) -> bool:
        """Add the name unless it is there or, in a varied list, too like another."""
        key = folded(name.text)
        marks = self._marks(key, name)
        unusual = len(key) not in _USUAL_LENGTHS
        if key in self._keys or (varied and (marks & self._used or self._sounds_taken(key))):
            return False
        if varied and unusual and self._unusual == _MOST_UNUSUAL:
            return False
        self._unusual += unusual
        self._keys.add(key)
        self.names.append(name)
        self._used |= marks
        self.counts[name.strategy] += 1
        return True

    def _sounds_taken(self, key: str) -> bool:
        return not self._free and any(alike(key, other) for other in self._keys)

    def _marks(self, key: str, name: Name) -> set[str]:
        """Opening, ending and parts; a name that is one of another's parts counts as shared."""
        parts = [part for part in name.parts if part not in self._free]
        marks = {f"={part}" for part in (key, *parts)}
        marks.update(f"{part[:_ALIKE_START]}…" for part in parts if len(part) >= _ALIKE_START)
        if not any(key.startswith(part) for part in self._free):
            marks.add(f"{key[:_ALIKE_START]}…")
        if not any(key.endswith(part) for part in self._free):
            marks.add(f"…{key[-_ALIKE_END:]}")
        if said_ease(name.text) < HARD:
            marks.add("hard to say")
        if name.strategy == "coined":
            marks.add(f"~{key[len(name.parts[0]) :] if name.parts else key[-3:]}")
        return marks


def chosen(
    ranked: Sequence[tuple[float, Name]],
    count: int,
    quotas: Quotas,
    start: Sequence[Name] = (),
    free: frozenset[str] = frozenset(),
) -> list[Name]:
    """`count` names with those of `start`, or fewer when there are not enough.

    `ranked` is highest first; parts in `free` may stand in several names.
    """
    taken = _List(start, free)
    for strategy, (least, _) in quotas.items():
        good = (name for _, name in ranked if name.strategy == strategy and _is_good(name))
        missing = max(0, least - taken.counts[strategy])
        _fill(taken, good, min(count, len(taken.names) + missing))
    _add_missing(taken, ranked, count, quotas)
    within = (
        name
        for _, name in ranked
        if _is_good(name) and taken.counts[name.strategy] < quotas[name.strategy][1]
    )
    _fill(taken, within, count)
    made = [name for _, name in ranked if name.strategy not in _REAL and _is_good(name)]
    rest = [*made, *(name for _, name in ranked)]
    _fill(taken, iter(rest), count)
    _fill(taken, iter(rest), count, varied=False)
    return taken.names


def varied(names: Sequence[Name], count: int, start: Sequence[Name] = ()) -> list[Name]:
    """Those of `start` and the first of `names` that are unlike all before, at most `count`.

    At most `MOST_REAL` of ten are single dictionary words.
    """
    taken = _List(start, frozenset())
    most_real = round(MOST_REAL * max(count, 10) / 10)
    for name in names:
        room = name.strategy not in _REAL or taken.counts[name.strategy] < most_real
        if room and len(taken.names) < count:
            taken.takes(name, varied=True)
    return taken.names


def _add_missing(
    taken: _List, ranked: Sequence[tuple[float, Name]], count: int, quotas: Quotas
) -> None:
    """One good name of each strategy that is allowed and not there yet."""
    for strategy, (_, most) in quotas.items():
        if most and not taken.counts[strategy]:
            good = (name for _, name in ranked if name.strategy == strategy and _is_good(name))
            _fill(taken, good, min(count, len(taken.names) + 1))


def _is_good(name: Name) -> bool:
    """Whether a name deserves its place by score alone."""
    return name.score >= (_GOOD_BLEND if name.strategy == "blend" else _GOOD)


def _fill(taken: _List, names: Iterator[Name], limit: int, *, varied: bool = True) -> None:
    """Take names in order until the list has `limit`."""
    for name in names:
        if len(taken.names) >= limit:
            return
        taken.takes(name, varied=varied)
