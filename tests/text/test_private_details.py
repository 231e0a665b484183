"""What looks like a private detail is found in ordinary writing, and civic texts full of numbers raise no alarm."""

import re
from importlib import import_module
from pathlib import Path

import pytest

from campaigns.text.private_details import Detail, DetailKind, private_details

#: Python's own reader of expressions: how one is built is told nowhere else.
parser, module = import_module("re._parser"), import_module("campaigns.text.private_details")
CORPUS = [
    line.split(" | ", 1)
    for line in (Path(__file__).parent.parent / "data" / "private_details.txt").read_text().splitlines()
    if not line.startswith("#")
]
TELLING = [(kind, text) for kind, text in CORPUS if kind != "-"]
HARMLESS = [text for kind, text in CORPUS if kind == "-"]


@pytest.mark.parametrize("half", [slice(None), slice(1, None, 2)], ids=["all", "not looked at before"])
def test_of_two_hundred_private_details_ninety_five_in_a_hundred_are_found_as_what_they_are(half):
    assert (len(TELLING), len(HARMLESS)) == (200, 200)
    assert {kind for kind, _text in TELLING} == set(DetailKind.values)
    told = TELLING[half]
    missed = [text for kind, text in told if kind not in {found.kind for found in private_details(text)}]
    assert len(missed) <= 0.05 * len(told), missed


@pytest.mark.parametrize("half", [slice(None), slice(1, None, 2)], ids=["all", "not looked at before"])
def test_of_two_hundred_harmless_texts_at_most_five_in_a_hundred_raise_an_alarm(half):
    harmless = HARMLESS[half]
    alarms = [(text, found) for text in harmless if (found := private_details(text))]
    assert len(alarms) <= 0.05 * len(harmless), alarms


def test_what_is_found_is_given_in_the_words_of_the_text_once():
    text = "Write to ann@example.org or (816)  555-0142. Once more: ann@example.org."
    assert private_details(text) == [
        Detail(DetailKind.PHONE, "(816) 555-0142"),
        Detail(DetailKind.EMAIL, "ann@example.org"),
    ]


def test_one_text_can_tell_several_details():
    text = "He lives at 4127 Olive Street with his daughter, Mia Dunmore, aged 8, and was born on July 9, 1984."
    assert [(one.kind, one.words) for one in private_details(text)] == [
        ("home", "4127 Olive Street"),
        ("birth", "born on July 9, 1984"),
        ("minor", "Mia Dunmore, aged 8"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "City Hall, 414 E 12th St, Kansas City, MO 64106",
        "Officer Dunmore, badge number 4471",
        "“No, 2.” Ayes, 9, nays, 4. Sí, 7, no, 2.",
        "https://example.org/816-555-0142/mail@example.org?dob=1984-07-09",
        "She lives in the city. City Hall, 414 E 12th St, was closed.",
    ],
)
def test_institutions_badges_and_addresses_of_pages_are_nobodys_private_life(text):
    assert private_details(text) == []


def test_an_address_of_a_page_hides_nothing_that_stands_beside_it():
    assert private_details("https://example.org/a 816-555-0142") == [Detail(DetailKind.PHONE, "816-555-0142")]


def patterns():
    for name, value in vars(module).items():
        for pattern in value if isinstance(value, tuple) else (value,):
            if isinstance(pattern, re.Pattern):
                yield name, pattern


def repeats(tree, inside=1):
    """Yield (how often at most, with that of whatever it stands in; whether it gives back what it took)."""
    for operation, given in tree:
        if operation in (parser.MAX_REPEAT, parser.MIN_REPEAT, parser.POSSESSIVE_REPEAT):
            _least, most, part = given
            yield inside * int(most), operation is not parser.POSSESSIVE_REPEAT
            yield from repeats(part, inside * int(most))
        elif operation is parser.BRANCH:
            for part in given[1]:
                yield from repeats(part, inside)
        elif operation is parser.SUBPATTERN:
            yield from repeats(given[-1], inside)
        elif operation in (parser.ASSERT, parser.ASSERT_NOT):
            yield from repeats(given[1], inside)
        elif operation is parser.ATOMIC_GROUP:
            yield from repeats(given, inside)


def test_no_pattern_can_match_without_an_end_so_the_time_grows_with_the_length_alone():
    found = dict(patterns())
    assert len(found) > 20
    endless = {
        name: most
        for name, pattern in patterns()
        for most, gives_back in repeats(parser.parse(pattern.pattern, pattern.flags))
        if gives_back and most > 320
    }
    assert endless == {}


def test_the_check_of_the_patterns_sees_an_endless_one():
    assert max(most for most, gives_back in repeats(parser.parse(r"(a+)+b")) if gives_back) > 10**6


@pytest.mark.parametrize(
    "piece", ["1", "1 ", "Aa ", "lives 12 a ", "a@", "born ", "DL ", "12 a b c d ", "Aa Bb, 1", "((", "calle a "]
)
def test_a_hundred_thousand_hostile_letters_are_read_to_the_end(piece):
    text = (piece * 100_000)[:100_000]
    assert private_details(f"{text} call 816-555-0142")[0].kind == DetailKind.PHONE
