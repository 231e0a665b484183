"""What holds of every campaign, whatever is on record (property tests on plain values)."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from campaigns.models import Stance, Status
from campaigns.verdicts.facts import AnswerState, By, Case
from campaigns.verdicts.judging import first_raised, judge
from tests.verdicts.small import Small

NAMES = ["ada", "bea", "chief", "police", "town", "league"]
dates = st.one_of(
    st.dates(dt.date(2016, 1, 1), dt.date(2023, 12, 31)).map(lambda day: day.isoformat()),
    st.dates(dt.date(2016, 1, 1), dt.date(2023, 12, 31)).map(lambda day: day.isoformat()[:7]),
    st.integers(2016, 2023).map(str),
)
days = st.dates(dt.date(2015, 6, 1), dt.date(2025, 1, 1))
names = st.sampled_from(NAMES)
occasions = st.tuples(dates, st.lists(names, max_size=2, unique=True), names)
words = st.tuples(names, dates, st.sampled_from(["", *Stance.values]))
looks = st.tuples(dates, st.sampled_from(["nothing_found", "no_response", "declined"]))
held = st.tuples(
    st.sampled_from(["ada", "bea"]),
    st.sampled_from(["town", "police"]),
    st.sampled_from(["", "chief"]),
    st.sampled_from(["", "2016", "2018-03"]),
    st.sampled_from(["", "2020-06", "2022"]),
)
ORDER = list(AnswerState)


@st.composite
def campaigns(draw):
    small = Small().body("town").body("police", above="town").post("chief", "police")
    for who, body, post, starts, ends in draw(st.lists(held, max_size=3)):
        small.role(who, body, post if body == "police" else "", starts, ends, speaks=draw(st.booleans()))
    for date, of, by in draw(st.lists(occasions, min_size=1, max_size=4)):
        small.asks(date, of=of, by=by)
    for who, date, stance in draw(st.lists(words, max_size=6)):
        small.says(who, date, stance)
    for date, found in draw(st.lists(looks, max_size=3)):
        small.looked(date, found)
    if status := draw(st.sampled_from(["", *Status.values])):
        small.outcome(status, draw(dates))
    return small


def verdicts(small, at):
    return {name: small.verdict(name, at.isoformat()) for name in NAMES}


@given(campaigns(), days, words)
def test_an_answer_never_makes_anybody_more_silent(small, at, said):
    """Only where nearer words take the place of a member's or of the headed body's can a later question be open."""
    before = verdicts(small, at)
    after = verdicts(small.says(*said), at)
    for name in NAMES:
        assert len(after[name].said) >= len(before[name].said)
        if before[name].state != AnswerState.ANSWERED:
            answered = after[name].position is not None
            assert answered or ORDER.index(after[name].state) <= ORDER.index(before[name].state)
        elif after[name].state != AnswerState.ANSWERED:
            assert before[name].by != By.OWN
            assert after[name].position is not None


@given(campaigns(), days, st.integers(1, 900))
def test_time_never_takes_a_question_back(small, at, more):
    later = at + dt.timedelta(more)
    for name in NAMES:
        now, then = small.verdict(name, at.isoformat()), small.verdict(name, later.isoformat())
        assert not (now.named and not then.named)
        assert not (now.asked and not then.asked)
        assert now.asked is None or not now.named or then.asked == now.asked


@given(campaigns(), days, dates, st.sampled_from(["", *Stance.values]))
def test_a_strangers_words_change_nothing(small, at, date, stance):
    before = verdicts(small, at)
    assert verdicts(small.says("stranger", date, stance), at) == before


@given(campaigns(), days, dates)
def test_an_occasion_that_names_others_starts_no_clock(small, at, date):
    before = verdicts(small, at)
    assert verdicts(small.asks(date, of=["stranger"], by="other stranger"), at) == before


@given(campaigns(), days, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(small, at, random):
    before = verdicts(small, at)
    for rows in (small.roles, small.occasions, small.said, small.looks):
        random.shuffle(rows)
    assert verdicts(small, at) == before


@given(campaigns(), days)
def test_silence_is_claimed_only_after_a_question_and_up_to_a_look_by_then(small, at):
    looked = {look.when for look in small.looks}
    for found in verdicts(small, at).values():
        if found.silent_until is not None:
            assert found.opened is not None
            assert found.silent_until in looked
            assert found.silent_until.first <= at
        if found.state == "answered":
            assert (found.opened, found.ended, found.silent_until) == (None, None, None)
        if found.ended is not None:
            assert found.opened is not None


@given(campaigns(), days)
def test_a_demand_is_asked_of_nobody_before_it_is_raised(small, at):
    case: Case = small.case
    if first_raised(case, at) is None:
        assert all(judge(case, small.pk(name), small.ties, at).asked is None for name in NAMES)
