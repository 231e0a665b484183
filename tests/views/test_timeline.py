"""The timeline."""

import re
from html import unescape

import pytest

from campaigns.models import PartialDate, Stance, State
from tests import factories as make
from tests.made_once import made_once
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
    campaign = make.make_campaign()
    for day in ("2021-05-20", "2020-06-03", "2021-01-12"):
        make.make_event(slug=f"on-{day}", when=day)
    newest = ["on-2021-05-20", "on-2021-01-12", "on-2020-06-03"]
    assert order(client, campaign) == newest
    assert order(client, campaign, "?order=oldest") == newest[::-1]


def test_a_vague_date_stands_under_its_month_or_year_and_never_as_a_day(client):
    campaign = make.make_campaign()
    for date in ("2021", "2021-04", "2021-04-22"):
        make.make_event(when=date)
    assert headings(client, campaign) == ["2021", "April 2021", "month not known"]
    page = client.get(address(campaign)).content.decode()
    assert '<time datetime="2021">2021</time>' in page
    assert '<time datetime="2021-04">April 2021</time>' in page
    assert "2021-04-01" not in page
    assert "2021-01-01" not in page


def test_windows_follow_each_other_without_a_gap_and_lead_back(client):
    campaign = make.make_campaign()
    slugs = [make.make_event(when=f"2021-{1 + n // 28:02}-{1 + n % 28:02}").slug for n in range(120)][::-1]
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
    campaign = make.make_campaign()
    for n in range(60):
        make.make_event(when=f"2021-{1 + n // 28:02}-{1 + n % 28:02}")
    page = client.get(address(campaign, "?order=oldest")).content.decode()
    assert re.search(r'href="\?order=oldest&amp;after=[^"]+"', page)


@pytest.mark.parametrize(
    "query",
    ["?before=x", "?after=", "?before=00000101.1.1.1.1", "?before=20210231.10.0.1.1", "?after=%00", "?at=x"],
)
def test_a_paging_link_that_was_not_made_here_shows_the_first_window(client, query):
    event = make.make_event()
    assert order(client, event.campaign, query) == [event.slug]


def test_a_place_beyond_the_last_entry_is_an_empty_page_and_not_an_error(client):
    event = make.make_event()
    response = client.get(address(event.campaign, "?before=10000101.10.999999999999999.1.999999999999999"))
    assert response.status_code == 200
    assert "No entry is on record here." in text(response)


def test_an_entry_names_the_speaker_whom_they_spoke_for_and_in_which_capacity(client):
    statement = make.make_statement(
        speaker=make.make_person(name="Ada Speaker"),
        on_behalf_of=make.make_person(name="The Chief"),
        capacity="acting spokeswoman",
        venue="City Hall",
        addressees=[make.make_person(name="The Mayor")],
    )
    page = text(client.get(address(statement.campaign)))
    assert "Ada Speaker, acting spokeswoman on behalf of The Chief" in page
    assert "Addressed to The Mayor" in page
    assert "Where City Hall" in page


def test_an_unnamed_speaker_keeps_the_label_of_the_source(client):
    statement = make.make_statement(speaker=None, speaker_label="a spokeswoman for the mayor’s office")
    assert "a spokeswoman for the mayor’s office" in text(client.get(address(statement.campaign)))


def test_signatories_are_named_described_and_said_to_be_more_where_the_list_is_incomplete(client):
    organization = make.make_organization(name="Urban League")
    statement = make.make_statement(signatories=[organization, "a pastor"], signatories_incomplete=True)
    page = text(client.get(address(statement.campaign)))
    assert "Signed by Urban League, a pastor and others: the list is incomplete" in page


def test_a_quotation_stands_as_printed_in_its_language_beside_a_labelled_translation(client):
    quote = "Primera  línea\n\n«segunda» <b> & 'slips' included"
    statement = make.make_statement(quote=quote, language="es", translation="First line")
    escaped = "Primera  línea\n\n«segunda» &lt;b&gt; &amp; &#x27;slips&#x27; included"
    page = client.get(address(statement.campaign)).content.decode()
    assert f'<blockquote lang="es"><p>{escaped}</p></blockquote>' in page
    assert "Translation First line" in text(client.get(address(statement.campaign)))


