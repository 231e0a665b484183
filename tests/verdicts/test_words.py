"""The sentences of a verdict, read aloud."""

import datetime as dt

import pytest
from django.utils import translation

from campaigns.models import Classification, PartialDate, Stance
from campaigns.verdicts import rulings
from tests.factories import (
    answer,
    check,
    make_demand,
    make_membership,
    make_organization,
    make_outcome,
    make_person,
    make_post,
    make_source,
    make_statement,
    raise_demand,
)

pytestmark = pytest.mark.django_db

AT = dt.date(2026, 12, 1)


@pytest.fixture
def ada():
    return make_person(name="Ada")


@pytest.fixture
def demand(ada):
    """A demand put to Ada on 1 June 2020."""
    demand = make_demand([ada])
    raise_demand(demand, make_statement(slug="letter", addressees=[ada], when="2020-06-01"))
    return demand


def words(demand, at=AT) -> str:
    (verdict,) = rulings([demand], at)[demand.pk].verdicts
    return verdict.words


def test_our_backlog_is_not_their_silence(demand):
    assert words(demand) == "Not looked up yet: nobody has looked for an answer. Put to them on June 1, 2020."


def test_silence_goes_up_to_the_last_look(demand, ada):
    check(demand, ada, "2021-06-01")
    assert words(demand) == (
        "No answer found up to June 1, 2021, 365 days after they were asked. Nobody has looked since."
        " Put to them on June 1, 2020."
    )
    assert "Nobody has looked since" not in words(demand, dt.date(2021, 6, 1))


def test_a_position(demand, ada):
    answer(demand, Stance.REJECTS, speaker=ada, when="2020-06-04")
    assert words(demand) == (
        "Answered on June 4, 2020: rejects. Put to them on June 1, 2020. The position came 3 days later."
    )


def test_asked_again(demand, ada):
    answer(demand, Stance.REJECTS, speaker=ada, when="2020-06-04")
    raise_demand(demand, make_statement(addressees=[ada], when="2020-08"))
    assert words(demand) == (
        "Not looked up yet: nobody has looked for an answer. Asked again in August 2020; before that: rejects,"
        " June 4, 2020."
    )


def test_a_reply_without_a_position_and_the_last_word(demand, ada):
    letter = demand.issuances.get().statement
    make_statement(speaker=ada, replies_to=letter, when="2020-06-02")
    answer(demand, Stance.NO_POSITION, speaker=ada, when="2020-07-01")
    assert words(demand) == (
        "Replied on June 2, 2020 without taking a position. That was said to the whole letter, not to this demand."
        " The last word: takes no position, July 1, 2020. Put to them on June 1, 2020."
    )


def test_from_within_says_who():
    town = make_organization(classification=Classification.GOVERNMENT)
    part = make_organization(name="Inspector", classification=Classification.GOVERNMENT, parent=town)
    demand = make_demand([town])
    raise_demand(demand, when="2020-06")
    answer(demand, Stance.ACTS, speaker=part, when="2021")
    assert words(demand) == (
        "No answer of their own. From their own ranks, Inspector answered in 2021: acts."
        " Raised in public since June 2020; no document on record puts it to them by name."
    )


def test_declined_as_a_source_reports(demand, ada):
    check(demand, ada, "2020-07", found="declined", sources=[make_source()])
    assert words(demand) == "Declined to comment, as reported in July 2020. Put to them on June 1, 2020."


def test_named_by_the_demand_alone(ada):
    demand = make_demand([ada])
    raise_demand(demand, make_statement(addressees=[make_person()], when="2020"))
    assert words(demand) == "The demand names them, but no document on record puts it to them."


@pytest.mark.parametrize("passed_on", [True, False])
def test_left_office(demand, ada, passed_on):
    post = make_post()
    make_membership(ada, post=post, end="2022-04-22")
    if passed_on:
        demand.parties.create(role="addressee", actor=post, position=2)
    verdict = rulings([demand], AT)[demand.pk].verdicts[0]
    assert verdict.words.endswith(
        "They left office on April 22, 2022, with the question still open."
        if passed_on
        else "They left office on April 22, 2022, with the question still open; no document puts the demand to the"
        " successor."
    )


def test_taking_office_with_the_demand_there(ada):
    make_membership(ada, make_organization(classification=Classification.GOVERNMENT), start="2021-03-01")
    demand = make_demand([ada])
    raise_demand(demand, when="2020")
    assert words(demand).endswith("The demand was there when they took office on March 1, 2021.")


@pytest.mark.parametrize(
    ("status", "end"),
    [
        ("done", "It was done in May 2021, with the question still open."),
        ("overtaken", "Events overtook the demand in May 2021, with the question still open."),
        ("withdrawn", "The demand was withdrawn in May 2021, with the question still open."),
    ],
)
def test_what_ended_the_question(demand, status, end):
    make_outcome(demand, status=status, when="2021-05")
    assert words(demand).endswith(end)
    assert words(demand).startswith("Nobody looked for an answer while the question was open.")


