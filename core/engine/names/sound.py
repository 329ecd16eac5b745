"""How a name sounds and spells: syllables, euphony, the radio test, sound symbolism."""

import re
from functools import lru_cache
from itertools import pairwise

VOWELS = "aeiouy"
_VOWEL_GROUPS = re.compile(r"[aeiouy]+")
_SILENT_E = re.compile(r"[^aeiouyl]e$|[aeiouy]le$")
_HIATUS = re.compile(r"(?:ia|io(?!us$)|iu|eo(?!p)|ua(?!$)|oa$|ea$)(?![u])")
_SOFT_ENDING = re.compile(r"(?:[aeioylmnr]|ow|el|en|er)$")
_PLOSIVE_ONSET = re.compile(r"[bpdtgkc]")
_CLUSTERS = re.compile(r"[^aeiouy]+")
_BAD_CLUSTER = re.compile(
    r"[^aeiouy]{5,}|tl(?!e)|dl(?!e)|bn|pn|kn.|gd|bd|pk|kp|gb|vn|mr|nr|lr|srm|tsk|zx|xz|wv|vw|hg|jl|qk|fp|pf|mg|gm"
)
# A pattern, what each find costs, and what may go wrong.
_SPELLING = (
    (re.compile("ph"), 0.15, "“ph” sounds like f"),
    (re.compile("ough"), 0.4, "“ough” has many sounds"),
    (re.compile("x"), 0.08, "“x” sounds like cks"),
    (re.compile("^(?:kn|wr|gn|ps|pn)"), 0.2, "the first letter is silent"),
    (re.compile(r"([b-df-hj-np-tv-z])\1"), 0.06, "a double letter may be written once"),
    (re.compile("c[eiy]"), 0.08, "“c” sounds like s"),
    (re.compile("sc[eiy]"), 0.12, "“sc” sounds like s"),
    (re.compile("[^aeiouy]{4}"), 0.35, "four consonants in a row"),
    (re.compile("[^aeiouy]{5}"), 0.3, "five consonants in a row"),
    (re.compile("[aeiou]{3}"), 0.25, "three vowels in a row"),
    (re.compile("eigh|aigh|augh"), 0.25, "a silent “gh”"),
    (re.compile("q(?!u)"), 0.3, "“q” without u"),
    (re.compile("(?:eau|oeu|que$|ois$|eux$)"), 0.3, "a French ending"),
    (re.compile("yr|yl|ym"), 0.08, "“y” may be written i"),
    (re.compile("ei|ie(?!$)"), 0.08, "“ei” and “ie” are easily swapped"),
    (re.compile("[0-9]"), 0.5, "a digit"),
)
_SHARP = frozenset("kptbdgcxzie")
_ROUND = frozenset("lmnrwouva")


def trapezoid(value: float, low: float, start: float, end: float, high: float) -> float:
    """0 outside low–high, 1 between start and end, straight lines between."""
    if value <= low or value >= high:
        return 0.0
    if value < start:
        return (value - low) / (start - low)
    if value > end:
        return (high - value) / (high - end)
    return 1.0


@lru_cache(maxsize=4_096)
def syllables(word: str) -> int:
    """Estimated syllables of one lower-case word: vowel groups, silent e and hiatus considered."""
    groups = len(_VOWEL_GROUPS.findall(word))
    if groups > 1 and _SILENT_E.search(word):
        groups -= 1
    groups += len(_HIATUS.findall(word))
    return max(1, groups)


@lru_cache(maxsize=4_096)
def euphony(word: str) -> float:
    """Pleasantness of one lower-case word, 0–1: alternation, vowels, edges, clusters."""
    kinds = [letter in VOWELS for letter in word]
    turns = sum(a != b for a, b in pairwise(kinds))
    alternation = turns / max(1, len(word) - 1)
    longest = max((len(run) for run in _CLUSTERS.findall(word)), default=0)
    value = 0.30 * min(1.0, alternation * 1.25)
    value += 0.25 * trapezoid(sum(kinds) / max(1, len(word)), 0.15, 0.33, 0.5, 0.75)
    value += 0.15 * bool(_SOFT_ENDING.search(word))
    value += 0.10 * bool(_PLOSIVE_ONSET.match(word))
    value += 0.20 * (longest <= 2)
    value -= 0.15 * bool(_BAD_CLUSTER.search(word))
    return max(0.0, min(1.0, value))


def spelling_risks(word: str) -> list[str]:
    """What may go wrong when a lower-case word is written down after hearing it."""
    return [risk for pattern, _, risk in _SPELLING if pattern.search(word)]


@lru_cache(maxsize=4_096)
def plainness(word: str) -> float:
    """How surely a name heard on the radio is spelt right, 0–1."""
    penalty = sum(cost * len(pattern.findall(word)) for pattern, cost, _ in _SPELLING)
    return max(0.0, 1.0 - penalty)


@lru_cache(maxsize=4_096)
def sharpness(word: str) -> float:
    """−1 (all round sounds: l, m, n, o, u) to 1 (all sharp ones: k, p, t, i, e).

    After the size and shape findings on sound symbolism (Sapir 1929; Klink 2000).
    """
    sharp = sum(letter in _SHARP for letter in word)
    soft = sum(letter in _ROUND for letter in word)
    return (sharp - soft) / max(1, sharp + soft)
