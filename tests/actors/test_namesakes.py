"""Two officials of one name are told apart wherever both stand, by what every reader may know."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from campaigns.actors.namesakes import described, named_apart, same_names, tell_apart
from campaigns.models import Classification, State
from tests import factories as make
from tests.pages import text

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign():
    return make.make_campaign(slug="kc")


def official(campaign, slug, body, post, *, name="John Smith", **term):
    """Return an official with a post in a public body."""
    organization = make.make_organization(
        campaign=campaign, name=body, slug=f"{slug}-body", classification=Classification.GOVERNMENT
    )
    person = make.make_person(campaign=campaign, name=name, slug=slug)
    post = make.make_post(campaign=campaign, name=post, slug=f"{slug}-post", organization=organization)
    make.make_membership(person, organization, post=post, **term)
    return person


@pytest.fixture
def smiths(campaign):
    return [
        official(campaign, "smith", "City Council", "Member", start="2015-08", end="2019"),
        official(campaign, "smith-2", "Board of Police", "Secretary", name="JOHN SMITH", start="2021"),
    ]


def both_answer(campaign, smiths):
    demand = make.make_demand(smiths, campaign=campaign, slug="ask")
    make.raise_demand(demand, when="2021")
    for number, smith in enumerate(smiths):
        make.answer(demand, campaign=campaign, speaker=smith, when=f"2021-0{number + 5}", slug=f"said-{number}")


MARKS = ["(Member, City Council, 2015–2019)", "(Secretary, Board of Police, 2021–)"]


def test_no_query_is_asked_where_all_names_differ(campaign, django_assert_num_queries):
    people = [make.make_person(campaign=campaign, name=name) for name in ("Ann", "Ana", "Bo")]
    with django_assert_num_queries(0):
        tell_apart([*people, people[0]])
    assert [named_apart(one) for one in people] == ["Ann", "Ana", "Bo"]


def test_names_are_the_same_whatever_their_accents_and_case_but_not_in_another_campaign(campaign):
    sanchez, other = (make.make_person(campaign=campaign, name=name) for name in ("Ana Sánchez", "ANA SANCHEZ"))
    group = make.make_organization(campaign=campaign, name="Ana Sanchez")
    far = make.make_person(campaign=make.make_campaign(slug="far"), name="Ana Sanchez")
    assert same_names([sanchez, other, group, far]) == [sanchez, other, group]


def test_three_queries_tell_any_number_apart(campaign, smiths, django_assert_num_queries):
    more = [official(campaign, f"more-{n}", f"Body {n}", "Clerk") for n in range(5)]
    with django_assert_num_queries(2):  # none of them has anything above it
        tell_apart([*smiths, *more])
    assert [one.apart for one in smiths] == [mark.strip("()") for mark in MARKS]
    assert more[3].apart == "Clerk, Body 3"


def test_the_last_two_roles_are_named(campaign):
    person = official(campaign, "smith", "One", "Clerk", start="2001", end="2002")
    for year, body in (("2003", "Two"), ("2005", "Three")):
        make.make_membership(person, make.make_organization(campaign=campaign, name=body), start=year)
    assert described(person, list(person.memberships.in_order()), None) == "Two, 2003–; Three, 2005–"


def test_posts_and_organizations_are_told_apart_by_where_and_what_they_are(campaign):
    city, county = (make.make_organization(campaign=campaign, name=name) for name in ("City", "County"))
    chiefs = [make.make_post(campaign=campaign, name="Chief", organization=body) for body in (city, county)]
    boards = [
        make.make_organization(campaign=campaign, name="Board", **fields)
        for fields in ({"classification": "government", "scope": "local", "parent": city}, {"classification": "media"})
    ]
    tell_apart([*chiefs, *boards])
    assert [one.apart for one in chiefs] == ["City", "County"]
    assert [one.apart for one in boards] == ["public body, local, City", "news organization"]


def test_nothing_of_a_draft_tells_them_apart(campaign, smiths):
    draft = make.make_post(campaign=campaign, name="Secret post", state=State.DRAFT)
    make.make_membership(smiths[0], draft.organization, post=draft)
    tell_apart(smiths)
    assert smiths[0].apart == MARKS[0].strip("()")
    hidden = make.make_person(campaign=campaign, name="John Smith", state=State.DRAFT)
    tell_apart([smiths[0], hidden])
    assert hidden.apart == ""


@pytest.mark.parametrize(
    "address",
    [
        "timeline/",
        "timeline/?official=smith",
        "answers/",
        "demands/ask/",
        "search/?q=smith",
        "embed/",
    ],
)
def test_every_page_that_shows_both_tells_which_is_which(campaign, smiths, address):
    both_answer(campaign, smiths)
    page = text(Client().get(f"/kc/{address}"))
    assert [mark for mark in MARKS if mark.strip("()") not in page] == []


@pytest.mark.parametrize("frame", ["timeline", "answers", "demands/ask"])
def test_frames_tell_them_apart_too(campaign, smiths, frame):
    both_answer(campaign, smiths)
    page = text(Client().get(f"/embed/kc/{frame}/"))
    assert [mark for mark in MARKS if mark not in page] == []


def test_the_title_of_an_officials_page_says_the_role(campaign, smiths):
    page = Client().get("/kc/officials/smith/").content.decode()
    assert "<title>John Smith, Member, City Council" in page


def test_a_page_without_namesakes_asks_no_more_than_before(campaign):
    counts = []
    for slug, name in (("one", "Ann"), ("two", "Ben")):
        speaker = official(campaign, slug, f"Body {slug}", f"Clerk {slug}", name=name)
        make.make_statement(campaign=campaign, speaker=speaker)
        with CaptureQueriesContext(connection) as asked:
            Client().get("/kc/timeline/")
        counts.append(len(asked))
    assert counts[0] == counts[1]
