"""Spells how a name is said, for a reader of English: "SIM-er", "noh-VAH-noh"."""

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import pairwise

from core.engine.names.lexicon import folded
from core.engine.ontology import ontology
from core.engine.pack import load
from core.engine.types import NameStrategy

_VOWELS = {
    "AA": "ah", "AE": "a", "AH": "uh", "AO": "aw", "AW": "ow", "AY": "y", "EH": "e", "ER": "er",
    "EY": "ay", "IH": "i", "IY": "ee", "OW": "oh", "OY": "oy", "UH": "uu", "UW": "oo",
}  # fmt: skip
_LAX = frozenset({"AE", "AH", "EH", "IH", "UH"})  # need a closing consonant when stressed
_CONSONANTS = {
    "CH": "ch", "DH": "th", "HH": "h", "JH": "j", "NG": "ng", "SH": "sh", "TH": "th", "ZH": "zh",
}  # fmt: skip
_ONSETS = frozenset({
    "b", "bl", "br", "ch", "d", "dr", "dw", "f", "fl", "fr", "g", "gl", "gr", "gw", "h",
    "hw", "j", "k", "kl", "kr", "kw", "l", "m", "n", "p", "pl", "pr", "r", "s", "sh", "shr",
    "sk", "skr", "skw", "sl", "sm", "sn", "sp", "spl", "spr", "st", "str", "sw", "t", "th",
    "thr", "tr", "tw", "v", "w", "y", "z",
})  # fmt: skip
_LETTER_VOWELS = {"a": "ah", "e": "eh", "i": "ee", "o": "oh", "u": "oo", "y": "ee"}
_LETTERS = re.compile(r"[aeiouy]|[^aeiouy]+")
_LETTER_VOWELS = {"a": "ah", "e": "eh", "i": "ee", "o": "oh", "u": "oo", "y": "ee"}
_LETTERS = re.compile(r"[aeiouy]|[^aeiouy]+")
_LATIN = (("qu", "kw"), ("ph", "f"), ("ch", "k"), ("x", "ks"), ("c", "k"))


@lru_cache(maxsize=4_096)
def say_aloud(text: str, strategy: NameStrategy, parts: tuple[str, ...]) -> str | None:
    """The respelling with the stressed syllable in capitals; None where we are not sure.

    Real words and their pairs follow the CMU pronouncing dictionary, words of other languages their
    record, coined names the regular spelling of Latin.
    """
    written = (word if word == "&" else folded(word) for word in text.split())
    words = [word for word in written if word]
    if strategy == "compound" and len(parts) == 2 and "".join(parts) == words[0]:
        first, second = map(_word, parts)
        return f"{first}-{second.lower()}" if first and second else None
    if strategy == "coined":
        return _latin(words[0])
    if strategy == "borrowed" and (entry := ontology().foreign.get(words[0])) is not None:
        return entry.say
    said = ["and" if word == "&" else _word(word) for word in words]
    return " ".join(word for word in said if word) if all(said) else None


@cache
def _said() -> str:
    """One line a word: a text is searched often enough to be quick and is a fifth of a table."""
    text: str = load("sounds")["said"]
    return text


def _word(word: str) -> str | None:
    """A dictionary word, respelt."""
    start = _said().find(f"\n{word} ")
    if start < 0:
        return None
    _, *phones = _said()[start + 1 : _said().index("\n", start + 1)].split()
    return _respelt(phones)


def _respelt(phones: Sequence[str]) -> str:
    """ARPABET phones as syllables joined by hyphens."""
    nuclei = [place for place, phone in enumerate(phones) if phone[-1].isdigit()]
    starts = [_onset_start(phones, nucleus, following) for nucleus, following in pairwise(nuclei)]
    syllables = []
    for place, (start, end) in enumerate(pairwise([0, *starts, len(phones)])):
        spelt = "".join(
            _VOWELS.get(p[:2]) or _CONSONANTS.get(p, p.lower()) for p in phones[start:end]
        )
        stressed = phones[nuclei[place]].endswith("1") and len(nuclei) > 1
        syllables.append(spelt.upper() if stressed or len(nuclei) == 1 else spelt)
    return "-".join(syllables)


def _onset_start(phones: Sequence[str], nucleus: int, following: int) -> int:
    """Where the next syllable starts: with as many consonants as can open one.

    A stressed lax vowel keeps the first of them.
    """
    least = nucleus + 1
    if phones[nucleus][:2] in _LAX and phones[nucleus].endswith("1") and following > least:
        least += 1
    for start in range(least, following):
        onset = "".join(_CONSONANTS.get(phone, phone.lower()) for phone in phones[start:following])
        if onset in _ONSETS:
            return start
    return following


def _latin(word: str) -> str:
    """A word that is said as it is spelt, stressed on the last syllable but one."""
    for written, sound in _LATIN:
        word = word.replace(written, sound)
    pieces = _LETTERS.findall(word)
    syllables: list[str] = []
    onset = ""
    for piece in pieces:
        if piece in _LETTER_VOWELS:
            syllables.append(onset + _LETTER_VOWELS[piece])
            onset = ""
        elif syllables:
            kept = next((at for at in range(len(piece)) if piece[at:] in _ONSETS), len(piece))
            syllables[-1] = _closed(syllables[-1], piece[:kept])
            onset = piece[kept:]
        else:
            onset = piece
    if onset:
        syllables[-1] = _closed(syllables[-1], onset)
    stressed = max(0, len(syllables) - 2)
    syllables[stressed] = syllables[stressed].upper()
    return "-".join(syllables)


def _closed(syllable: str, coda: str) -> str:
    """A syllable with its last consonants; the h of an open vowel goes."""
    return syllable.removesuffix("h") + coda if coda else syllable
