"""The lane chart's facts and geometry."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.lane_chart import Fact, Family, Layout, chart, facts, figure, sheet
from campaigns.models import Demand, Precision, Stance, State, Status
from campaigns.models.dates import PartialDate
from campaigns.verdicts import Ruling, Whose, rulings
from tests.factories import (
    answer,
    check,
    make_demand,
    make_membership,
    make_organization,
    make_outcome,
    make_person,
    make_statement,
    raise_demand,
    when,
)

TODAY = dt.date(2026, 11, 24)
ACROSS = Layout(length=100, slot=4, rows=3)


def drawn(*demands: Demand, layout: Layout = ACROSS, at: dt.date = TODAY):
    return chart(demands, rulings(demands, at), facts(demands, at), at, layout)


def fact(date: str, family: Family = Family.SAID, value: str = Stance.REJECTS, **fields) -> Fact:
    return Fact(1, family, value, when(date), **fields)


def lane_of(found: Sequence[Fact], layout: Layout = ACROSS):
    demand = Demand(pk=1)
    ruling = Ruling(demand, TODAY, None, [], None, {}, {}, frozenset())
    return chart([demand], {1: ruling}, sorted(found, key=lambda one: one.key), TODAY, layout).lanes[0]


def stretches(demand: Demand, at: dt.date = TODAY):
    [lane] = drawn(demand, layout=Layout(length=1000, slot=0), at=at).lanes
    return [(one.verdict.addressee, str(one.silence)) for one in lane.stretches]


# What the record says.


@pytest.mark.django_db
def test_every_kind_of_fact_is_found_in_the_order_of_the_record():
    mayor, coalition = make_person(name="Ann Roe"), make_organization(name="Coalition")
    demand = make_demand([mayor])
    letter = make_statement(when="2021-04-22", speaker=coalition, slug="letter")
    raise_demand(demand, letter)
    raise_demand(demand, when="2022")
    answer(demand, Stance.PARTIAL, when="2021-05", speaker=mayor, on_behalf_of=coalition, slug="reply")
    make_outcome(demand, when="2023-01-02", status=Status.BLOCKED)
    found = facts([demand], TODAY)
    assert [(one.family, one.value, one.when.isoformat(), one.slug, one.who, one.behalf) for one in found] == [
        ("raised", "", "2021-04-22", "letter", "Coalition", ""),
        ("said", "partial", "2021-05", "reply", "Ann Roe", "Coalition"),
        ("raised", "", "2022", "", "", ""),
        ("done", "blocked", "2023-01-02", "", "", ""),
    ]


@pytest.mark.django_db
def test_an_answer_to_a_whole_letter_stands_in_each_of_its_lanes_once():
    letter = make_statement(when="2021-04-22")
    one, two = make_demand(), make_demand()
    raise_demand(one, letter)
    raise_demand(two, letter)
    reply = answer(letter=letter, stance=Stance.DEFLECTS, when="2021-04-23").statement
    answer(two, Stance.ACCEPTS, statement=reply)
    make_statement(when="2021-04-24", replies_to=letter)
    said = {(fact.demand, fact.value) for fact in facts([one, two], TODAY) if fact.family == Family.SAID}
    assert said == {(one.pk, "deflects"), (two.pk, "accepts"), (one.pk, ""), (two.pk, "")}


@pytest.mark.django_db
def test_nothing_that_readers_may_not_see_is_a_fact():
    demand = make_demand()
    raise_demand(demand, make_statement(state=State.DRAFT))
    answer(demand, state=State.DRAFT)
    answer(demand, speaker=make_person(state=State.DRAFT))
    make_outcome(demand, state=State.DRAFT)
    make_statement(replies_to=make_statement(state=State.DRAFT))
    assert facts([demand], TODAY) == []


@pytest.mark.django_db
def test_nothing_later_than_the_day_is_a_fact():
    demand = make_demand()
    raise_demand(demand, when="2021-04-22")
    answer(demand, when="2021-04-24")
    make_outcome(demand, when="2021-04-24")
    assert [one.family for one in facts([demand], dt.date(2021, 4, 23))] == ["raised"]


@pytest.mark.django_db
def test_in_a_large_campaign_the_database_counts_by_month_and_stance(monkeypatch):
    monkeypatch.setitem(facts.__globals__, "COARSE", 0)
    demand = make_demand()
    raise_demand(demand, make_statement(when="2021-04-22"))
    for date in ("2021-05-01", "2021-05-30", "2021-05", "2021"):
        answer(demand, Stance.REJECTS, when=date)
    answer(demand, Stance.ACCEPTS, when="2021-05-02")
    found = [(one.value, one.when.isoformat(), one.number) for one in facts([demand], TODAY)]
    assert sorted(found) == [
        ("", "2021-04", 1),
        ("accepts", "2021-05", 1),
        ("rejects", "2021", 1),
        ("rejects", "2021-05", 3),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("coarse", [0, 5000])
def test_the_number_of_queries_does_not_depend_on_the_number_of_facts(coarse, monkeypatch, django_assert_num_queries):
    monkeypatch.setitem(facts.__globals__, "COARSE", coarse)
    demands = [make_demand([make_person()]) for _ in range(8)]
    for number, demand in enumerate(demands):
        letter = make_statement(when="2021-04-22")
        raise_demand(demand, letter)
        for _ in range(number):
            answer(demand)
        answer(letter=letter)
        make_outcome(demand)
    for some in (demands[:1], demands):
        with django_assert_num_queries(3):
            facts(some, TODAY)


# Where it stands.


def test_a_date_known_to_the_month_covers_the_month_and_its_mark_stands_in_the_middle():
    [day, month, year] = [lane_of([fact(date)]).marks[0] for date in ("2026-04-22", "2026-04", "2026")]
    assert (day.vague, month.vague, year.vague) == (False, True, True)
    assert day.stop - day.start < month.stop - month.start < year.stop - year.start
    assert month.at == pytest.approx((month.start + month.stop) / 2, abs=0.01)


def test_a_range_lasts_to_the_last_day_that_its_end_can_mean():
    assert fact("2021-04-22", end=when("2021-05")).last == dt.date(2021, 5, 31)
    assert fact("2021", end=when("2021-05")).last == dt.date(2021, 12, 31)


def test_what_would_overlap_is_stacked_the_oldest_nearest_to_the_line():
    lane = lane_of([fact("2020-01-01"), fact("2026-04-20"), fact("2026-04-21"), fact("2026-04-22")])
    assert [(mark.count, mark.row) for mark in lane.marks] == [(1, 0), (1, 0), (1, 1), (1, 2)]
    assert lane.height == 4


def test_what_would_stack_too_high_is_counted_and_the_rest_of_the_lane_is_not():
    crowd = [fact(f"2026-04-{day}", value=Stance.ACCEPTS if day == 20 else Stance.REJECTS) for day in range(18, 23)]
    lone, many = lane_of([fact("2020-01-01"), *crowd]).marks
    assert (lone.count, many.count, many.value) == (1, 5, "mixed")
    assert [(one.value, n, before) for one, n, before in many.parts] == [("accepts", 1, 0), ("rejects", 4, 1)]


def test_said_and_done_never_share_a_row():
    lane = lane_of(
        [fact("2026-04-22"), fact("2026-04-22", Family.DONE, Status.DONE), fact("2026-04-22", Family.RAISED, "")]
    )
    rows = {mark.fact.family: mark.across for mark in lane.marks}
    assert rows[Family.SAID] < rows[Family.RAISED] == lane.line < rows[Family.DONE]


def test_an_answer_before_the_demand_stands_before_it():
    said, raised = lane_of([fact("2021-04-21"), fact("2021-04-22", Family.RAISED, "")]).marks
    assert (said.fact.family, raised.fact.family) == ("said", "raised")
    assert said.at < raised.at


def test_only_the_first_time_is_the_first_time():
    lane = lane_of([fact("2020-01-01", Family.RAISED, ""), fact("2022-01-01", Family.RAISED, "")])
    assert [mark.first for mark in lane.marks] == [True, False]


def test_a_campaign_without_demands_is_a_chart_without_lanes():
    drawing = figure([], {}, [], TODAY)
    assert (drawing.across.lanes, drawing.down, drawing.values, drawing.silences) == ([], [], [], [])
    assert sheet([], {}, [], TODAY).chart.height == 0


@pytest.mark.django_db
def test_a_demand_raised_today_has_a_mark_and_no_stretch():
    demand = make_demand([make_person()])
    raise_demand(demand, when="2026-11-24")
    drawing = drawn(demand)
    [lane] = drawing.lanes
    assert ([mark.first for mark in lane.marks], lane.stretches) == ([True], [])
    assert lane.marks[0].at == drawing.today
    assert (drawing.first, drawing.last) == (dt.date(2026, 11, 1), dt.date(2026, 11, 30))


@pytest.mark.django_db
def test_a_demand_of_which_nothing_is_on_record_has_an_empty_lane():
    raised, silent = make_demand(), make_demand([make_person()])
    raise_demand(raised, when="2021")
    assert [(len(lane.marks), len(lane.stretches)) for lane in drawn(raised, silent).lanes] == [(1, 0), (0, 0)]


# The quiet stretches.


@pytest.mark.django_db
def test_each_addressee_waits_alone_until_it_takes_a_position():
    mayor, chief = make_person(), make_person()
    demand = make_demand([mayor, chief])
    raise_demand(demand, when="2021-04-22")
    answer(demand, Stance.REJECTS, when="2022-04-22", speaker=mayor)
    assert stretches(demand) == [(mayor, "waited"), (chief, "not_checked")]
    waited, waiting = drawn(demand).lanes[0].stretches
    assert waited.start == waiting.start < waited.stop < waiting.stop


@pytest.mark.django_db
def test_silence_is_drawn_only_up_to_the_last_look():
    mayor = make_person()
    demand = make_demand([mayor])
    raise_demand(demand, when="2021-04-22")
    check(demand, mayor, "2024-05-03")
    assert stretches(demand) == [(mayor, "no_answer"), (mayor, "not_checked")]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("stance", "drawn_as"),
    [(Stance.ACKNOWLEDGES, "announced"), (Stance.DEFLECTS, "replied"), (Stance.NO_POSITION, "replied")],
)
def test_words_without_a_position_are_a_stretch_of_their_own_until_the_position(stance, drawn_as):
    mayor = make_person()
    demand = make_demand([mayor])
    raise_demand(demand, when="2021-04-22")
    answer(demand, stance, when="2021-05-22", speaker=mayor)
    assert stretches(demand) == [(mayor, "waited"), (mayor, drawn_as)]
    assert drawn(demand).lanes[0].stretches[-1].stop >= drawn(demand).today
    answer(demand, Stance.REJECTS, when="2021-06-22", speaker=mayor)
    assert stretches(demand) == [(mayor, "waited")]
    assert drawn(demand).lanes[0].stretches[-1].stop < drawn(demand).today


@pytest.mark.django_db
def test_a_question_that_is_asked_again_is_quiet_again():
    mayor = make_person()
    demand = make_demand([mayor])
    raise_demand(demand, make_statement(when="2021-04-22", addressees=[mayor]))
    answer(demand, Stance.REJECTS, when="2021-04-22", speaker=mayor)
    assert stretches(demand) == []
    raise_demand(demand, make_statement(when="2022-04-22", addressees=[mayor]))
    assert stretches(demand) == [(mayor, "not_checked")]
    [again] = drawn(demand).lanes[0].stretches
    assert again.start > drawn(demand).lanes[0].marks[0].at


@pytest.mark.django_db
def test_an_ended_question_is_quiet_to_its_end():
    chief = make_person()
    make_membership(chief, make_organization(classification="government"), end="2022-04-22")
    demand = make_demand([chief])
    raise_demand(demand, make_statement(when="2021-04-22", addressees=[chief]))
    assert stretches(demand) == [(chief, "not_checked")]
    assert drawn(demand).lanes[0].stretches[0].stop < drawn(demand).today


@pytest.mark.django_db
def test_an_answer_of_somebody_else_ends_no_stretch_and_is_marked_with_whose_it_is():
    mayor, decider = make_person(), make_person()
    demand = make_demand([mayor], [decider])
    raise_demand(demand, when="2021-04-22")
    answer(demand, when="2021-05-22")
    answer(demand, when="2023-05-22", speaker=decider)
    assert stretches(demand) == [(mayor, "not_checked")]
    others = [mark.other for mark in drawn(demand).lanes[0].marks]
    assert others == [None, Whose.NOT_ADDRESSED, Whose.DECIDES]


@pytest.mark.django_db
def test_an_answer_from_within_is_marked_as_nobody_elses_and_one_from_above_is():
    council, above, member = make_organization(), make_organization(), make_person()
    council.parent = above
    council.save()
    make_membership(member, council)
    demand = make_demand([council])
    raise_demand(demand, when="2021-04-22")
    answer(demand, Stance.DEFLECTS, when="2022-05-22", speaker=member)
    answer(demand, when="2024-05-22", speaker=above)
    assert stretches(demand) == [(council, "waited"), (council, "replied")]
    assert [mark.other for mark in drawn(demand).lanes[0].marks] == [None, None, Whose.ABOVE]


@pytest.mark.django_db
def test_an_answer_on_the_day_or_before_leaves_nothing_quiet():
    mayor = make_person()
    demand = make_demand([mayor])
    raise_demand(demand, when="2021-04")
    answer(demand, when="2021-04-20", speaker=mayor)
    assert stretches(demand) == []


# The axis.


@pytest.mark.parametrize(
    ("first", "labels"),
    [
        ("2026-11-24", [(2026, 11, True, True)]),
        ("2026-06-01", [(2026, month, month == 6, True) for month in range(6, 12)]),
        ("2020-06-03", [(2020, 6, True, False), *((year, 1, True, False) for year in range(2021, 2027))]),
        ("1990-02-01", [(1990, 2, True, False), *((year, 1, True, False) for year in range(1995, 2027, 5))]),
    ],
)
def test_labels_are_as_far_apart_as_the_words_need(first, labels):
    ticks = chart([], {}, [fact(first)], TODAY, ACROSS).ticks
    assert [(t.day.year, t.day.month, t.year, t.month) for t in ticks if t.year or t.month] == labels


def test_from_right_to_left_everything_is_mirrored():
    flipped = Layout(length=100, slot=4, rows=3, flipped=True)
    found = [fact("2021-04-22"), fact("2022")]
    for there, here in zip(lane_of(found).marks, lane_of(found, flipped).marks, strict=True):
        assert there.at + here.at == pytest.approx(100, abs=0.01)
        assert there.start + here.stop == pytest.approx(100, abs=0.01)


# Whatever the record.

dates = st.builds(
    PartialDate.of,
    st.dates(dt.date(1995, 1, 1), TODAY),
    st.sampled_from([Precision.YEAR, Precision.MONTH, Precision.DAY]),
)
values = st.sampled_from(
    [
        (Family.RAISED, ""),
        (Family.SAID, ""),
        *((Family.SAID, one) for one in Stance),
        *((Family.DONE, one) for one in Status),
    ]
)
some_facts = st.lists(st.tuples(values, dates).map(lambda pair: Fact(1, *pair[0], pair[1])), max_size=40)
layouts = st.tuples(st.floats(1, 20), st.integers(1, 4), st.booleans(), st.booleans()).map(
    lambda given: Layout(100, given[0], given[1], turned=given[2], flipped=given[3])
)


@given(some_facts, layouts)
def test_every_mark_lies_inside_its_lane(found, layout):
    lane = lane_of(found, layout)
    for mark in lane.marks:
        assert 0 <= mark.start <= mark.at <= mark.stop <= 100
        assert layout.slot / 2 - 0.01 <= mark.at <= 100 - layout.slot / 2 + 0.01
        assert 0 < mark.across < lane.height


@given(some_facts, layouts)
def test_nothing_is_lost_by_counting(found, layout):
    marks = lane_of(found, layout).marks
    assert sum(mark.count for mark in marks) == len(found)
    assert sorted(one.key for mark in marks for one in mark.facts) == sorted(one.key for one in found)
    assert all(sum(n for _, n, _ in mark.parts) == mark.count for mark in marks)


@given(some_facts, layouts)
def test_no_two_marks_of_a_row_overlap(found, layout):
    for family in Family:
        rows = defaultdict(list)
        for mark in lane_of(found, layout).marks:
            if mark.fact.family == family:
                rows[mark.across].append(mark.at)
        for places in map(sorted, rows.values()):
            assert all(b - a >= layout.slot - 0.01 for a, b in pairwise(places))


@given(some_facts, layouts)
def test_marks_are_reached_in_the_order_of_the_record(found, layout):
    keys = [mark.fact.key for mark in lane_of(found, layout).marks]
    assert keys == sorted(keys)
