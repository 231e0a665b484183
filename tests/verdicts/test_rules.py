"""Each rule of docs/verdicts.md by a small campaign in words."""

import pytest

from campaigns.models import Stance
from campaigns.verdicts.facts import By
from tests.verdicts.small import Small


def iso(date):
    return date.isoformat() if date else None


def town() -> Small:
    """A town hall with a police department, whose chief speaks for the department; Ada is the mayor."""
    small = Small().body("town").body("police", above="town").post("chief", "police").post("mayor", "town")
    small.role("ada", "town", "mayor", "2018", "2024-06", speaks=True)
    return small.role("rick", "police", "chief", "2017-08", "2022-04-22", speaks=True)


# The question.


def test_a_statement_that_names_somebody_asks_that_person():
    found = Small().asks("2020-06", of=["ada"]).verdict()
    assert (iso(found.asked), found.named, iso(found.opened)) == ("2020-06", True, "2020-06")


def test_an_occasion_that_names_others_asks_nobody_else():
    assert Small().asks("2020-06", of=["bea"]).verdict().asked is None
    assert Small().asks("2020-06", others=True).verdict().asked is None


def test_an_occasion_that_names_nobody_reaches_everybody_but_asks_nobody_by_name():
    found = Small().asks("2020-06").verdict()
    assert (iso(found.asked), found.named) == ("2020-06", False)


def test_the_first_occasion_that_names_somebody_counts_even_if_others_reached_that_person_before():
    found = Small().asks("2019").asks("2020-06", of=["ada"]).asks("2021", of=["ada"]).verdict()
    assert (iso(found.asked), found.named) == ("2020-06", True)


def test_a_post_is_named_when_its_holder_is_and_a_holder_when_the_post_is():
    assert town().asks("2020", of=["rick"]).verdict("chief").named
    assert town().asks("2020", of=["chief"]).verdict("rick").named
    assert town().asks("2023", of=["rick"]).verdict("chief").asked is None


def test_a_body_is_named_when_whoever_speaks_for_it_is():
    assert town().asks("2020", of=["rick"]).verdict("police").named
    assert town().asks("2020", of=["chief"]).verdict("police").named
    silent = Small().body("police").role("joe", "police")
    assert silent.asks("2020", of=["joe"]).verdict("police").asked is None


def test_who_raises_a_demand_is_not_asked_by_it():
    assert Small().asks("2020", by="ada").verdict().asked is None
    assert town().asks("2020", by="rick").verdict("chief").asked is None


def test_an_occasion_before_the_first_day_in_office_reaches_the_person_on_that_day():
    found = Small().body("town").role("ada", "town", start="2021-03-01").asks("2020-06").verdict()
    assert (iso(found.asked), found.entered) == ("2021-03-01", True)
    assert (
        Small().body("town").role("ada", "town", start="2021-03-01").asks("2020").verdict(at="2021-02-01").asked is None
    )


def test_an_occasion_after_the_last_day_in_office_reaches_nobody():
    assert town().asks("2023", of=["rick"]).verdict("rick").asked is None


def test_touching_terms_are_one_and_a_gap_is_none():
    touching = Small().body("town").role("ada", "town", start="2016", end="2019").role("ada", "town", start="2020")
    assert iso(touching.asks("2019-05", of=["ada"]).verdict().asked) == "2019-05"
    assert touching.verdict().ended is None
    apart = Small().body("town").role("ada", "town", start="2010", end="2012").role("ada", "town", start="2021-02")
    assert iso(apart.asks("2015", of=["ada"]).verdict().asked) == "2021-02"


def test_a_person_without_a_public_role_can_always_be_asked():
    paper = Small().body("paper", public=False).role("ada", "paper", start="2019", end="2020")
    assert iso(paper.asks("2023", of=["ada"]).verdict().asked) == "2023"


def test_a_body_with_a_life_span_is_asked_within_it():
    small = Small().body("board", start="2019-01", end="2021")
    assert iso(small.asks("2018", of=["board"]).verdict("board").asked) == "2019-01"
    assert Small().body("board", end="2021").asks("2022", of=["board"]).verdict("board").asked is None


# Whose words they are.


@pytest.mark.parametrize(
    ("addressee", "speaker", "by"),
    [
        ("rick", "rick", By.OWN),
        ("rick", "chief", By.OWN),
        ("chief", "rick", By.OWN),
        ("police", "police", By.OWN),
        ("police", "rick", By.OWN),  # speaks for it
        ("police", "joe", By.MEMBER),
        ("town", "police", By.PART),
        ("town", "rick", By.PART),  # speaks for a part of it
        ("town", "joe", By.MEMBER),
        ("town", "ada", By.OWN),
        ("rick", "police", By.PART),  # the body that he heads
        ("ada", "town", By.PART),
        ("ada", "police", None),
        ("police", "town", None),  # from above
        ("police", "ada", None),
        ("rick", "joe", None),
    ],
)
def test_whose_words(addressee, speaker, by):
    small = town().role("joe", "police").asks("2020", of=[addressee]).says(speaker, "2021", "rejects")
    assert [whose for _said, whose in small.verdict(addressee, "2021-12-31").said] == ([by] if by else [])