def test_a_quotation_in_the_campaigns_language_has_no_language_of_its_own(client):
    statement = make.make_statement(quote="In English.", language="en")
    assert "<blockquote><p>In English.</p></blockquote>" in client.get(address(statement.campaign)).content.decode()


def test_a_renewal_shows_the_wording_of_that_occasion_only_where_it_differs(client):
    demand = make.make_demand(title="Remove the chief", text="REMOVE the chief")
    make.raise_demand(demand, make.make_statement(when="2020-06-03"), text="the chief’s resignation")
    make.raise_demand(demand, make.make_statement(when="2021-04-22"), text="REMOVE the chief")
    page = text(client.get(address(demand.campaign)))
    assert "Raises Remove the chief worded: the chief’s resignation" in page
    assert page.count("worded:") == 1


def test_one_statement_answers_two_demands_in_opposite_ways(client):
    one, two = make.make_demand(title="Resign"), make.make_demand(title="Body cameras")
    statement = make.make_statement()
    make.answer(one, Stance.REJECTS, statement=statement, note="Too much to do.")
    make.answer(two, Stance.PROMISES, statement=statement)
    page = text(client.get(address(one.campaign)))
    assert "In answer to rejects Resign Too much to do. promises Body cameras" in page


def test_an_answer_to_the_whole_letter_is_marked(client):
    demand, letter = make.make_demand(), make.make_statement(speaker=make.make_person(name="The League"))
    make.raise_demand(demand, letter)
    make.answer(letter=letter, stance=Stance.NO_POSITION, when="2021-04-23")
    assert "takes no position the whole letter: The League, April 22, 2021" in text(
        client.get(address(demand.campaign))
    )


def test_a_reply_names_what_it_replies_to(client):
    first = make.make_statement(speaker=make.make_person(name="The League"), when="2020-06-03")
    make.make_statement(replies_to=first)
    assert "Replies to The League, June 3, 2020" in text(client.get(address(first.campaign)))


NOT_ADDRESSED = "the demand was not addressed to them"


def test_an_answer_is_marked_with_whose_it_is_where_it_is_not_the_addressees_own(client):
    city, other = make.make_organization(), make.make_person()
    asked = make.make_organization(parent=city)
    part, member = make.make_organization(parent=asked), make.make_person()
    make.make_membership(member, asked)
    decider = make.make_organization()
    demand = make.make_demand([asked], [decider])
    words = {
        asked: "",
        part: "by people of the body that was asked",
        member: "by people of the body that was asked",
        city: "said by the body above the one that was asked",
        decider: "not asked, but decides",
        other: NOT_ADDRESSED,
    }
    for speaker in words:
        make.answer(demand, speaker=speaker)
        page = client.get(address(demand.campaign)).content.decode()
        marks = re.findall(r'<span class="mark">([^<]*)</span>', page)
        assert [mark for mark in marks if mark != "cannot decide this"] == [words[speaker]] * bool(words[speaker])
        demand.responses.all().delete()


def test_whoever_cannot_decide_is_marked_where_the_record_names_who_does(client):
    asked, board = make.make_person(), make.make_organization()
    demand, undecided = make.make_demand([asked], [board]), make.make_demand([asked])
    for subject in (demand, undecided):
        make.answer(subject, speaker=asked)
    make.answer(demand, speaker=board)
    assert text(client.get(address(demand.campaign))).count("cannot decide this") == 1


def test_the_holder_of_a_post_that_was_asked_was_asked(client):
    post, holder = make.make_post(), make.make_person()
    make.make_membership(holder, post=post, start="2020", end="2022")
    demand = make.make_demand([post])
    make.answer(demand, speaker=holder, when="2021-04-22")
    assert NOT_ADDRESSED not in text(client.get(address(demand.campaign)))
    make.answer(demand, speaker=holder, when="2023-04-22")
    assert text(client.get(address(demand.campaign))).count(NOT_ADDRESSED) == 1


