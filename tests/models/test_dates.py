"""Partial dates: the order, the bounds, the words, the arithmetic, and the same in the database."""

import datetime as dt

import pytest
from django.db.models import F
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.models import DayRange, Event, Membership, PartialDate, Precision, days_between, overlapping
from tests import factories as make
from tests.made_once import made_once

DAYS = st.dates(dt.date(1, 1, 1), dt.date(9999, 12, 31))
DATES = st.builds(PartialDate.of, DAYS, st.sampled_from(Precision))
NEAR = st.builds(PartialDate.of, st.dates(dt.date(2019, 12, 1), dt.date(2021, 2, 28)), st.sampled_from(Precision))


def days_of(date: PartialDate) -> list[dt.date]:
    """Every day that the date can mean, found the slow way."""
    day, found = date.first, []
    while day.isoformat()[: date.precision] == date.isoformat():
        found.append(day)
        if day == dt.date.max:
            break
        day += dt.timedelta(days=1)
    return found


@given(DATES)
def test_its_iso_form_reads_back_as_the_same_date(date):
    assert PartialDate.parse(date.isoformat()) == date


@given(DATES)
def test_its_bounds_are_the_first_and_last_day_that_it_can_mean(date):
    days = days_of(date)
    assert (date.first, date.last) == (days[0], days[-1])


@given(DAYS, st.sampled_from(Precision))
def test_the_period_of_a_day_holds_the_day(day, precision):
    assert PartialDate.of(day, precision).overlaps(day, day)


@given(DATES, DATES)
def test_dates_are_ordered_by_first_day_then_the_vaguer_first(one, other):
    assert (one < other) == ((one.first, one.precision) < (other.first, other.precision))


@given(st.lists(DATES))
def test_the_order_of_dates_is_the_order_of_their_iso_forms(dates):
    assert sorted(dates) == sorted(dates, key=lambda date: (date.first.isoformat(), len(date.isoformat())))


@given(NEAR, NEAR)
def test_days_between_two_dates_are_every_number_that_is_possible_and_no_other(start, end):
    waits = [(last - first).days for first in days_of(start) for last in days_of(end)]
    expected = (max(min(waits), 0), max(*waits, 0))
    assert days_between(start, end) == DayRange(*expected)


@given(NEAR, st.dates(dt.date(2019, 12, 1), dt.date(2021, 2, 28)), st.integers(0, 400))
def test_a_date_overlaps_a_span_when_one_of_its_days_lies_in_it(date, first, length):
    last = first + dt.timedelta(days=length)
    assert date.overlaps(first, last) == any(first <= day <= last for day in days_of(date))


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        ("2020-06", "2021-04-22", "296 to 325 days"),
        ("2020-06-01", "2021-04-22", "325 days"),
        ("2021-04-21", "2021-04-22", "1 day"),
        ("2021-04-22", "2021-04-22", "0 days"),
        ("2021-04", "2021-04-22", "0 to 21 days"),
        ("2021", "2021-04", "0 to 119 days"),
        ("2022", "2021", "0 days"),
        ("2020", "2020", "0 to 365 days"),
    ],
)
def test_a_number_of_days_is_said_honestly(start, end, words):
    assert days_between(make.when(start), make.when(end)).words() == words


@pytest.mark.parametrize(
    ("text", "english", "spanish"),
    [
        ("2021", "2021", "2021"),
        ("2021-04", "April 2021", "abril de 2021"),
        ("2021-04-01", "April 1, 2021", "1 de abril de 2021"),
    ],
)
def test_a_date_is_said_at_its_own_precision_in_the_readers_language(text, english, spanish):
    said = {}
    for language in ("en", "es"):
        with translation.override(language):
            said[language] = make.when(text).words()
    assert said == {"en": english, "es": spanish}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2021-4",
        "21",
        "2021-13",
        "2021-02-30",
        "2021-00",
        "0000",
        "2021-04-22T00:00",
        "٢٠٢١",
        "2021-04-22\n",
        "20210422",
    ],
)
def test_what_is_no_date_is_refused_with_a_sentence(text):
    with pytest.raises(ValueError, match=r"is not a date: write|is not in the calendar"):
        PartialDate.parse(text)


@pytest.mark.parametrize(("day", "precision"), [((2021, 4, 2), 7), ((2021, 2, 1), 4), ((2021, 1, 2), 4)])
def test_a_month_or_year_that_starts_late_cannot_be_made(day, precision):
    with pytest.raises(ValueError, match="not the first day"):
        PartialDate(dt.date(*day), Precision(precision))


SLOW = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)


@made_once
def events():
    """An event on every day, month and year of a winter, with the dates that they can mean."""
    first = make.make_event(when="2019-12-30")
    days = [dt.date(2019, 12, 30) + dt.timedelta(days=n) for n in range(95)]
    dates = sorted({PartialDate.of(day, precision) for day in days for precision in Precision} - {first.when})
    Event.objects.bulk_create(
        Event(campaign=first.campaign, slug=f"e{n}", title="x", date=date.first, precision=date.precision)
        for n, date in enumerate(dates)
    )
    return {event.pk: event.when for event in Event.objects.all()}


def test_the_database_finds_the_same_overlaps_as_the_calendar(events):
    dates = st.one_of(st.none(), st.dates(dt.date(2019, 11, 1), dt.date(2020, 5, 1)))

    @SLOW
    @given(dates, dates)
    def check(first, last):
        found = set(Event.objects.filter(overlapping(first, last)).values_list("pk", flat=True))
        assert found == {pk for pk, date in events.items() if date.overlaps(first or dt.date.min, last or dt.date.max)}

    check()


def test_the_database_orders_dates_as_python_does(events):
    ordered = [event.when for event in Event.objects.order_by("date", "precision", "pk")]
    assert ordered == sorted(events.values())


def test_the_database_finds_the_same_memberships_as_the_calendar(db):
    member, body = make.make_person(), make.make_organization()
    ends = [None, *(make.when(text) for text in ("2019", "2020-01", "2020-02-29", "2020", "2021-06"))]
    for start in ends:
        for end in ends:
            if start is None or end is None or start.first <= end.last:
                make.make_membership(member, body, start=start, end=end)
    rows = list(Membership.objects.all())

    @SLOW
    @given(st.dates(dt.date(2018, 12, 1), dt.date(2022, 2, 1)), st.integers(0, 90))
    def check(first, length):
        last = first + dt.timedelta(days=length)
        found = set(Membership.objects.overlapping(first, last).values_list("pk", flat=True))
        assert found == {
            row.pk
            for row in rows
            if (row.start is None or row.start.first <= last) and (row.end is None or row.end.last >= first)
        }

    check()


def test_a_partial_date_is_read_and_written_as_one(db):
    event = make.make_event(when="2021-04")
    event.when, event.end = make.when("2021"), make.when("2022-02")
    event.save()
    assert Event.objects.values_list("date", "precision", "end_date", "end_precision").get() == (
        dt.date(2021, 1, 1), 4, dt.date(2022, 2, 1), 7,
    )  # fmt: skip
    event.end = None
    assert (event.end_date, event.end_precision, event.end) == (None, None, None)
    assert Event.objects.filter(date=F("date"), precision=Precision.YEAR).get().when == make.when("2021")