def test_roles_count_on_the_day_of_the_words():
    small = town().asks("2020", of=["chief"])
    assert small.says("rick", "2022-05", "rejects").verdict("chief").said == []
    assert len(town().says("rick", "2022-04", "rejects").verdict("chief").said) == 1


def test_who_holds_office_elsewhere_speaks_only_where_that_person_sits():
    """The mayor who also sits on the state's board speaks within the board, not within the state above it."""
    small = Small().body("state").body("board", above="state").body("city")
    small.role("quinton", "city", speaks=True).role("quinton", "board").asks("2020").says("quinton", "2021", "rejects")
    assert small.verdict("board").by == By.MEMBER
    assert small.verdict("state").state == "not_checked"


def test_what_the_body_above_says_stands_beside_and_changes_nothing():
    small = town().asks("2020", of=["police"]).says("town", "2021", "rejects")
    found = small.verdict("police")
    assert (found.state, [one.slug for one in found.above]) == ("not_checked", ["town-2021"])


def test_a_strangers_words_are_nobodys():
    found = town().asks("2020", of=["ada"]).says("stranger", "2021", "rejects").verdict()
    assert (found.state, found.said, found.above) == ("not_checked", [], [])


# Positions.


@pytest.mark.parametrize("stance", ["accepts", "promises", "acts", "partial", "rejects", "supports", "opposes"])
def test_a_position_answers(stance):
    found = Small().asks("2020", of=["ada"]).says("ada", "2021", stance).verdict()
    assert (found.state, found.by, found.position.stance, found.opened) == ("answered", "own", stance, None)


@pytest.mark.parametrize(
    ("stance", "state"),
    [("deflects", "replied"), ("", "replied"), ("no_position", "declined"), ("acknowledges", "announced")],
)
def test_other_words_leave_the_question_open(stance, state):
    found = Small().asks("2020", of=["ada"]).says("ada", "2021", stance).verdict()
    assert (found.state, found.position, iso(found.opened)) == (state, None, "2020")


def test_every_stance_is_a_position_or_has_a_state():
    for stance in Stance:
        assert Small().asks("2020", of=["ada"]).says("ada", "2021", stance).state() != "not_checked"


# The state.


def test_the_latest_position_leads():
    small = Small().asks("2020", of=["ada"]).says("ada", "2021", "accepts").says("ada", "2022", "rejects")
    assert small.verdict().position.stance == "rejects"


def test_latest_is_by_the_first_day_then_the_last_then_the_order_of_the_day():
    small = Small().asks("2020", of=["ada"])
    assert small.says("ada", "2021", "accepts").says("ada", "2021-01", "rejects").verdict().position.stance == "accepts"
    day = Small().asks("2020", of=["ada"])
    day.says("ada", "2021-05-01", "accepts", order=2).says("ada", "2021-05-01", "rejects", order=1)
    assert day.verdict().position.stance == "accepts"


def test_a_mere_member_counts_only_where_nobody_else_spoke():
    small = town().role("joe", "police").asks("2020", of=["police"]).says("joe", "2021-08", "accepts")
    assert (small.verdict("police").by, small.verdict("police").position.stance) == ("member", "accepts")
    assert small.says("rick", "2021", "rejects").verdict("police").position.stance == "rejects"


def test_a_persons_own_words_stand_above_those_of_the_body_that_the_person_heads():
    small = town().asks("2020", of=["rick"]).says("rick", "2021", "accepts").says("police", "2021-08", "rejects")
    assert small.verdict("rick").position.stance == "accepts"


def test_asked_again_after_a_position_the_question_is_open_again():
    small = Small().asks("2020", of=["ada"]).says("ada", "2020-06-04", "rejects").asks("2020-08-27", of=["ada"])
    found = small.verdict()
    assert (found.state, iso(found.opened), found.position.stance) == ("not_checked", "2020-08-27", "rejects")
    assert iso(found.asked) == "2020"


def test_the_same_day_is_not_later_and_an_occasion_without_a_name_asks_nobody_again():
    small = Small().asks("2020", of=["ada"]).says("ada", "2020-08-27", "rejects")
    assert small.asks("2020-08-27", of=["ada"]).asks("2020-08", of=["ada"]).asks("2021").state() == "answered"


def test_the_highest_state_holds_and_own_words_before_those_from_within():
    small = town().asks("2020", of=["ada"])
    small.says("ada", "2021", "acknowledges").says("ada", "2021-02", "no_position").says("town", "2021-03", "deflects")
    found = small.verdict()
    assert (found.state, found.by) == ("replied", "part")
    assert small.says("ada", "2021-01", "deflects").verdict().by == "own"