def test_an_answer_to_a_letter_by_somebody_none_of_its_demands_was_put_to_is_marked(client):
    asked, other = make.make_person(), make.make_person()
    demand, letter = make.make_demand([asked]), make.make_statement()
    make.raise_demand(demand, letter)
    make.answer(letter=letter, speaker=asked)
    make.answer(letter=letter, speaker=other)
    assert text(client.get(address(demand.campaign))).count(NOT_ADDRESSED) == 1


def test_where_sources_disagree_each_value_stands_beside_its_source(client):
    statement = make.make_statement()
    make.cite(statement, make.make_source(publisher="The Star", published="2021-04-23"), about="the verb", says="fired")
    make.cite(statement, make.make_source(publisher="KSHB", published=None), about="the verb", says="resign")
    page = text(client.get(address(statement.campaign)))
    assert re.search(
        r"Sources disagree about the verb: fired The Star, A report, April 23, 2021 news\.example\.org"
        r" resign KSHB, A report, undated news\.example\.org",
        page,
    )


def test_a_link_to_a_source_gives_nothing_away(client):
    event = make.make_event(sources=[make.make_source(url="https://news.example.org/a?b=1&c")])
    page = client.get(address(event.campaign)).content.decode()
    assert 'href="https://news.example.org/a?b=1&amp;c" rel="noopener noreferrer nofollow"' in page


def test_an_outcome_is_a_square_and_an_event_says_what_it_did_to_a_demand(client):
    demand = make.make_demand(title="Cut the budget")
    make.affect(make.make_event(title="The ruling", when="2021-10-05"), demand, "sets_back", note="Void.")
    make.make_outcome(demand, status="reversed", reason="Ruled void.")
    page = client.get(address(demand.campaign)).content.decode()
    assert page.count('class="status status-reversed"') == 1
    assert "The ruling Sets back Cut the budget Void." in text(client.get(address(demand.campaign)))


def filtered_by(response) -> list[tuple[str, str]]:
    """The filters in use as the page lists them, each with the address without it."""
    page = response.content.decode()
    found = re.findall(r'<li>([^<]*(?:<b>[^<]*</b>)?) <a id="in-use-\d+" href="[^?]*\?([^"]*)"', page)
    return [(re.sub("<.*?>", "", words), unescape(query)) for words, query in found]


def found(response) -> str:
    return re.search(r'id="found" role="status">([^<]*)<', response.content.decode())[1]  # type: ignore[index]


@made_once
def exchange():
    """A letter with two demands, refused in part by the mayor; an event beside it."""
    campaign = make.make_campaign(slug="city", languages=["es"])
    mayor = make.make_official(slug="mayor", name="Ann Roe")
    league = make.make_organization(slug="league", name="The League")
    books, cameras = (
        make.make_demand([mayor], slug="books", title="Open the books"),
        make.make_demand([mayor], slug="cameras", title="Wear cameras"),
    )
    letter = make.make_statement(slug="letter", speaker=league, when="2020-06", quote="¡Ya!", language="es")
    make.raise_demand(books, letter, text="Open every ledger.")
    make.raise_demand(cameras, letter)
    make.answer(books, speaker=mayor, slug="no", when="2021-04-22", note="The council decides.")
    make.make_event(slug="protest", when="2021-05-29")
    return campaign


@pytest.mark.parametrize(
    ("query", "slugs"),
    [
        ("demand=books", ["no", "letter"]),
        ("demand=cameras", ["letter"]),
        ("official=mayor", ["no"]),
        ("organization=league", ["letter"]),
        ("stance=rejects", ["no"]),
        ("kind=event&kind=response", ["protest", "no"]),
        ("year=2021", ["protest", "no"]),
        ("start=2020-06-15&end=2021-04", ["no", "letter"]),
        ("unanswered=on", ["letter"]),
        ("language=es", ["letter"]),
        ("q=ledgers", ["letter"]),
        ("q=council", ["no"]),
        ("demand=books&year=2020&order=oldest", ["letter"]),
    ],
)
def test_a_filter_leaves_what_fits_says_how_much_and_can_be_taken_away(client, exchange, query, slugs):
    response = client.get(address(exchange, f"?{query}"))
    shown = re.findall(r'<article [^>]*id="(?:statement|event)-([^"]+)"', response.content.decode())
    assert shown == slugs
    assert found(response) == ("1 entry" if len(slugs) == 1 else f"{len(slugs)} entries")
    pairs = [pair for pair in query.split("&") if not pair.startswith("order")]
    assert len(filtered_by(response)) == len(pairs)
    for pair, (_words, rest) in zip(pairs, filtered_by(response), strict=True):
        assert sorted(rest.split("&")) == sorted({*query.split("&")} - {pair} or {""})


