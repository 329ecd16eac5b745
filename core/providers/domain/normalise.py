"""Text to registrable names: IDNA with UTS 46, the public suffix list, labels for brand names."""

import re
import unicodedata
from functools import cache

import idna
from publicsuffixlist import PublicSuffixList

from core.providers.domain.base import DomainName, Reason, Rejected

_MAX_TEXT = 253
_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_PLAIN = re.compile(r"[a-z0-9]{1,63}(\.[a-z0-9]{1,63})+")  # the same in every form of IDNA
_DOTS = re.compile("[.。．｡]")
_APOSTROPHES = str.maketrans("", "", "'’‘ʼ`´")
_NO_DECOMPOSITION = str.maketrans(
    {
        "ß": "ss", "ẞ": "ss", "ø": "o", "Ø": "o", "æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe",
        "ł": "l", "Ł": "l", "đ": "d", "Đ": "d", "ð": "d", "Ð": "d", "þ": "th", "Þ": "th",
        "ı": "i", "&": " and ", "+": " plus ",
    }
)  # fmt: skip
_LEGAL_FORMS = frozenset(
    {
        "inc", "incorporated", "llc", "llp", "ltd", "limited", "corp", "corporation", "plc", "gmbh",
        "ag", "kg", "sarl", "sas", "srl", "bv", "nv", "oy", "ab", "aps", "pty",
    }
)  # fmt: skip  # forms that are also words (spa, as, co) stay
_NO_IDN = frozenset({"ai"})  # https://nic.ai registers ASCII labels only
_SCRIPTS_USED_TOGETHER = frozenset({"CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO"})


@cache
def suffix_rules() -> PublicSuffixList:
    """The ICANN section of the bundled list. The first call reads it for about 0.1 s."""
    return PublicSuffixList(only_icann=True, accept_unknown=False)


def is_domain(text: str) -> bool:
    """Whether the user wrote a whole domain (or address) and not a brand name."""
    stripped = text.strip()
    return bool(_DOTS.search(stripped.rstrip(".。．｡"))) and not re.search(r"\s", stripped)


def parse_domain(text: str) -> DomainName | Rejected:
    """A pasted domain or address as a registrable name."""
    host = _host(text)
    if len(host) > _MAX_TEXT:
        return Rejected(text[:_MAX_TEXT], Reason.BAD_LABEL)
    if _PLAIN.fullmatch(host):
        return _registrable(host, host)
    try:
        ascii_form = idna.encode(host, uts46=True, std3_rules=True).decode("ascii").lower()
        display = idna.decode(ascii_form)
    except (idna.IDNAError, UnicodeError):
        return Rejected(host, Reason.BAD_LABEL)
    return _registrable(ascii_form, display)


def _host(text: str) -> str:
    """The bare host name inside a pasted address."""
    host = unicodedata.normalize("NFC", text[: 4 * _MAX_TEXT].strip())
    host = _SCHEME.sub("", host)
    host = re.split(r"[/?#]", host, maxsplit=1)[0].rpartition("@")[2]
    host = re.sub(r":\d*$", "", host)
    return host[:-1] if host.endswith((".", "。", "．", "｡")) else host


def _registrable(ascii_form: str, display: str) -> DomainName | Rejected:
    rules = suffix_rules()
    if rules.publicsuffix(ascii_form.rpartition(".")[2]) is None:
        return Rejected(ascii_form, Reason.UNKNOWN_TLD)
    if rules.privatesuffix(ascii_form) != ascii_form:
        return Rejected(ascii_form, Reason.NOT_REGISTRABLE)
    label, _, tld = ascii_form.partition(".")
    if tld in _NO_IDN and label.startswith("xn--"):
        return Rejected(ascii_form, Reason.NOT_REGISTRABLE)
    warnings = ("mixed_scripts",) if _mixes_scripts(display.partition(".")[0]) else ()
    return DomainName(ascii_form, display, label, tld, warnings)


def _mixes_scripts(label: str) -> bool:
    """Letters of two alphabets in one label, as look-alike names have (UTS 39, simplified)."""
    scripts = {unicodedata.name(char, "?").split()[0] for char in label if char.isalpha()}
    return len(scripts) > 1 and not scripts <= _SCRIPTS_USED_TOGETHER


def brand_labels(name: str) -> tuple[str, ...]:
    """Labels for a brand name, best first: joined, then hyphenated; empty if nothing remains."""
    words = _words(_fold(name))
    if any(not word.isascii() for word in words):
        words = _words(unicodedata.normalize("NFC", name).translate(_APOSTROPHES).lower())
    words = _without_legal_form(words)
    joined, hyphenated = "".join(words), "-".join(words)
    return tuple(dict.fromkeys(label for label in (joined, hyphenated) if label))


def _fold(text: str) -> str:
    """Latin letters without accents, lower case, apostrophes dropped, `&` and `+` spelt out."""
    spelt = unicodedata.normalize("NFC", text).translate(_APOSTROPHES).translate(_NO_DECOMPOSITION)
    decomposed = unicodedata.normalize("NFKD", spelt)
    return "".join(char for char in decomposed if not unicodedata.combining(char)).lower()


def _words(text: str) -> list[str]:
    """Runs of letters, digits and the marks that belong to them."""
    kept = (char if unicodedata.category(char)[0] in "LNM" else " " for char in text)
    return "".join(kept).split()


def _without_legal_form(words: list[str]) -> list[str]:
    """The words without `Inc`, `GmbH`, `Pty Ltd` at the end; a lone word stays."""
    end = len(words)
    while end > 1 and words[end - 1] in _LEGAL_FORMS:
        end -= 1
    return words[:end]
