"""The timeline: one total order, windows that visit every entry once, streams narrowed to what they say."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.models import Campaign, Event, Issuance, Outcome, Relation, State, Statement
from campaigns.timeline.stream import Entry, Key, Kind, Stream
from tests import factories as make
from tests.made_once import made_once

pytestmark = pytest.mark.django_db

#: Few dates and places in the day, so that many entries are equal but for their kind and key.
DATES = ("2020", "2020-01", "2020-01-01", "2020-01-02", "2020-02", "2021")


@made_once
def crowd() -> Campaign:
    """Sixty entries of every kind on six dates, in no order."""
    campaign = make.make_campaign()
    source, speaker = make.make_source(campaign=campaign), make.make_person(campaign=campaign)
    demands = [make.make_demand(campaign=campaign) for _ in range(3)]
    for number in range(60):
        date, position = DATES[(number * 7) % 6], (number * 5) % 3
        match number % 4:
            case 0:
                demand = demands[number // 4 % 3]
                if not Issuance.objects.filter(
                    demand=demand, date=make.when(date).first, precision=make.when(date).precision
                ):
                    make.raise_demand(demand, when=date)
            case 1:
                make.make_statement([source], campaign=campaign, speaker=speaker, when=date, position=position)
            case 2:
                make.make_event([source], campaign=campaign, when=date, position=position)
            case _:
                status = ["done", "blocked", "proposed", "reversed", "under_way"][number % 5]
                same = {"demand": demands[number % 3], "date": make.when(date).first, "status": status}
                if not Outcome.objects.filter(**same, precision=make.when(date).precision):
                    make.make_outcome(demands[number % 3], [source], when=date, position=position, status=status)
    return campaign


def everything(stream: Stream) -> list[Entry]:
    return list(stream.newest(10_000).entries)


def keys(entries) -> list[Key]:
    return [entry.key for entry in entries]


def test_the_order_is_total_and_said_in_one_key(crowd):
    entries = everything(Stream.of(crowd))
    assert len(entries) > 45
    expected = sorted(
        [(e.date, e.precision, 0, 0, e.pk) for e in Issuance.objects.all()]
        + [(e.date, e.precision, e.position, 1, e.pk) for e in Statement.objects.all()]
        + [(e.date, e.precision, e.position, 2, e.pk) for e in Event.objects.all()]
        + [(e.date, e.precision, e.position, 3, e.pk) for e in Outcome.objects.all()]
    )
    assert [tuple(key) for key in keys(entries)] == expected


def test_from_the_oldest_and_from_the_newest_the_order_is_the_same(crowd):
    stream = Stream.of(crowd)
    assert keys(stream.oldest(10_000).entries) == keys(stream.newest(10_000).entries)


def forward(stream: Stream, limit: int) -> list[Key]:
    window = stream.oldest(limit)
    found = keys(window.entries)
    while window.later:
        window = stream.oldest(limit, window.later)
        assert 0 < len(window.entries) <= limit
        found += keys(window.entries)
    return found


def backward(stream: Stream, limit: int) -> list[Key]:
    window = stream.newest(limit)
    found = keys(window.entries)
    while window.earlier:
        window = stream.newest(limit, window.earlier)
        assert 0 < len(window.entries) <= limit
        found = keys(window.entries) + found
    return found


@pytest.mark.parametrize("walk", [forward, backward])
@pytest.mark.parametrize("limit", [1, 2, 3, 7, 20, 49, 50, 51, 52, 100])
def test_windows_visit_every_entry_exactly_once(crowd, walk: Callable[[Stream, int], list[Key]], limit):
    stream = Stream.of(crowd)
    assert walk(stream, limit) == keys(everything(stream))


def test_from_any_key_on_the_windows_hold_what_lies_beyond_it(crowd):
    stream = Stream.of(crowd)
    found = keys(everything(stream))
    days = st.sampled_from(sorted({key.date for key in found} | {dt.date(2020, 1, 3), dt.date(1999, 1, 1)}))
    some = st.builds(
        Key,
        days,
        st.sampled_from([4, 7, 10]),
        st.integers(0, 3),
        st.integers(0, 3),
        st.integers(0, max(k.pk for k in found)),
    )

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
    @given(some | st.sampled_from(found), st.integers(1, 60))
    def check(key, limit):
        assert keys(stream.oldest(limit, key).entries) == [other for other in found if other > key][:limit]
        assert keys(stream.newest(limit, key).entries) == [other for other in found if other < key][-limit:]

    check()


def test_a_window_knows_whether_there_is_more_on_either_side(crowd):
    stream = Stream.of(crowd)
    found = keys(everything(stream))
    first, last = stream.oldest(5), stream.newest(5)
    assert (first.earlier, first.later) == (None, found[4])
    assert (last.earlier, last.later) == (found[-5], None)
    middle = stream.oldest(5, found[9])
    assert (middle.earlier, middle.later, keys(middle.entries)) == (found[10], found[14], found[10:15])


def test_an_empty_stream_has_an_empty_window():
    window = Stream.of(make.make_campaign()).newest(5)
    assert (list(window.entries), window.earlier, window.later) == ([], None, None)


@given(st.dates(), st.sampled_from([4, 7, 10]), st.integers(0, 32767), st.integers(0, 3), st.integers(0, 10**15 - 1))
def test_a_key_reads_back_from_an_address(date, precision, position, rank, pk):
    key = Key(date, precision, position, rank, pk)
    assert Key.parse(str(key)) == key


@pytest.mark.parametrize(
    "text",
    [
        *("", "x", "20210422", "20210422.10.0.1", "20210422.10.0.1.1.1", "20210231.10.0.1.1", "2021042.10.0.1.1"),
        *("20210422.10.0.1.-1", "20210422.10.0.1.+1", "20210422.10.0.1. 1", "20210422.10.0.1.1\n", "20210422.10..1.1"),
        *("20210422.10.0.1.9999999999999999", "٢٠٢١٠٤٢٢.10.0.1.1", "20210422.10.0.1.١", "00000101.10.0.1.1"),
    ],
)
def test_what_is_no_key_is_refused(text):
    with pytest.raises(ValueError, match=r".*"):
        Key.parse(text)


def titles(stream: Stream) -> list[str]:
    return [entry.anchor for entry in everything(stream)]


@made_once
def story() -> dict[str, Any]:
    """A letter, its answers, and what else belongs to one demand and not to the other."""
    campaign = make.make_campaign(slug="story")
    given: dict[str, Any] = {"campaign": campaign}
    group, chief = make.make_organization(slug="group", **given), make.make_person(slug="chief", **given)
    demand, other = make.make_demand([chief], slug="demand", **given), make.make_demand([chief], slug="other", **given)
    letter = make.make_statement(slug="letter", speaker=group, when="2020-06", signatories=[chief], **given)
    make.raise_demand(demand, letter)
    bare = make.raise_demand(demand, when="2020-07")
    make.raise_demand(other, when="2020-08")
    make.answer(demand, slug="no", speaker=chief, when="2020-09", **given)
    make.answer(other, slug="elsewhere", speaker=make.make_person(**given), when="2020-10", **given)
    make.answer(letter=letter, slug="whole", speaker=make.make_person(**given), when="2020-11", **given)
    make.make_statement(slug="reply", speaker=make.make_person(**given), replies_to=letter, when="2020-12", **given)
    own = make.make_statement(slug="again", speaker=group, when="2021-01", **given)
    Relation.objects.create(statement=own, to=letter)
    protest = make.make_event(slug="protest", when="2021-02", **given)
    make.affect(protest, demand)
    make.make_event(slug="unrelated", when="2021-03", **given)
    outcome = make.make_outcome(demand, when="2021-04", assessor=group)
    return {"campaign": campaign, "demand": demand, "other": other, "letter": letter, "chief": chief, "group": group,
            "bare": bare, "outcome": outcome}  # fmt: skip


def test_a_demands_timeline_has_what_raises_answers_affects_and_settles_it(story):
    assert titles(Stream.of(story["campaign"]).about(story["demand"])) == [
        "statement-letter",
        f"issuance-{story['bare'].pk}",
        "statement-no",
        "statement-whole",
        "statement-reply",
        "event-protest",
        f"outcome-{story['outcome'].pk}",
    ]


def test_a_reply_that_takes_a_stance_on_something_else_is_not_about_the_letter(story):
    reply = Statement.objects.get(slug="reply")
    make.answer(story["other"], statement=reply)
    assert "statement-reply" not in titles(Stream.of(story["campaign"]).about(story["demand"]))


def test_an_actors_timeline_has_what_it_said_signed_and_assessed(story):
    stream = Stream.of(story["campaign"])
    assert titles(stream.by(story["group"])) == [
        "statement-letter",
        "statement-again",
        f"outcome-{story['outcome'].pk}",
    ]
    assert titles(stream.by(story["chief"])) == ["statement-letter", "statement-no"]


def test_an_actors_timeline_has_what_was_said_on_its_behalf_and_not_what_was_said_to_it(story):
    body, given = make.make_organization(), {"campaign": story["campaign"]}
    make.make_statement(slug="for", speaker=make.make_person(**given), on_behalf_of=body, **given)
    make.make_statement(slug="with", speaker=make.make_person(**given), co_speakers=[body], **given)
    make.make_statement(slug="to", speaker=make.make_person(**given), addressees=[body], **given)
    stream = Stream.of(story["campaign"])
    assert titles(stream.by(body)) == ["statement-for", "statement-with"]
    assert titles(stream.addressed_to(body)) == ["statement-to"]


def test_what_refers_to_a_statement_answers_it_or_relates_to_it(story):
    stream = Stream.of(story["campaign"]).referring_to(story["letter"])
    assert titles(stream) == ["statement-whole", "statement-reply", "statement-again"]


def test_what_rests_on_a_source_is_found_whatever_it_is(story):
    source = make.make_source(campaign=story["campaign"])
    for record in (story["letter"], story["bare"], story["outcome"], story["demand"]):
        make.cite(record, source)
    assert titles(Stream.of(story["campaign"]).citing(source)) == [
        "statement-letter",
        f"issuance-{story['bare'].pk}",
        f"outcome-{story['outcome'].pk}",
    ]


def test_each_entry_says_what_it_is_to_a_reader(story):
    kinds = {entry.anchor.split("-", 1)[1]: entry.kind for entry in everything(Stream.of(story["campaign"]))}
    assert {name: kinds[name] for name in ("letter", "no", "whole", "reply", "protest")} == {
        "letter": Kind.ISSUANCE,
        "no": Kind.RESPONSE,
        "whole": Kind.RESPONSE,
        "reply": Kind.STATEMENT,
        "protest": Kind.EVENT,
    }
    assert (kinds[str(story["bare"].pk)], kinds[str(story["outcome"].pk)]) == (Kind.ISSUANCE, Kind.OUTCOME)


@pytest.mark.parametrize("state", [State.DRAFT, State.IN_REVIEW, State.WITHDRAWN])
def test_nothing_private_is_in_any_stream(story, state):
    stream = Stream.of(story["campaign"])
    before = {
        "all": titles(stream),
        "about": titles(stream.about(story["demand"])),
        "by": titles(stream.by(story["chief"])),
    }
    given = {"campaign": story["campaign"], "state": state}
    if state == State.WITHDRAWN:
        given["withdrawal_reason"] = "x"
    said = make.make_statement(speaker=story["chief"], replies_to=story["letter"], **given)
    make.raise_demand(story["demand"], said)
    make.answer(story["demand"], statement=said)
    make.answer(letter=story["letter"], statement=said)
    make.affect(make.make_event(**given), story["demand"])
    make.make_outcome(story["demand"], when="2022", **given)
    make.raise_demand(make.make_demand(**given), when="2020")
    make.make_statement(speaker=make.make_person(**given), campaign=story["campaign"])
    after = {
        "all": titles(stream),
        "about": titles(stream.about(story["demand"])),
        "by": titles(stream.by(story["chief"])),
    }
    assert after == before


def test_another_campaigns_entries_are_not_in_the_stream(story):
    make.make_statement(campaign=make.make_campaign())
    assert all(entry.record.pk for entry in everything(Stream.of(story["campaign"])))
    assert len(everything(Stream.of(story["campaign"]))) == 11


@pytest.mark.parametrize("limit", [24, 40])
def test_a_window_costs_the_same_number_of_queries_whatever_its_size(crowd, django_assert_num_queries, limit):
    stream = Stream.of(crowd)
    last = keys(everything(stream))[-1]
    with django_assert_num_queries(13):  # four tables, and the parts of the kinds that are in the window
        stream.newest(limit, last)
