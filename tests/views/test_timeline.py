"""The timeline."""

import re

import pytest

from campaigns.models import Stance, State
from tests.factories import (
    affect,
    answer,
    cite,
    make_campaign,
    make_demand,
    make_event,
    make_membership,
    make_organization,
    make_outcome,
    make_person,
    make_post,
    make_source,
    make_statement,
    raise_demand,
)
from tests.pages import text

pytestmark = pytest.mark.django_db


def address(campaign, query: str = "") -> str:
    return f"{campaign.get_absolute_url()}timeline/{query}"


def order(client, campaign, query: str = "") -> list[str]:
    """The slugs of the events on the page, in its order."""
    return re.findall(r'id="event-([^"]+)"', client.get(address(campaign, query)).content.decode())


def headings(client, campaign, query: str = "") -> list[str]:
    page = client.get(address(campaign, query)).content.decode()
    return re.findall(r'<h[23] class="(?:year|month)-title"[^>]*>([^<]+)</h', page)


def test_the_newest_entry_comes_first_and_the_oldest_on_request(client):
    campaign = make_campaign()
    for day in ("2021-05-20", "2020-06-03", "2021-01-12"):
        make_event(slug=f"on-{day}", when=day)
    newest = ["on-2021-05-20", "on-2021-01-12", "on-2020-06-03"]
    assert order(client, campaign) == newest
    assert order(client, campaign, "?order=oldest") == newest[::-1]


def test_a_vague_date_stands_under_its_month_or_year_and_never_as_a_day(client):
    campaign = make_campaign()
    for date in ("2021", "2021-04", "2021-04-22"):
        make_event(when=date)
    assert headings(client, campaign) == ["2021", "April 2021", "month not known"]
    page = client.get(address(campaign)).content.decode()
    assert '<time datetime="2021">2021</time>' in page
    assert '<time datetime="2021-04">April 2021</time>' in page
    assert "2021-04-01" not in page
    assert "2021-01-01" not in page


def test_windows_follow_each_other_without_a_gap_and_lead_back(client):
    campaign = make_campaign()
    slugs = [make_event(when=f"2021-{1 + n // 28:02}-{1 + n % 28:02}").slug for n in range(120)][::-1]
    seen = []
    query = ""
    for _page in range(3):
        seen += order(client, campaign, query)
        page = client.get(address(campaign, query)).content.decode()
        earlier = re.search(r'href="(\?before=[^"]+)"', page)
        later = re.search(r'href="(\?after=[^"]+)"', page)
        query = earlier[1] if earlier else ""
    assert seen == slugs
    assert not earlier
    assert later
    assert order(client, campaign, later[1]) == slugs[50:100]


def test_paging_keeps_the_order(client):
    campaign = make_campaign()
    for n in range(60):
        make_event(when=f"2021-{1 + n // 28:02}-{1 + n % 28:02}")
    page = client.get(address(campaign, "?order=oldest")).content.decode()
    assert re.search(r'href="\?order=oldest&amp;after=[^"]+"', page)


@pytest.mark.parametrize(
    "query",
    ["?before=x", "?after=", "?before=00000101.1.1.1.1", "?before=20210231.10.0.1.1", "?after=%00", "?order=%00"],
)
def test_a_paging_link_that_was_not_made_here_shows_the_first_window(client, query):
    event = make_event()
    assert order(client, event.campaign, query) == [event.slug]


def test_a_place_beyond_the_last_entry_is_an_empty_page_and_not_an_error(client):
    event = make_event()
    response = client.get(address(event.campaign, "?before=10000101.10.999999999999999.1.999999999999999"))
    assert response.status_code == 200
    assert "No entry is on record here." in text(response)


def test_an_entry_names_the_speaker_whom_they_spoke_for_and_in_which_capacity(client):
    statement = make_statement(
        speaker=make_person(name="Ada Speaker"),
        on_behalf_of=make_person(name="The Chief"),
        capacity="acting spokeswoman",
        venue="City Hall",
        addressees=[make_person(name="The Mayor")],
    )
    page = text(client.get(address(statement.campaign)))
    assert "Ada Speaker, acting spokeswoman on behalf of The Chief" in page
    assert "Addressed to The Mayor" in page
    assert "Where City Hall" in page


def test_an_unnamed_speaker_keeps_the_label_of_the_source(client):
    statement = make_statement(speaker=None, speaker_label="a spokeswoman for the mayor’s office")
    assert "a spokeswoman for the mayor’s office" in text(client.get(address(statement.campaign)))


def test_signatories_are_named_described_and_said_to_be_more_where_the_list_is_incomplete(client):
    organization = make_organization(name="Urban League")
    statement = make_statement(signatories=[organization, "a pastor"], signatories_incomplete=True)
    page = text(client.get(address(statement.campaign)))
    assert "Signed by Urban League, a pastor and others: the list is incomplete" in page


def test_a_quotation_stands_as_printed_in_its_language_beside_a_labelled_translation(client):
    quote = "Primera  línea\n\n«segunda» <b> & 'slips' included"
    statement = make_statement(quote=quote, language="es", translation="First line")
    escaped = "Primera  línea\n\n«segunda» &lt;b&gt; &amp; &#x27;slips&#x27; included"
    page = client.get(address(statement.campaign)).content.decode()
    assert f'<blockquote lang="es"><p>{escaped}</p></blockquote>' in page
    assert "Translation First line" in text(client.get(address(statement.campaign)))


def test_a_quotation_in_the_campaigns_language_has_no_language_of_its_own(client):
    statement = make_statement(quote="In English.", language="en")
    assert "<blockquote><p>In English.</p></blockquote>" in client.get(address(statement.campaign)).content.decode()


