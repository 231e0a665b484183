"""How a record is cited, in every script."""

import datetime as dt
import json
import re
from typing import Any

import pytest
from django.utils import translation

from campaigns.bibliography import Cited, Name, bibtex, cited, csl
from campaigns.models import Campaign, Issuance
from campaigns.timeline.stream import with_parts
from tests.factories import (
    make_campaign,
    make_demand,
    make_event,
    make_organization,
    make_person,
    make_statement,
    raise_demand,
    when,
)

CAMPAIGN = Campaign(slug="kc", name="The Record", language="en")


def item(**fields) -> Cited:
    given: dict[str, Any] = {
        "key": "kc-statement-a-letter",
        "authors": [Name("Urban League")],
        "title": "Open letter",
        "when": when("2021-04-22"),
        "end": None,
        "campaign": CAMPAIGN,
        "recorded": dt.date(2026, 11, 23),
        "url": "https://record.example.org/kc/statements/a-letter/",
    }
    return Cited(**given | fields)


def fields(entry: str) -> dict[str, str]:
    """Read a BibTeX entry as BibTeX does: a value runs to the brace that closes it, or is a bare word."""
    found, place = {}, entry.index(",") + 1
    while match := re.compile(r"\s*(\w+) = ").match(entry, place):
        place, depth = match.end(), 0
        while entry[place] != "," or depth:
            depth += {"{": 1, "}": -1}.get(entry[place], 0)
            place += 1
        found[match[1]] = entry[match.end() : place]
        place += 1
    assert entry[place:].strip() == "}"
    return found


def test_csl_has_the_parts_of_the_citation():
    assert csl(item(summary="They ask.")) == {
        "id": "kc-statement-a-letter",
        "type": "webpage",
        "title": "Open letter",
        "author": [{"literal": "Urban League"}],
        "issued": {"date-parts": [[2021, 4, 22]]},
        "available-date": {"date-parts": [[2026, 11, 23]]},
        "container-title": "The Record",
        "URL": "https://record.example.org/kc/statements/a-letter/",
        "language": "en",
        "abstract": "They ask.",
    }


@pytest.mark.parametrize(
    ("start", "end", "parts", "date", "month"),
    [
        ("2021", None, [[2021]], "{2021}", None),
        ("2021-04", None, [[2021, 4]], "{2021-04}", "apr"),
        ("2021-04-22", None, [[2021, 4, 22]], "{2021-04-22}", "apr"),
        ("2020-12", "2021", [[2020, 12], [2021]], "{2020-12/2021}", "dec"),
    ],
)
def test_a_date_has_as_many_parts_as_are_known_of_it(start, end, parts, date, month):
    dated = item(when=when(start), end=when(end) if end else None)
    assert csl(dated)["issued"] == {"date-parts": parts}
    found = fields(bibtex(dated))
    assert (found["date"], found["year"], found.get("month")) == (date, f"{{{start[:4]}}}", month)


def test_what_was_never_raised_has_no_date_and_nobody_to_name():
    nameless = item(when=None, authors=[])
    assert {"issued", "author"} & set(csl(nameless)) == set()
    assert {"date", "year", "month", "author"} & set(fields(bibtex(nameless))) == set()


def test_persons_have_family_and_given_names_and_institutions_stay_whole():
    several = item(authors=[Name("Quinton Lucas", "Lucas", "Quinton"), Name("Urban League and NAACP"), Name("毛泽东")])
    assert csl(several)["author"] == [
        {"family": "Lucas", "given": "Quinton"},
        {"literal": "Urban League and NAACP"},
        {"literal": "毛泽东"},
    ]
    assert fields(bibtex(several))["author"] == "{Lucas, Quinton and {Urban League and NAACP} and {毛泽东}}"


def test_an_and_inside_a_name_is_no_border_between_two():
    assert fields(bibtex(item(authors=[Name("Ana y And", "Ruiz and Sons", "Ana")])))["author"] == (
        "{{Ruiz and Sons}, Ana}"
    )


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("50% of $1 & #2_a", r"50\% of \$1 \& \#2\_a"),
        ("a{b", r"a\textbraceleft{}b"),
        ("a}b\\c", r"a\textbraceright{}b\textbackslash{}c"),
        ("~^", r"\textasciitilde{}\textasciicircum{}"),
        ("two\nlines\r\n  and\tmore", "two lines and more"),
        ("¿Por qué? Straße “No”", "¿Por qué? Straße “No”"),
        ("警察 الشرطة मांग", "警察 الشرطة मांग"),
        ('"quoted", @misc{x,', '"quoted", @misc\\textbraceleft{}x,'),
    ],
)
def test_bibtex_is_escaped_and_keeps_every_script(text, escaped):
    found = fields(bibtex(item(title=text, summary=text, authors=[Name(text)])))
    assert (found["title"], found["abstract"], found["author"]) == (
        f"{{{{{escaped}}}}}",
        f"{{{escaped}}}",
        f"{{{{{escaped}}}}}",
    )