def test_the_filters_in_use_are_named_in_words(client, exchange):
    query = "?demand=books&stance=rejects&start=2021-04&unanswered=on&q=council&language=es&kind=event"
    assert [words for words, _rest in filtered_by(client.get(address(exchange, query)))] == [
        "Words: Council",
        "Demand: Open the books",
        "Kind of entry: Event",
        "Stance: Rejects",
        "From: April 2021",
        "Language of the quotation: Spanish",
        "Only demands that still wait for an answer",
    ]


def test_the_form_holds_the_filters_and_says_how_many_entries_each_choice_leaves(client, exchange):
    page = client.get(address(exchange, "?kind=response&q=council")).content.decode()
    assert '<option value="books">Open the books (1)</option>' in page
    assert '<option value="cameras">Wear cameras (0)</option>' in page
    kinds = re.findall(r'name="kind" id="[^"]*" value="(\w+)"( checked)?>.*?class="count">([^<]*)<', page)
    assert kinds == [
        ("issuance", "", "0"),
        ("response", " checked", "1"),
        ("statement", "", "0"),
        ("event", "", "0"),
        ("outcome", "", "0"),
    ]
    assert 'name="q" id="id_q" value="council"' in page
    assert '<option value="2021">2021 (1)</option>' in page


@pytest.mark.parametrize(
    ("query", "sentence", "links"),
    [
        ("demand=secret", "“secret” is not known here.", {"?demand=books&year=2021", "?demand=cameras&year=2021"}),
        ("official=league", "“league” is not known here.", {"?official=mayor&year=2021"}),
        ("order=upside-down", "“upside-down” is not known here.", {"?year=2021", "?year=2021&order=oldest"}),
        ("unanswered=maybe", "“maybe” is not known here.", {"?year=2021&unanswered=on"}),
        ("stance=shouts", "“shouts” is not known here.", {f"?stance={stance}&year=2021" for stance in Stance.values}),
        ("start=2021-02-31", "“2021-02-31” is not in the calendar.", set()),
        ("q=%21%21", "There is no word in this to look for.", set()),
    ],
)
def test_an_unknown_value_is_refused_with_the_valid_ones_as_links(client, exchange, query, sentence, links):
    make.make_demand(campaign=exchange, slug="secret", state=State.DRAFT)
    response = client.get(address(exchange, f"?{query}&year=2021"))
    assert response.status_code == 400
    page = response.content.decode()
    problems = page[page.index('class="problems"') :]
    problems = problems[: problems.index("</div>")]
    assert sentence in unescape(problems)
    assert {unescape(link) for link in re.findall(r'href="/city/timeline/([^"]*)"', problems)} == links
    for link in links:
        assert client.get(address(exchange, link)).status_code == 200
    assert "No entry" not in text(response)


def test_what_is_left_empty_counts_as_no_filter(client, exchange):
    response = client.get(address(exchange, "?q=&demand=&year=&start=&order="))
    assert (response.status_code, found(response), filtered_by(response)) == (200, "3 entries", [])


def test_where_nothing_fits_the_page_says_what_that_means(client, exchange):
    page = text(client.get(address(exchange, "?year=1999")))
    assert "0 entries" in page
    assert "That says what is recorded here, not what was said: take one of the filters away." in page


def test_the_links_to_further_windows_keep_the_filters(client):
    campaign = make.make_campaign()
    person = make.make_official(slug="mayor")
    slugs = [make.make_statement(speaker=person, when=f"2021-{1 + n // 28:02}-{1 + n % 28:02}").slug for n in range(60)]
    make.make_event(when="2020")
    page = client.get(address(campaign, "?official=mayor&order=oldest")).content.decode()
    later = re.search(r'class="pager-later" href="([^"]+)"', page)
    assert later
    assert later[1].startswith("?official=mayor&amp;order=oldest&amp;after=2021")
    after = client.get(address(campaign, unescape(later[1]))).content.decode()
    assert re.findall(r'id="statement-([^"]+)"', after) == slugs[50:]


