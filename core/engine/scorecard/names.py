"""Checks 2 to 8: names.

Thresholds: 2 and 3 after the lengths of 3,453 brands and the syllables of 2,763; 4 by a trigram
model that 91 % of 2,220 brands pass and 4 % of random strings; 5 after Costello, Walker & Reczek,
Journal of Marketing 87 (2023), on respelt names.
"""

from collections.abc import Mapping, Sequence
from itertools import combinations

from core.engine.names.decompose import decomposed
from core.engine.names.lexicon import folded, lexicon
from core.engine.names.nearness import alike, respelt, sounds_like_brand
from core.engine.names.sayability import said_ease
from core.engine.names.screen import HARD, HARDEST, LONGEST_RUN, MADE, is_profane, longest_run
from core.engine.names.sound import syllables
from core.engine.reading import tokens
from core.engine.scorecard.material import CheckResult, DomainState, Outcome
from core.engine.types import Brief

_MOST = 0.8  # share of the names that has to keep a limit of taste
_LENGTHS, _LONGEST = range(4, 11), 15
_MOST_SYLLABLES = 3
_MOST_RESPELT = 2
_FREE = 6  # of ten names
_UNSOURCED = frozenset({"unknown", "invalid"})  # states that nobody gave
_STATES = _UNSOURCED | {"available", "taken"}


def length(names: Sequence[str]) -> CheckResult:
    """Check 2: letters and digits only."""
    lengths = [len(folded(name)) for name in names]
    good = sum(size in _LENGTHS for size in lengths)
    sound = good >= _MOST * len(names) and max(lengths) <= _LONGEST
    return CheckResult(
        2, "name_length", "score", good,
        f"4–10 letters for {_needed(names)} of {len(names)}, none over {_LONGEST}",
        "pass" if sound else "fail",
        f"{good} of {len(names)} have 4 to 10 letters; the longest has {max(lengths)}.",
    )  # fmt: skip


def syllable_count(names: Sequence[str]) -> CheckResult:
    """Check 3: vowel groups, counted part by part in compounds."""
    counts = [sum(map(syllables, _spoken(name))) for name in names]
    good = sum(count <= _MOST_SYLLABLES for count in counts)
    return CheckResult(
        3, "syllables", "score", good, f"1–3 for {_needed(names)} of {len(names)}",
        "pass" if good >= _MOST * len(names) else "fail",
        f"{good} of {len(names)} have one to three syllables; the longest has {max(counts)}.",
    )  # fmt: skip


def ease(names: Sequence[str]) -> CheckResult:
    """Check 4: how easily each name is said; names without Latin letters are passed over."""
    latin = [name for name in names if folded(name).isascii()]
    eases = {name: said_ease(name) for name in latin}
    hard = sorted(name for name, value in eases.items() if value < HARD)
    hardest = min(eases.values(), default=0.0)
    runs = [name for name in latin if longest_run(name) > LONGEST_RUN]
    sound = len(hard) <= len(names) / 10 and hardest >= HARDEST and not runs
    reason = f"The hardest name reaches {hardest:.1f}" + (
        f"; hard to say: {', '.join(sorted({*hard, *runs}))}." if hard or runs else "."
    )
    return CheckResult(
        4, "sayability", "gate", round(hardest, 2),
        f"≥ {HARD} for 9 of 10, none under {HARDEST}, ≤ {LONGEST_RUN} consonants in a row",
        "pass" if sound else "fail", reason,
    )  # fmt: skip


def spelling(names: Sequence[str]) -> CheckResult:
    """Check 5: digits, hyphens, and names said like a common word but spelt otherwise."""
    marked = [name for name in names if any(char.isdigit() or char == "-" for char in name)]
    other = {name: word for name in names if (word := respelt(folded(name)))}
    sound = not marked and len(other) <= _MOST_RESPELT
    told = [f"{name} for {word}" for name, word in other.items()] + marked
    return CheckResult(
        5, "plain_spelling", "score", len(other) + len(marked),
        f"no digit or hyphen, at most {_MOST_RESPELT} respelt", "pass" if sound else "fail",
        f"Respelt or marked: {', '.join(told)}." if told else "Every name is spelt plainly.",
    )  # fmt: skip


def distinct(brief: Brief, names: Sequence[str]) -> CheckResult:
    """Check 6: unlike each other, known brands, and the companies that the brief names."""
    keys = {name: folded(name) for name in names}
    told = {folded(word) for word in tokens(brief.description)[1:] if word[0].isupper()}
    clashes = [
        f"{one} and {other}"
        for one, other in combinations(names, 2)
        if alike(keys[one], keys[other])
    ]
    clashes += [f"{name} and a known brand" for name in names if _is_known(name)]
    clashes += [
        f"{name} and a name in the brief"
        for name in names
        if any(len(word) > 3 and alike(keys[name], word) for word in told)
    ]
    return CheckResult(
        6, "distinct", "gate", len(clashes), "0", "fail" if clashes else "pass",
        f"Too alike: {'; '.join(clashes)}." if clashes
        else "No two are mixed up, and none is or sounds like a known brand.",
    )  # fmt: skip


def safety(tlds: Sequence[str], names: Sequence[str]) -> CheckResult:
    """Check 7: no offensive word of six languages, also where name and ending run together."""
    offensive = [
        name
        for name in names
        for ending in ("", *(tld.replace(".", "") for tld in tlds))
        if is_profane(folded(name) + ending, decomposed(name)[1])
    ]
    return CheckResult(
        7, "word_safety", "gate", len(set(offensive)), "0", "fail" if offensive else "pass",
        "Offensive in one of six languages." if offensive
        else "No offensive word of six languages, also with the endings asked for.",
    )  # fmt: skip


def domains(known: Mapping[str, Sequence[DomainState]], names: Sequence[str]) -> CheckResult:
    """Check 8: each state has its source and time; six of ten names have a free domain."""
    states = {name: known.get(name, ()) for name in names}
    every = [state for found in states.values() for state in found]
    threshold = f"source and time for each; {_FREE} of 10 names with a free domain"
    if not every:
        return CheckResult(
            8, "domains", "gate", None, threshold, "not_checked", "No ending was looked up."
        )
    vague = [
        state.domain
        for state in every
        if state.status not in _STATES
        or not state.checked_at
        or not (state.source or state.status in _UNSOURCED)
    ]  # fmt: skip
    free = sum(any(state.status == "available" for state in found) for found in states.values())
    open_ = sum(
        not any(state.status == "available" for state in found)
        and any(state.status == "unknown" for state in found)
        for found in states.values()
    )
    wanted = _FREE * len(names) / 10
    if vague:
        told = f"Without source: {', '.join(vague)}."
        return CheckResult(8, "domains", "gate", free, threshold, "fail", told)
    outcome: Outcome = (
        "pass" if free >= wanted else "not_checked" if free + open_ >= wanted else "fail"
    )
    return CheckResult(
        8, "domains", "gate", free, threshold, outcome,
        f"{free} of {len(names)} names have a free domain; for {open_} it is not known.",
    )  # fmt: skip


def _needed(names: Sequence[str]) -> int:
    return -int(-_MOST * len(names) // 1)


def _spoken(name: str) -> list[str]:
    """The words that a name is said as."""
    strategy, parts = decomposed(name)
    return list(parts) if strategy == "compound" else [folded(word) for word in name.split("&")]


def _is_known(name: str) -> bool:
    """Whether the name is a brand, or was made up and sounds like one."""
    key = folded(name)
    return key in lexicon().brands or (decomposed(name)[0] in MADE and sounds_like_brand(key))
