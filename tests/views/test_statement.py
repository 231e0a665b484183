"""A statement's own page."""

import datetime as dt
import re

import pytest

from campaigns.models import Relation, Stance, Statement
from tests import factories as make
from tests.pages import text

pytestmark = pytest.mark.django_db


def page_of(client, statement):
    return client.get(f"/{statement.campaign.slug}/statements/{statement.slug}/")


def test_it_says_who_spoke_for_whom_in_which_role_when_and_where(client):
    chief = make.make_person(name="Chief Smith")
    statement = make.make_statement(
        speaker=None,
        speaker_label="a spokesman",
        on_behalf_of=chief,
        capacity="as chief",
        venue="City Hall",
        when="2021-04",
        end="2021-05",
    )
    words = text(page_of(client, statement))
    assert "a spokesman, April 2021 to May 2021 a spokesman, as chief on behalf of Chief Smith" in words
    assert "Where City Hall" in words


def test_a_quotation_stands_exactly_in_its_language_beside_a_labelled_translation(client):
    quote = "No  me voy —\n“nunca” <b>jamas</b>"
    statement = make.make_statement(quote=quote, language="es", translation="I am not leaving.")
    page = page_of(client, statement).content.decode()
    printed = re.search(r'<blockquote lang="es"><p>(.*?)</p></blockquote>', page, re.DOTALL)
    assert printed is not None
    assert printed[1] == quote.replace("<b>", "&lt;b&gt;").replace("</b>", "&lt;/b&gt;")
    assert "Translation I am not leaving." in text(page_of(client, statement))


def test_signatories_who_are_only_described_and_an_incomplete_list_are_shown_as_such(client):
    naacp = make.make_organization(name="NAACP")
    statement = make.make_statement(signatories=[naacp, "three pastors"], signatories_incomplete=True)
    assert "Signed by NAACP, three pastors and others: the list is incomplete" in text(page_of(client, statement))


def test_each_demand_it_raises_stands_in_the_wording_of_that_day_with_its_own_source(client):
    statement = make.make_statement()
    raised = make.raise_demand(
        make.make_demand(title="Remove the chief", text="Today's words"), statement, text="Fire him now"
    )
    make.cite(raised, make.make_source(publisher="The Wording Times"))
    words = text(page_of(client, statement))
    assert "Remove the chief Fire him now Sources The Wording Times" in words
    assert "Today's words" not in words


def test_what_it_answers_has_its_stance_and_note(client):
    demand = make.make_demand(title="Remove the chief")
    response = make.answer(demand, Stance.ACCEPTS, note="He said so twice.")
    assert "What it answers accepts Remove the chief He said so twice." in text(page_of(client, response.statement))


@pytest.mark.parametrize("kind", Relation.Kind)
def test_a_relation_is_shown_on_both_pages(client, kind):
    first = make.make_statement(speaker=make.make_person(name="Grant"), when="2021-04-01")
    second = make.make_statement(speaker=make.make_person(name="Smith"), when="2021-04-02")
    Relation.objects.create(statement=second, to=first, kind=kind)
    assert f"{Relation.Kind(kind).label.capitalize()}: Grant, April 1, 2021" in text(page_of(client, second))
    referred = text(page_of(client, first)).partition("What refers to it")[2]
    assert f"{Relation.Kind(kind).label.capitalize()} Grant, April 1, 2021" in referred
    assert "Smith" in referred


def test_an_answer_to_the_whole_letter_is_shown_on_the_letter(client):
    letter = make.make_statement()
    make.answer(letter=letter, stance=Stance.DEFLECTS, speaker=make.make_person(name="The Mayor"))
    referred = text(page_of(client, letter)).partition("What refers to it")[2]
    assert "The Mayor" in referred
    assert "deflects the whole letter" in referred


def test_where_sources_disagree_each_value_stands_beside_its_source(client):
    statement = make.make_statement()
    make.cite(statement, make.make_source(publisher="Star"), about="the day", says="22 April")
    make.cite(statement, make.make_source(publisher="Post"), about="the day", says="23 April")
    words = text(page_of(client, statement))
    assert re.search(r"Sources disagree about the day: 22 April Star, .* 23 April Post, ", words)


def test_it_can_be_cited_by_its_permanent_address_and_says_when_it_was_recorded_there(client):
    # 3 May in Tokyo, still 2 May in the database's time zone.
    campaign = make.make_campaign(name="The Record", timezone="Asia/Tokyo")
    recorded = dt.datetime(2021, 5, 2, 20, tzinfo=dt.UTC)
    statement = make.make_statement(
        campaign=campaign, speaker=make.make_person(campaign=campaign, name="Grant"), slug="a-letter"
    )
    Statement.objects.update(recorded_at=recorded)
    words = text(page_of(client, statement))
    cited = f"http://testserver/{campaign.slug}/statements/a-letter/"
    assert f"Grant: Other statement or act, April 22, 2021. In: The Record, recorded on May 3, 2021. {cited}" in words
    assert "Recorded on May 3, 2021." in words


def test_replies_are_shown_a_window_at_a_time(client):
    letter = make.make_statement(when="2021-01-01")
    for day in range(1, 26):
        make.make_statement(replies_to=letter, when=f"2021-02-{day:02}", summary=f"Reply {day:02}.")
    first = page_of(client, letter).content.decode()
    following = re.search(r'href="(\?after=[^"]+)"', first)
    assert following is not None
    second = client.get(f"/{letter.campaign.slug}/statements/{letter.slug}/{following[1]}").content.decode()
    shown = [re.findall(r"Reply (\d\d)\.", page) for page in (first, second)]
    assert shown == [[f"{n:02}" for n in range(1, 21)], [f"{n:02}" for n in range(21, 26)]]