def test_htmx_gets_the_bytes_that_stand_in_the_page_and_an_address_without_empty_fields(client, exchange):
    query = "?q=&demand=books&stance=rejects&year="
    page = client.get(address(exchange, query))
    fragment = client.get(address(exchange, query), headers={"HX-Request": "true"})
    assert fragment.content in page.content
    assert fragment.content.startswith(b'<div class="sift"')
    assert fragment["HX-Push-Url"] == "/city/timeline/?demand=books&stance=rejects"
    assert "HX-Push-Url" not in page.headers
    assert client.get(address(exchange), headers={"HX-Request": "true"})["HX-Push-Url"] == "/city/timeline/"


def permalink(client, campaign, anchor: str) -> str:
    """The address that an entry gives for itself on a page where it is first."""
    page = client.get(address(campaign, "?order=oldest")).content.decode()
    entry = page[page.index(f'id="{anchor}"') :]
    return re.search(r'class="entry-at" href="([^"]+)"', entry)[1]  # type: ignore[index]


@pytest.mark.parametrize("order", ["newest", "oldest"])
def test_a_permanent_link_opens_the_window_with_its_entry_even_after_its_date_is_corrected(client, order):
    campaign = make.make_campaign()
    event = make.make_event(slug="first", when="2020-01-01")
    link = permalink(client, campaign, "event-first")
    assert re.fullmatch(rf"{address(campaign)}\?at=20200101\.10\.0\.2\.{event.pk}#event-first", link)
    for n in range(120):
        make.make_event(when=f"2021-{1 + n // 28:02}-{1 + n % 28:02}")
    event.when = PartialDate.parse("2021-03-01")
    event.save()
    path = f"{link.partition('#')[0]}&order={order}"
    assert re.findall(r'id="event-([^"]+)"', client.get(path).content.decode())[0] == "first"


@pytest.mark.parametrize("state", [State.DRAFT, State.IN_REVIEW, State.WITHDRAWN])
def test_a_permanent_link_to_what_is_not_public_is_that_of_nothing(client, state):
    campaign = make.make_campaign()
    for day in ("2021-01-01", "2021-03-01"):
        make.make_event(when=day)
    hidden = make.make_event(
        when="2021-04-01", state=state, withdrawal_reason="" if state != State.WITHDRAWN else "No."
    )
    answers = [
        client.get(address(campaign, f"?at=20210201.10.0.2.{pk}")).content for pk in (hidden.pk, hidden.pk + 10_000)
    ]
    assert answers[0] == answers[1]
    assert answers[0].count(b"<article") == 1


#: Each filter, some together.
QUERIES = (
    "", "?demand=one&stance=rejects", "?official=chief&kind=response", "?start=2020&end=2021-05", "?q=words",
    "?language=en", "?organization=group", "?post=post", "?year=2021",
)  # fmt: skip


@pytest.mark.parametrize("rows", [1, 20])
def test_the_number_of_queries_does_not_grow_with_the_record(client, django_assert_max_num_queries, rows):
    person, group, post = (
        make.make_official(slug="chief"),
        make.make_organization(slug="group"),
        make.make_post(slug="post"),
    )
    for number in range(rows):
        day = f"2021-05-{number + 1:02}"  # so that the newest fifty are of every kind at both sizes
        demand = make.make_demand([person], [person], slug="one" if number == 0 else f"demand-{number}")
        letter = make.make_statement(speaker=post, signatories=[person], when=day, quote="Some words.")
        make.raise_demand(demand, letter)
        make.answer(demand, speaker=person, on_behalf_of=group, replies_to=letter, when=day, quote="More words.")
        make.answer(letter=letter, speaker=person, when=day)
        make.affect(make.make_event(when=day), demand)
        make.make_outcome(demand, assessor=person, when=day)
        make.raise_demand(demand, when=day)
    for query in QUERIES:
        with django_assert_max_num_queries(21):
            response = client.get(address(demand.campaign, query))
        assert response.content.count(b"<article") > 0