def test_words_certainly_before_the_question_do_not_answer_it():
    small = Small().asks("2020", of=["ada"]).says("ada", "2020-06-04", "rejects").says("ada", "2020-07", "deflects")
    assert small.asks("2020-08-27", of=["ada"]).state() == "not_checked"


# The clock and its end.


@pytest.mark.parametrize(
    ("said", "took"),
    [("2021-04-22", ("2020-06", "2021-04-22")), ("2020", ("2020-06", "2020"))],
)
def test_the_clock_runs_from_the_occasion_to_the_first_position_after_it(said, took):
    small = Small().asks("2020-06", of=["ada"]).says("ada", said, "accepts").says("ada", "2025", "rejects")
    assert tuple(iso(one) for one in small.verdict(at="2024-01-01").answered) == took


def test_words_before_any_question_answer_none_that_comes_by_name_later():
    small = Small().says("ada", "2019", "accepts")
    assert [iso(one) for one in small.asks("2020-06").verdict().answered] == ["2020-06", "2019"]
    assert iso(small.asks("2020-07", of=["ada"]).verdict().opened) == "2020-07"


def test_an_answered_question_is_the_last_that_was_asked_before_it():
    small = Small().asks("2019", of=["ada"]).says("ada", "2020-01", "rejects")
    small.asks("2021-01", of=["ada"]).says("ada", "2021-03", "accepts")
    assert [iso(one) for one in small.verdict().answered] == ["2021-01", "2021-03"]


def test_leaving_office_ends_a_persons_question():
    found = town().asks("2020", of=["rick"]).verdict("rick")
    assert (found.state, found.ended.why, iso(found.ended.when)) == ("not_checked", "left_office", "2022-04-22")
    assert town().asks("2020", of=["rick"]).verdict("rick", at="2022-04-21").ended is None


def test_a_dissolved_body_is_not_waited_for():
    found = Small().body("board", end="2022").asks("2020", of=["board"]).verdict("board")
    assert (found.ended.why, iso(found.ended.when)) == ("dissolved", "2022")


@pytest.mark.parametrize("status", ["done", "overtaken", "withdrawn"])
def test_an_outcome_that_closes_the_demand_ends_the_question(status):
    found = Small().asks("2020", of=["ada"]).outcome(status, "2021-04").verdict()
    assert (found.ended.why, iso(found.ended.when)) == (status, "2021-04")


def test_other_outcomes_and_ends_before_the_question_end_nothing():
    assert Small().asks("2020", of=["ada"]).outcome("under_way", "2021").verdict().ended is None
    assert Small().asks("2020", of=["ada"]).outcome("done", "2019").verdict().ended is None


def test_a_demand_that_succeeds_it_replaces_it_on_its_first_occasion():
    found = Small().asks("2020", of=["ada"]).replaced("2021-04-22").verdict()
    assert (found.ended.why, iso(found.ended.when)) == ("replaced", "2021-04-22")


def test_the_first_end_counts():
    small = town().asks("2020", of=["rick"]).replaced("2021-04-22").outcome("done", "2021-03")
    assert small.verdict("rick").ended.why == "done"


def test_silence_is_claimed_only_up_to_the_last_look():
    small = Small().asks("2020-12-15", of=["ada"]).looked("2021-06").looked("2021-12-15")
    found = small.verdict()
    assert (found.state, iso(found.silent_until)) == ("no_answer", "2021-12-15")
    assert Small().asks("2020", of=["ada"]).verdict().silent_until is None


def test_a_look_outside_the_open_question_claims_nothing():
    assert Small().asks("2020", of=["ada"]).looked("2019").state() == "not_checked"
    assert town().asks("2020", of=["rick"]).looked("2023").verdict("rick").state == "not_checked"
    assert Small().asks("2020", of=["ada"]).looked("2021", of="bea").state() == "not_checked"


def test_a_look_for_the_post_is_one_for_its_holder_of_that_day():
    assert town().asks("2020", of=["rick"]).looked("2021", of="chief").verdict("rick").state == "no_answer"


# Reported silence.


@pytest.mark.parametrize(
    ("found", "state", "until"),
    [("no_response", "no_answer", "2021-05"), ("unreachable", "no_answer", "2021-05"), ("declined", "declined", None)],
)
def test_what_a_source_reports_counts_as_a_look_or_as_declining(found, state, until):
    verdict = Small().asks("2020", of=["ada"]).looked("2021-05", found).verdict()
    assert (verdict.state, iso(verdict.silent_until)) == (state, until)


def test_a_demand_without_an_occasion_asks_nobody():
    found = Small().verdict()
    assert (found.asked, found.named, found.opened, found.state) == (None, False, None, "not_checked")
