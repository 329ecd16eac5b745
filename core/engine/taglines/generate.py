"""Generates and judges taglines."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random

from core.engine.seeding import stage_random
from core.engine.taglines.atoms import Source, every_concept, field_vocabulary, name_plays, sources
from core.engine.taglines.frameworks import Candidate, candidates
from core.engine.taglines.lint import Given, given_by, lint
from core.engine.taglines.scoring import Label, Topic, form, label, score, topic_of
from core.engine.taglines.slots import Slots, slots_of
from core.engine.taglines.words import same_line, words
from core.engine.types import Brief, Tagline

MAX_COUNT = 6
_QUOTA = {"claim": 2}
_NOISE = 0.35
_POINTS_PER_BONUS = 1.5


@dataclass(frozen=True, slots=True)
class _Line:
    tagline: Tagline
    rank: float
    stems: frozenset[str]
    first: str


@dataclass(frozen=True, slots=True)
class _Request:
    brief: Brief
    name: str
    parts: tuple[str, ...]
    given: Given
    topic: Topic
    slots: Slots
    taken: frozenset[str]


def generate_taglines(
    brief: Brief,
    name_text: str,
    name_parts: Sequence[str],
    *,
    seed: int,
    count: int = 5,
    exclude: Sequence[str] = (),
) -> list[Tagline]:
    """Exactly `count` (1–6) different taglines, highest score first.

    At most two claims and one of every other framework; no opening and no content word appears
    twice in the set. Lines in `exclude` are not given again. Raises ValueError for another count,
    or when so much is excluded that too few lines are left.
    """
    lines, _ = complete_set(
        brief, name_text, name_parts, (), seed=seed, count=count, exclude=exclude
    )
    return lines


def complete_set(
    brief: Brief,
    name_text: str,
    name_parts: Sequence[str],
    given: Sequence[Tagline],
    *,
    seed: int,
    count: int = 5,
    exclude: Sequence[str] = (),
) -> tuple[list[Tagline], list[Tagline]]:
    """The given lines that make a varied set, filled up with ours to `count`; and those left out.

    The rules of `generate_taglines` hold for the whole set; better given lines go first. Surplus
    lines of a full set do not count as left out. Only our own lines keep away from `exclude`.
    """
    if not 1 <= count <= MAX_COUNT:
        raise ValueError(f"count must be 1 to {MAX_COUNT}")
    request = _request(brief, name_text, name_parts, [*exclude, *(line.text for line in given)])
    rng = stage_random(
        "taglines", seed, brief.description, name_text, list(name_parts), sorted(request.taken)
    )
    ranked = sorted(given, key=lambda line: (-line.score, line.text))
    kept = _choose([_given_line(line) for line in ranked], request.given, count)
    lines = _lines(request, sources(brief), rng)
    chosen = _choose(lines, request.given, count, kept)
    if len(chosen) < count:
        more = _lines(request, every_concept(), rng)
        chosen = _choose([*lines, *more], request.given, count, kept)
    if len(chosen) < count:
        raise ValueError("too many lines are excluded")
    room = len(kept) < count
    left_out = [line for line in ranked if room and all(line is not own.tagline for own in kept)]
    best_first = sorted(
        (line.tagline for line in chosen), key=lambda line: (-line.score, line.text)
    )
    return best_first, left_out


def _request(
    brief: Brief, name_text: str, name_parts: Sequence[str], exclude: Iterable[str]
) -> _Request:
    return _Request(
        brief=brief,
        name=name_text,
        parts=tuple(name_parts),
        given=given_by(brief, name_text),
        topic=topic_of(brief, name_text, name_parts, field_vocabulary(brief)),
        slots=slots_of(brief),
        taken=frozenset(map(same_line, exclude)),
    )


def _lines(request: _Request, found: Sequence[Source], rng: Random) -> list[_Line]:
    """Every candidate once, best rank first."""
    plays = name_plays(request.brief, request.parts, request.name)
    pool = [Candidate(text, "name", bonus) for text, bonus in plays]
    for source in found:
        pool.extend(candidates(source, request.slots, rng))
    unique = {same_line(candidate.text): candidate for candidate in reversed(pool)}
    lines = [
        _line(candidate, request.topic, rng)
        for key, candidate in unique.items()
        if key not in request.taken
    ]
    return sorted(lines, key=lambda line: (-line.rank, line.tagline.text))


def _line(candidate: Candidate, topic: Topic, rng: Random) -> _Line:
    points = score(candidate.text, candidate.framework, topic)
    luck = _POINTS_PER_BONUS * (candidate.bonus + rng.gauss(0, _NOISE))
    return _Line(
        tagline=Tagline(candidate.text, candidate.framework, label(candidate.text, topic), points),
        rank=points + luck,
        stems=form(candidate.text).stems,
        first=words(candidate.text)[0],
    )


def _given_line(line: Tagline) -> _Line:
    return _Line(line, line.score, form(line.text).stems, words(line.text)[0])


def _choose(
    lines: Sequence[_Line], given: Given, count: int, start: Sequence[_Line] = ()
) -> list[_Line]:
    """`start` and the first lines that pass and keep all quotas; fewer when they run out."""
    wanted: dict[Label, int] = {"memorable": count // 5, "likable": 2 * count // 5}
    chosen = list(start)
    for line in lines:
        if len(chosen) == count:
            break
        if (
            _fits(line, chosen)
            and _labels_reachable([*chosen, line], wanted, count)
            and lint(line.tagline.text, given) is None
        ):
            chosen.append(line)
    return chosen


def _fits(line: _Line, chosen: Sequence[_Line]) -> bool:
    same_framework = sum(line.tagline.framework == other.tagline.framework for other in chosen)
    return same_framework < _QUOTA.get(line.tagline.framework, 1) and all(
        line.stems.isdisjoint(other.stems) and line.first != other.first for other in chosen
    )


def _labels_reachable(chosen: Sequence[_Line], wanted: dict[Label, int], count: int) -> bool:
    missing = sum(
        max(0, need - sum(line.tagline.label == kind for line in chosen))
        for kind, need in wanted.items()
    )
    return missing <= count - len(chosen)