def test_a_renewal_shows_the_wording_of_that_occasion_only_where_it_differs(client):
    demand = make_demand(title="Remove the chief", text="REMOVE the chief")
    raise_demand(demand, make_statement(when="2020-06-03"), text="the chief’s resignation")
    raise_demand(demand, make_statement(when="2021-04-22"), text="REMOVE the chief")
    page = text(client.get(address(demand.campaign)))
    assert "Raises Remove the chief worded: the chief’s resignation" in page
    assert page.count("worded:") == 1


def test_one_statement_answers_two_demands_in_opposite_ways(client):
    one, two = make_demand(title="Resign"), make_demand(title="Body cameras")
    statement = make_statement()
    answer(one, Stance.REJECTS, statement=statement, note="Too much to do.")
    answer(two, Stance.PROMISES, statement=statement)
    page = text(client.get(address(one.campaign)))
    assert "Answers rejects Resign Too much to do. promises Body cameras" in page


def test_an_answer_to_the_whole_letter_is_marked(client):
    demand, letter = make_demand(), make_statement(speaker=make_person(name="The League"))
    raise_demand(demand, letter)
    answer(letter=letter, stance=Stance.NO_POSITION, when="2021-04-23")
    assert "takes no position the whole letter: The League, April 22, 2021" in text(
        client.get(address(demand.campaign))
    )


def test_a_reply_names_what_it_replies_to(client):
    first = make_statement(speaker=make_person(name="The League"), when="2020-06-03")
    make_statement(replies_to=first)
    assert "Replies to The League, June 3, 2020" in text(client.get(address(first.campaign)))


def test_an_answer_from_somebody_who_was_not_asked_is_marked(client):
    asked, other = make_person(), make_person()
    demand = make_demand([asked])
    answer(demand, speaker=asked)
    assert "not asked" not in text(client.get(address(demand.campaign)))
    answer(demand, speaker=other)
    assert text(client.get(address(demand.campaign))).count("from somebody who was not asked") == 1


def test_an_answer_without_the_power_to_grant_is_marked_where_the_record_names_who_has_it(client):
    asked, board = make_person(), make_organization()
    demand, undecided = make_demand([asked], [board]), make_demand([asked])
    for subject in (demand, undecided):
        answer(subject, speaker=asked)
    answer(demand, speaker=board)
    assert text(client.get(address(demand.campaign))).count("from somebody who could not grant it") == 1


def test_the_holder_of_a_post_that_was_asked_was_asked(client):
    post, holder = make_post(), make_person()
    make_membership(holder, post=post, start="2020", end="2022")
    demand = make_demand([post])
    answer(demand, speaker=holder, when="2021-04-22")
    assert "not asked" not in text(client.get(address(demand.campaign)))
    answer(demand, speaker=holder, when="2023-04-22")
    assert text(client.get(address(demand.campaign))).count("not asked") == 1


def test_an_answer_to_a_letter_by_somebody_none_of_its_demands_was_put_to_is_marked(client):
    asked, other = make_person(), make_person()
    demand, letter = make_demand([asked]), make_statement()
    raise_demand(demand, letter)
    answer(letter=letter, speaker=asked)
    answer(letter=letter, speaker=other)
    assert text(client.get(address(demand.campaign))).count("from somebody who was not asked") == 1


def test_where_sources_disagree_each_value_stands_beside_its_source(client):
    statement = make_statement()
    cite(statement, make_source(publisher="The Star", published="2021-04-23"), about="the verb", says="fired")
    cite(statement, make_source(publisher="KSHB", published=None), about="the verb", says="resign")
    page = text(client.get(address(statement.campaign)))
    assert re.search(
        r"Sources disagree about the verb: fired The Star, A report, April 23, 2021 news\.example\.org"
        r" resign KSHB, A report, undated news\.example\.org",
        page,
    )


def test_a_link_to_a_source_gives_nothing_away(client):
    event = make_event(sources=[make_source(url="https://news.example.org/a?b=1&c")])
    page = client.get(address(event.campaign)).content.decode()
    assert 'href="https://news.example.org/a?b=1&amp;c" rel="noopener noreferrer nofollow"' in page


def test_an_outcome_is_a_square_and_an_event_says_what_it_did_to_a_demand(client):
    demand = make_demand(title="Cut the budget")
    affect(make_event(title="The ruling", when="2021-10-05"), demand, "sets_back", note="Void.")
    make_outcome(demand, status="reversed", reason="Ruled void.")
    page = client.get(address(demand.campaign)).content.decode()
    assert page.count('class="status status-reversed"') == 1
    assert "The ruling Sets back Cut the budget Void." in text(client.get(address(demand.campaign)))


def test_a_draft_leaves_no_trace(client):
    event = make_event()
    make_event(title="The secret event", state=State.DRAFT)
    assert "secret" not in text(client.get(address(event.campaign)))


@pytest.mark.parametrize("rows", [1, 20])
def test_the_number_of_queries_does_not_grow_with_the_record(client, django_assert_num_queries, rows):
    person = make_person()
    for number in range(rows):
        day = f"2021-05-{number + 1:02}"  # so that the newest fifty are of every kind at both sizes
        demand, letter = make_demand([person], [person]), make_statement(signatories=[person], when=day)
        raise_demand(demand, letter)
        answer(demand, speaker=person, replies_to=letter, when=day)
        answer(letter=letter, speaker=person, when=day)
        affect(make_event(when=day), demand)
        make_outcome(demand, assessor=person, when=day)
        raise_demand(demand, when=day)
    with django_assert_num_queries(17):
        client.get(address(demand.campaign))
