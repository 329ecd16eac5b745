"""The rules every tagline keeps: form, grammar, freshness, and nothing the brief does not say."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from core.engine.pack import section
from core.engine.taglines.words import sentences, words
from core.engine.types import Brief

MIN_WORDS, MAX_WORDS, MAX_CHARACTERS = 2, 9, 52

_FORBIDDEN_CHARACTER = re.compile(r"[^\w\s.,?'’&-]|_")
_BAD_STOP = re.compile(r"[.?,]\s*[.?,]|\s[.?,]|[.?](?=\w)|\s{2,}")
_ARTICLE = re.compile(r"\b(an?) ([^\W\d_]+)", re.IGNORECASE)
_CAPITALIZED = re.compile(r"[^\W\d_][\w'’&-]*")
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Given:
    """What the brief and the name allow a line to say, in lower case."""

    text: str
    words: frozenset[str]
    four_grams: frozenset[tuple[str, ...]]
    name_words: frozenset[str]
    name: str


def given_by(brief: Brief, name_text: str) -> Given:
    """Collects once what every line of this brief is checked against."""
    told = words(" ".join(filter(None, (brief.description, brief.place, brief.audience))))
    described = words(brief.description)
    return Given(
        text=" ".join(told),
        words=frozenset(told) | {piece for word in told for piece in word.split("-")},
        four_grams=frozenset(zip(*(described[offset:] for offset in range(4)), strict=False)),
        name_words=frozenset(words(name_text)),
        name=name_text,
    )


def _phrases(entries: Iterable[str]) -> re.Pattern[str]:
    ordered = sorted(entries, key=lambda entry: (-len(entry), entry))
    return re.compile(r"(?<![\w-])(?:" + "|".join(map(re.escape, ordered)) + r")(?![\w-])")


@dataclass(frozen=True, slots=True)
class _Rules:
    cliches: re.Pattern[str]
    superlatives: re.Pattern[str]
    promises: re.Pattern[str]
    stated: re.Pattern[str]
    est_words: frozenset[str]
    capitals: frozenset[str]
    a_prefixes: tuple[str, ...]
    an_words: frozenset[str]


@cache
def _rules() -> _Rules:
    rules = section("taglines")["rules"]
    return _Rules(
        cliches=_phrases(rules["cliches"]),
        superlatives=_phrases(rules["superlatives"]),
        promises=_phrases(rules["promises"]),
        stated=_phrases([*rules["facts"], *rules["numbers"], *rules["places"]]),
        est_words=frozenset(rules["est_words"]),
        capitals=frozenset(rules["capitals"]),
        a_prefixes=tuple(rules["a_prefixes"]),
        an_words=frozenset(rules["an_words"]),
    )


def lint(text: str, given: Given) -> str | None:
    """The first broken rule as one plain phrase, or None for a clean line."""
    tokens = words(text)
    return (
        _form(text, tokens, given)
        or _grammar(text, tokens, given)
        or _wording(" ".join(tokens), tokens, given)
        or _claims(text, tokens, given)
    )


def _form(text: str, tokens: list[str], given: Given) -> str | None:
    if not MIN_WORDS <= len(tokens) <= MAX_WORDS:
        return f"has {len(tokens)} words, not {MIN_WORDS} to {MAX_WORDS}"
    if len(text) > MAX_CHARACTERS:
        return f"has more than {MAX_CHARACTERS} characters"
    if _FORBIDDEN_CHARACTER.search(text.replace(given.name, "")):
        return "uses a character that a tagline should not need"
    if text[-1] not in ".?" or _BAD_STOP.search(text):
        return "does not end in one full stop"
    return None


def _grammar(text: str, tokens: list[str], given: Given) -> str | None:
    if any(first == second for first, second in pairwise(tokens)):
        return "repeats a word"
    if any(not _article_fits(*match) for match in _ARTICLE.findall(text)):
        return 'mixes up "a" and "an"'
    for sentence in sentences(text):
        found = _CAPITALIZED.findall(sentence)
        if found and found[0][0].islower() and found[0].lower() not in given.name_words:
            return "is not in sentence case"
        if any(not _lower_case_fits(word, given) for word in found[1:]):
            return "is not in sentence case, or names something the brief does not"
    return None


def _article_fits(article: str, word: str) -> bool:
    rules, following = _rules(), word.lower()
    vowel_sound = following in rules.an_words or (
        following[0] in "aeiou" and not following.startswith(rules.a_prefixes)
    )
    return (article.lower() == "an") == vowel_sound


def _lower_case_fits(word: str, given: Given) -> bool:
    plain = word.lower().replace("’", "'")
    told = plain.removesuffix("'s")
    if word == word.lower() or {plain, told} & _rules().capitals:
        return True
    return told in given.words or told in given.name_words


def _wording(plain: str, tokens: list[str], given: Given) -> str | None:
    found = _rules().cliches.search(plain)
    if found:
        return f'leans on the cliché "{found[0]}"'
    return "repeats the description" if _repeats(tokens, given) else None


def repeats_brief(text: str, given: Given) -> bool:
    """Whether a line takes four words in a row from the description."""
    return _repeats(words(text), given)


def _repeats(tokens: list[str], given: Given) -> bool:
    four_grams = zip(*(tokens[offset:] for offset in range(4)), strict=False)
    return not given.four_grams.isdisjoint(four_grams)


def unsupported_claim(text: str, given: Given) -> str | None:
    """What a line says that the brief does not, as one plain phrase, or None."""
    return _claims(text, words(text), given)


def _claims(text: str, tokens: list[str], given: Given) -> str | None:
    plain, rules = " ".join(tokens), _rules()
    superlative = rules.superlatives.search(plain) or next(
        (word for word in tokens if _compares(word)), None
    )
    if superlative:
        found = superlative if isinstance(superlative, str) else superlative[0]
        return f'claims a superlative ("{found}")'
    promise = rules.promises.search(plain)
    if promise:
        return f'makes a health or money promise ("{promise[0]}")'
    return _unsupported(text, plain, given)


def _compares(word: str) -> bool:
    return len(word) > 4 and word.endswith("est") and word not in _rules().est_words


def _unsupported(text: str, plain: str, given: Given) -> str | None:
    for found in _rules().stated.findall(plain):
        if not re.search(rf"\b{re.escape(found)}\b", given.text) and found not in given.name_words:
            return f'states what the brief does not ("{found}")'
    if _DIGIT.search(text.replace(given.name, "")):
        digits = [word for word in words(text) if _DIGIT.search(word)]
        if any(word not in given.words and word not in given.name_words for word in digits):
            return "states a number that the brief does not"
    if "#" in text or "%" in text:
        return "states a rank or a share"
    return None