def test_the_entry_is_readable():
    assert bibtex(item(authors=[Name("Quinton Lucas", "Lucas", "Quinton")])) == (
        "@misc{kc-statement-a-letter,\n"
        "  author = {Lucas, Quinton},\n"
        "  title = {{Open letter}},\n"
        "  howpublished = {The Record},\n"
        "  url = {https://record.example.org/kc/statements/a-letter/},\n"
        "  date = {2021-04-22},\n"
        "  year = {2021},\n"
        "  note = {Recorded on Nov. 23, 2026.},\n"
        "  month = apr,\n"
        "}\n"
    )


def test_json_keeps_every_script_and_its_signs():
    text = 'He said "no" \\ 警察 </script>'
    assert json.loads(json.dumps([csl(item(title=text))]))[0]["title"] == text


def statement(**given):
    return with_parts(type(made := make_statement(**given)).objects.all()).get(pk=made.pk)


@pytest.mark.parametrize(
    ("given", "authors"),
    [
        ({"speaker": None, "speaker_label": "a spokesman"}, [Name("a spokesman")]),
        ({"name": "Rick Smith", "sort_name": "Smith, Rick"}, [Name("Rick Smith", "Smith", "Rick")]),
        ({"name": "Rick Smith"}, [Name("Rick Smith")]),
        ({"name": "Mao Zedong", "sort_name": "Mao Zedong"}, [Name("Mao Zedong")]),
        ({"name": "M. King, Jr.", "sort_name": "King, M., Jr."}, [Name("M. King, Jr.")]),
        ({"name": "Rick Smith", "sort_name": "Smith, Rick", "speaker_label": "the chief"},
         [Name("Rick Smith", "Smith", "Rick")]),
    ],
)  # fmt: skip
def test_a_statement_is_by_whoever_spoke_taken_apart_only_as_the_record_says(db, given, authors):
    if "name" in given:
        speaker = make_person(name=given.pop("name"), sort_name=given.pop("sort_name", ""))
        given["speaker"] = speaker
    assert cited(statement(**given), "https://x.example.org").authors == authors


def test_an_organization_is_never_taken_apart_and_an_unnamed_voice_of_it_keeps_its_label(db):
    police = make_organization(name="Police, City of", sort_name="City, Police of")
    voice = statement(speaker=police, speaker_label="a spokesman", co_speakers=[make_organization(name="Board")])
    assert cited(voice, "").authors == [Name("a spokesman (Police, City of)"), Name("Board")]


def test_for_whom_it_was_said_is_in_the_title_and_in_the_campaigns_language(db):
    chief = make_person(name="Rick Smith")
    with translation.override("es"):
        found = cited(statement(on_behalf_of=chief, kind="open_letter", summary="Dice no."), "")
    assert (found.title, found.summary) == ("Carta abierta en nombre de Rick Smith", "Dice no.")


def test_the_day_of_recording_is_the_campaigns(db):
    campaign = make_campaign(timezone="Asia/Tokyo", slug="tokyo")
    event = make_event(campaign=campaign, slug="vote", title="the vote", when="2021", end="2022")
    event.recorded_at = dt.datetime(2021, 5, 2, 20, tzinfo=dt.UTC)
    found = cited(event, "https://record.example.org")
    assert (found.recorded, found.title, found.authors) == (dt.date(2021, 5, 3), "The vote", [])
    assert (found.key, found.url) == ("tokyo-event-vote", "https://record.example.org/tokyo/events/vote/")
    assert (found.when, found.end) == (when("2021"), when("2022"))


def test_a_demand_is_by_whoever_raised_it_first(db):
    league, demand = make_organization(name="Urban League"), make_demand(title="Remove the chief")
    raise_demand(demand, make_statement(speaker=league, when="2020-06"))
    first = Issuance.objects.published().with_statement().get()
    found = cited(demand, "", first)
    assert (found.authors, found.title, found.when) == ([Name("Urban League")], "Remove the chief", when("2020-06"))
    assert cited(demand, "").when is None
