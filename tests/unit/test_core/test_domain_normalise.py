"""Typed texts become registrable names or are refused for the right reason."""

import idna
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.providers.domain.base import DomainName, Reason, Rejected
from core.providers.domain.normalise import brand_labels, is_domain, parse_domain


def accepted(text: str) -> DomainName:
    name = parse_domain(text)
    assert isinstance(name, DomainName), name
    return name


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("Bücher.COM", "xn--bcher-kva.com"),
        ("straße.com", "xn--strae-oqa.com"),
        ("ａcme.com", "acme.com"),
        ("ﬁnd.com", "find.com"),
        ("acme。io", "acme.io"),
        ("brand.co.uk", "brand.co.uk"),
        (" https://user@Acme.com:8443/path?q=1#top ", "acme.com"),
        ("acme.com.", "acme.com"),
        ("acme.com/a.b", "acme.com"),
        ("bu\u0308cher.com", "xn--bcher-kva.com"),
        ("пример.рф", "xn--e1afmkfd.xn--p1ai"),
        ("a" * 63 + ".com", "a" * 63 + ".com"),
    ],
)
def test_accepts_and_maps(text: str, domain: str) -> None:
    assert accepted(text).domain == domain


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("my brand.com", Reason.BAD_LABEL),
        ("my_brand.com", Reason.BAD_LABEL),
        ("🚀.com", Reason.BAD_LABEL),
        ("a..b", Reason.BAD_LABEL),
        ("-ab.com", Reason.BAD_LABEL),
        ("ab-.com", Reason.BAD_LABEL),
        ("ab--cd.com", Reason.BAD_LABEL),
        ("xn--zzzz-.com", Reason.BAD_LABEL),
        ("a" * 64 + ".com", Reason.BAD_LABEL),
        (".".join(["a" * 60] * 5) + ".com", Reason.BAD_LABEL),
        ("", Reason.BAD_LABEL),
        ("\ud800.com", Reason.BAD_LABEL),
        ("a.b.com", Reason.NOT_REGISTRABLE),
        ("com", Reason.NOT_REGISTRABLE),
        ("co.uk", Reason.NOT_REGISTRABLE),
        ("brand.github.io", Reason.NOT_REGISTRABLE),
        ("bücher.ai", Reason.NOT_REGISTRABLE),
        ("x.notatld", Reason.UNKNOWN_TLD),
        ("127.0.0.1", Reason.UNKNOWN_TLD),
    ],
)
def test_refuses(text: str, reason: Reason) -> None:
    refused = parse_domain(text)

    assert isinstance(refused, Rejected), refused
    assert refused.reason is reason


def test_names_its_parts() -> None:
    name = accepted("Bücher.co.uk")

    assert (name.unicode, name.label, name.tld) == ("bücher.co.uk", "xn--bcher-kva", "co.uk")


@pytest.mark.parametrize(
    ("text", "warnings"),
    [
        ("аcme.com", ("mixed_scripts",)),  # Cyrillic а
        ("acme.com", ()),
        ("пример.com", ()),
        ("ひらカタ漢字.com", ()),
        ("3d-druck.com", ()),
    ],
)
def test_warns_of_mixed_alphabets(text: str, warnings: tuple[str, ...]) -> None:
    assert accepted(text).warnings == warnings


@pytest.mark.parametrize(
    ("name", "labels"),
    [
        ("Simmer", ("simmer",)),
        ("Café Æther", ("cafeaether", "cafe-aether")),
        ("Straßenø", ("strasseno",)),
        ("Łódź Labs", ("lodzlabs", "lodz-labs")),
        ("Salt & Stone", ("saltandstone", "salt-and-stone")),
        ("C++ Now", ("cplusplusnow", "c-plus-plus-now")),
        ("Wendy’s", ("wendys",)),
        ("Bright Inc.", ("bright",)),
        ("Bright, LLC", ("bright",)),
        ("Helle Köpfe GmbH", ("hellekopfe", "helle-kopfe")),
        ("Outback Pty Ltd", ("outback",)),
        ("Lotus Spa", ("lotusspa", "lotus-spa")),
        ("Inc", ("inc",)),
        ("FlavorAI", ("flavorai",)),
        ("東京カフェ", ("東京カフェ",)),
        ("東京 Coffee", ("東京coffee", "東京-coffee")),
        ("हिन्दी", ("हिन्दी",)),
        ("🚀", ()),
        ("  ", ()),
    ],
)
def test_brand_names_become_labels(name: str, labels: tuple[str, ...]) -> None:
    assert brand_labels(name) == labels


def test_non_latin_label_is_registrable_and_shown_in_both_forms() -> None:
    name = accepted(f"{brand_labels('東京カフェ')[0]}.com")

    assert name.label.startswith("xn--")
    assert name.unicode == "東京カフェ.com"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("brand.co.uk", True),
        ("acme。io", True),
        ("https://acme.com/", True),
        ("Simmer", False),
        ("Dr. Oetker", False),
        ("Bright Inc.", False),
        ("Yahoo.", False),
    ],
)
def test_tells_domains_from_brand_names(text: str, expected: bool) -> None:
    assert is_domain(text) is expected


@given(st.text(max_size=300))
def test_any_text_is_accepted_as_pure_ascii_or_refused(text: str) -> None:
    name = parse_domain(text)

    if isinstance(name, DomainName):
        assert name.domain.isascii()
        assert name.domain == name.domain.lower() == f"{name.label}.{name.tld}"
        assert parse_domain(name.domain) == name
        assert parse_domain(name.unicode) == name


@given(st.text(alphabet=st.characters(max_codepoint=0x24F), max_size=40))
def test_latin_brand_names_fold_to_ascii_or_stay_whole(text: str) -> None:
    for label in brand_labels(text):
        assert not label.startswith("-")
        assert not label.endswith("-")
        assert label == label.lower()


@given(st.from_regex(r"[a-z0-9-]{1,64}\.(com|io|co\.uk|ai|nonsense)", fullmatch=True))
def test_the_short_way_for_plain_names_says_what_idna_says(text: str) -> None:
    found = parse_domain(text)
    try:
        ascii_form = idna.encode(text, uts46=True, std3_rules=True).decode("ascii")
    except idna.IDNAError:
        assert found == Rejected(text, Reason.BAD_LABEL)
    else:
        given_back = found.domain if isinstance(found, DomainName) else found.text
        assert given_back == ascii_form