def test_another_demand_replaced_it(demand):
    raise_demand(make_demand(predecessor=demand), when="2021-05")
    assert words(demand).endswith("Another demand replaced this one in May 2021, with the question still open.")


def test_a_body_and_a_post_that_ended():
    body = make_organization(classification=Classification.GOVERNMENT, end="2022")
    post = make_post(end="2022")
    for actor, end in ((body, "The body was dissolved in 2022"), (post, "The post ended in 2022")):
        demand = make_demand([actor])
        raise_demand(demand, when="2020")
        assert end in words(demand)


def test_a_vacant_post_is_said_to_be_vacant(ada):
    post = make_post()
    make_membership(ada, post=post, end="2022-04-22")
    demand = make_demand([post])
    raise_demand(demand, when="2020")
    assert words(demand).endswith("The post is vacant, as far as is on record, since April 22, 2022.")
    make_membership(make_person(), post=post, start="2023")
    assert "vacant" not in words(demand)


def test_promises_and_deadlines_that_are_past_due(demand, ada):
    promise = answer(demand, Stance.PROMISES, speaker=ada, when="2020-06-04")
    promise.due = PartialDate.parse("2020-11-03")
    promise.save()
    assert "Promised for Nov. 3, 2020, 2,219 days ago." in words(demand)
    assert "Promised for Nov. 3, 2020." in words(demand, dt.date(2020, 11, 3))


def test_the_deadline_of_the_letter(demand):
    letter = demand.issuances.get().statement
    letter.deadline = PartialDate.parse("2020-07")
    letter.save()
    assert words(demand).endswith("The deadline was July 2020.")
    assert words(demand, dt.date(2020, 7, 31)).endswith("The deadline is July 2020.")


def test_joint_speakers_are_named_and_on_behalf_of_belongs_to_the_speaker(demand, ada):
    answer(
        demand,
        speaker=make_person(name="Bea"),
        on_behalf_of=ada,
        co_speakers=[make_person(name="Cy")],
    )
    verdict = rulings([demand], AT)[demand.pk].verdicts[0]
    assert verdict.position.who == "Bea on behalf of Ada, together with Cy"


def test_spanish(demand):
    with translation.override("es"):
        assert words(demand).endswith("el 1 de junio de 2020.")


def test_an_answer_to_the_question_that_was_asked_again(demand, ada):
    answer(demand, Stance.REJECTS, speaker=ada, when="2020-06-04")
    raise_demand(demand, make_statement(addressees=[ada], when="2020-08-01"))
    answer(demand, Stance.ACCEPTS, speaker=ada, when="2020-08-03")
    assert words(demand) == (
        "Answered on Aug. 3, 2020: accepts. Put to them on June 1, 2020. Asked again on Aug. 1, 2020, they took a"
        " position after 2 days."
    )


def test_a_body_that_spoke_itself_is_not_said_to_have_no_answer_of_its_own():
    town = make_organization(classification=Classification.GOVERNMENT)
    part = make_organization(name="Inspector", classification=Classification.GOVERNMENT, parent=town)
    demand = make_demand([town])
    raise_demand(demand, when="2020-06")
    answer(demand, Stance.REJECTS, speaker=town, when="2020-07")
    answer(demand, Stance.ACTS, speaker=part, when="2021")
    assert words(demand).startswith("From their own ranks, Inspector answered in 2021: acts.")


def test_the_first_position_is_told_from_the_latest(demand, ada):
    answer(demand, Stance.REJECTS, speaker=ada, when="2020-06-04")
    answer(demand, Stance.ACCEPTS, speaker=ada, when="2020-07-01")
    assert words(demand) == (
        "Answered on July 1, 2020: accepts. Put to them on June 1, 2020. The first position came 3 days later."
    )


def test_silence_after_a_position_runs_from_the_question_that_was_asked_again(demand, ada):
    answer(demand, Stance.REJECTS, speaker=ada, when="2020-06-04")
    raise_demand(demand, make_statement(addressees=[ada], when="2020-08-01"))
    check(demand, ada, "2020-08-11")
    assert words(demand, dt.date(2020, 8, 11)) == (
        "No answer found up to Aug. 11, 2020, 10 days after they were asked again. Asked again on Aug. 1, 2020;"
        " before that: rejects, June 4, 2020."
    )


def test_a_demand_says_how_many_said_the_same(demand, ada):
    for n in range(2, 4):
        demand.parties.create(role="addressee", actor=make_person(), position=n)
    answer(demand, Stance.REJECTS, speaker=ada, when="2020-06-04")
    assert rulings([demand], AT)[demand.pk].words == (
        "Addressed to 3: no document on record puts it to them (2), rejects."
    )
