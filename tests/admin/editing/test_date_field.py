"""A date as people write it, and what is said about one that nobody can read."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from campaigns.admin.editing.date_field import PartialDateField, parse_date, understood
from campaigns.models import PartialDate, Precision


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2021", "2021"),
        ("2021-04", "2021-04"),
        ("2021-04-22", "2021-04-22"),
        ("April 2021", "2021-04"),
        (" april  2021 ", "2021-04"),
        ("Apr. 2021", "2021-04"),
        ("22 April 2021", "2021-04-22"),
        ("April 22, 2021", "2021-04-22"),
        ("the 22nd of April 2021", "2021-04-22"),
        ("Thursday, April 22, 2021", "2021-04-22"),
        ("Sept. 3, 2020", "2020-09-03"),
        ("abril de 2021", "2021-04"),
        ("22 de abril de 2021", "2021-04-22"),
        ("22 de abril del 2021", "2021-04-22"),
        ("jueves 22 de abril de 2021", "2021-04-22"),
        ("1º de mayo de 2021", "2021-05-01"),
        ("Enero 2022", "2022-01"),
        ("29 February 2020", "2020-02-29"),
    ],
)
def test_a_date_is_read_as_people_write_it(text, iso):
    assert parse_date(text).isoformat() == iso


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("4/5/2021", "can be two different days: write the month as a word"),
        ("22/04/2021", "can be two different days"),
        ("spring 2021", "is not a date that we can read: write 22 April 2021, 2021-04-22, April 2021 or 2021."),
        ("April", "is not a date that we can read"),
        ("22 April", "is not a date that we can read"),
        ("Thursday", "is not a date that we can read"),
        ("April or May 2021", "is not a date that we can read"),
        ("2020 2021", "is not a date that we can read"),
        ("April 2021?", "is not a date that we can read"),
        ("12345", "is not a date: write 2021-04-22, 2021-04 or 2021."),
        ("31 April 2021", "is not in the calendar"),
        ("2021-02-30", "is not in the calendar"),
        ("Friday 22 April 2021", "was a Thursday: look at the date again."),
    ],
)
def test_what_is_no_date_is_refused_with_what_was_expected(text, says):
    with pytest.raises(ValueError, match=r"date|day|calendar") as error:
        parse_date(text)
    assert says in str(error.value)
    assert str(error.value) == understood(text)


@given(st.dates(dt.date(1000, 1, 1)), st.sampled_from(Precision), st.sampled_from(["en", "es"]))
def test_a_field_reads_what_it_has_shown(day, precision, language):
    date = PartialDate.of(day, precision)
    with translation.override(language):
        shown = PartialDateField().prepare_value(date)
    assert parse_date(shown) == date
    assert not PartialDateField().has_changed(date, shown)


@given(st.text(max_size=60))
def test_no_text_breaks_the_field(text):
    try:
        date = PartialDateField(required=False).clean(text)
    except ValidationError:
        return
    assert date is None or isinstance(date, PartialDate)


def test_the_field_says_how_it_understood_a_text():
    assert [understood(text) for text in ("", "2021", "April 2021", "2021-04-22")] == [
        "",
        "Understood as the year 2021, any day of it.",
        "Understood as the month April 2021, any day of it.",
        "Understood as Thursday, April 22, 2021.",
    ]
    assert "Understood as the month April 2021" in PartialDateField().widget.render("when", "2021-04")


def test_another_way_to_write_the_same_date_is_no_change():
    field = PartialDateField()
    april = PartialDate.parse("2021-04")
    assert not field.has_changed(april, "2021-04")
    assert field.has_changed(april, "2021-04-01")
    assert field.has_changed(april, "nonsense")
    assert field.has_changed(None, "2021")
    assert not field.has_changed(None, "")
