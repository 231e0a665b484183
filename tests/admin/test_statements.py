"""Add a statement in two minutes: one form, its source by its address, its demands, and no second one by mistake."""

import pytest
from django.urls import reverse

from campaigns.admin.statement import find_source
from campaigns.models import Participant, Source, Statement
from tests import factories as make
from tests.admin.browser_form import form_values
from tests.admin.clients import login
from tests.admin.test_conflicts import address
from tests.admin.test_transitions import said

pytestmark = pytest.mark.django_db
ADD = reverse("admin:campaigns_statement_add")


@pytest.fixture
def campaign():
    return make.make_campaign(slug="kc", timezone="America/Chicago")


@pytest.fixture
def ann(campaign):
    return login("ann")


def fill(client, url=ADD, **typed):
    return client.post(url, form_values(client.get(url)) | typed)


def filled(campaign, **typed) -> dict[str, str]:
    chief = make.make_person(campaign=campaign, name="Rick Smith")
    return {"quote": "No.", "speaker": str(chief.pk), "when": "22 April 2021"} | typed


def test_a_statement_with_a_new_source_and_two_stances(ann, campaign):
    one, other = make.make_demand(campaign=campaign), make.make_demand(campaign=campaign)
    typed = filled(
        campaign, source_url="https://news.example.org/a?utm_source=x", source_title="A talk",
        source_publisher="The Example", source_published="April 2021",
    ) | {
        "responses-0-demand": str(one.pk), "responses-0-stance": "rejects",
        "responses-TOTAL_FORMS": "2", "responses-1-demand": str(other.pk), "responses-1-stance": "promises",
    }  # fmt: skip
    assert fill(ann, **typed).status_code == 302
    statement = Statement.objects.get()
    assert (statement.slug, statement.when.isoformat(), statement.state) == (
        "2021-04-22-rick-smith",
        "2021-04-22",
        "draft",
    )
    assert (statement.campaign, statement.recorded_by.username) == (campaign, "ann")
    assert {(row.demand, row.stance) for row in statement.responses.all()} == {(one, "rejects"), (other, "promises")}
    source = statement.citations.get().source
    assert (source.title, source.publisher, source.published.isoformat(), source.accessed) == (
        "A talk", "The Example", "2021-04", campaign.today(),
    )  # fmt: skip
    assert (source.slug, source.campaign) == ("the-example-a-talk", campaign)


def test_a_known_source_is_found_however_its_address_is_spelled(ann, campaign):
    source = make.make_source(campaign=campaign, url="https://www.news.example.org/a/")
    fill(ann, **filled(campaign, source_url="http://news.example.org/a?utm_medium=y#top"))
    assert Statement.objects.get().citations.get().source == source
    assert Source.objects.count() == 1


@pytest.mark.parametrize(
    "url", ["https://news.example.org/b", "https://news.example.org/a?id=2", "https://other.example.org/a"]
)
def test_another_address_is_another_source(campaign, url):
    make.make_source(campaign=campaign, url="https://news.example.org/a")
    assert find_source(campaign, url) is None


def test_a_source_of_another_campaign_is_not_found(campaign):
    make.make_source(campaign=make.make_campaign(), url="https://news.example.org/a")
    assert find_source(campaign, "https://news.example.org/a") is None


def test_a_source_is_found_by_its_archived_copy(campaign):
    source = make.make_source(campaign=campaign, archive_url="https://archive.example.org/1")
    assert find_source(campaign, "https://archive.example.org/1") == source


def test_a_new_source_without_a_headline_is_asked_for_with_a_link(ann, campaign):
    answer = fill(ann, **filled(campaign, source_url="https://news.example.org/a"))
    source = Source.objects.get()
    assert "Write its headline, publisher and date" in said(answer)
    assert address(source) in said(answer)


def test_a_letter_with_three_hundred_signatories_is_one_form(ann, campaign):
    letter = make.make_statement(campaign=campaign, summary="A letter.")
    rows = [Participant(statement=letter, role="signatory", label=f"Signatory {n}", position=n) for n in range(300)]
    Participant.objects.bulk_create(rows)
    typed = form_values(ann.get(address(letter))) | {"summary": "An open letter."}
    assert ann.post(address(letter), typed).status_code == 302
    letter.refresh_from_db()
    assert (letter.summary, letter.participants.count()) == ("An open letter.", 300)


def test_a_statement_of_the_same_day_and_source_is_warned_of_and_saved_when_insisted(ann, campaign):
    source = make.make_source(campaign=campaign, url="https://news.example.org/a")
    there = make.make_statement([source], campaign=campaign, when="2021-04-22", slug="there")
    typed = filled(campaign, source_url=source.url)
    warned = fill(ann, **typed)
    page = warned.content.decode()
    assert warned.status_code == 200
    assert "has a statement of that day from this source already" in page
    assert f'<a href="{address(there)}"' in page
    assert Statement.objects.count() == 1
    again = form_values(warned)
    assert again["quote"] == "No."
    assert ann.post(ADD, again | {"save_anyway": "on"}).status_code == 302
    assert Statement.objects.count() == 2


@pytest.mark.parametrize(("when", "url"), [("23 April 2021", "a"), ("April 2021", "a"), ("22 April 2021", "b")])
def test_another_day_or_source_gives_no_warning(ann, campaign, when, url):
    source = make.make_source(campaign=campaign, url="https://news.example.org/a")
    make.make_statement([source], campaign=campaign, when="2021-04-22")
    assert fill(ann, **filled(campaign, when=when, source_url=f"https://news.example.org/{url}")).status_code == 302


def test_the_next_statement_begins_with_the_same_source(ann, campaign):
    answer = fill(ann, **filled(campaign, source_url="https://news.example.org/a", _addnext="1"))
    assert form_values(ann.get(answer.url))["source_url"] == "https://news.example.org/a"
    assert answer.url.startswith(f"{ADD}?campaign={campaign.pk}&source=")


@pytest.mark.parametrize("source", ["x", "999", "-1", "9" * 40, ""])
def test_an_unknown_source_in_the_address_is_no_error(ann, source):
    assert form_values(ann.get(f"{ADD}?source={source}"))["source_url"] == ""


def test_a_wrong_date_is_explained_and_nothing_is_lost(ann, campaign):
    answer = fill(ann, **filled(campaign, when="4/22/2021", summary="Typed."))
    assert "can be two different days: write the month as a word" in answer.content.decode()
    assert form_values(answer)["summary"] == "Typed."
    assert Statement.objects.count() == 0


def test_an_end_before_the_start_is_refused_in_the_form(ann, campaign):
    answer = fill(ann, **filled(campaign, end="2020"))
    assert "The end lies before the start." in answer.content.decode()


def test_a_statement_without_a_speaker_is_refused_in_the_form(ann, campaign):
    answer = fill(ann, quote="No.", when="2021")
    assert "Say who spoke" in answer.content.decode()


def test_what_it_raises_has_its_date_and_follows_it(ann, campaign):
    demand = make.make_demand(campaign=campaign)
    fill(ann, **filled(campaign), **{"issuances-0-demand": str(demand.pk), "issuances-0-text": "Resign!"})
    statement = Statement.objects.get()
    assert statement.issuances.get().when.isoformat() == "2021-04-22"
    values = form_values(ann.get(address(statement)))
    assert ann.post(address(statement), values | {"when": "May 2021"}).status_code == 302
    assert statement.issuances.get().when.isoformat() == "2021-05"


def test_with_several_campaigns_the_form_asks_in_which_and_offers_only_its_records(ann, campaign):
    other = make.make_campaign(name="Other campaign")
    chief = make.make_person(campaign=campaign, name="Smith of ours")
    make.make_person(campaign=other, name="Smith of theirs")
    asked = ann.get(ADD + "?_popup=1").content.decode()
    assert f"?_popup=1&amp;campaign={other.pk}" in asked
    page = ann.get(f"{ADD}?campaign={campaign.pk}").content.decode()
    assert f"/admin/autocomplete/?campaign={campaign.pk}" in page
    query = {"app_label": "campaigns", "model_name": "statement", "field_name": "speaker", "term": "smith"}
    offered = ann.get(f"/admin/autocomplete/?campaign={campaign.pk}", query | {"campaign": campaign.pk}).json()
    assert [one["text"] for one in offered["results"]] == ["Smith of ours"]
    url = f"{ADD}?campaign={other.pk}"
    refused = ann.post(url, form_values(ann.get(url)) | {"quote": "No.", "when": "2021", "speaker": str(chief.pk)})
    assert "Select a valid choice" in refused.content.decode()
    assert Statement.objects.count() == 0


def test_who_said_it_is_found_among_persons_posts_and_organizations_by_any_name(ann, campaign):
    make.make_person(campaign=campaign, name="Ana Sánchez", aliases=["Anita"])
    make.make_post(campaign=campaign, name="Chief of Police", organization=None)
    make.make_organization(campaign=campaign, name="Police Board")
    query = {"app_label": "campaigns", "model_name": "statement", "field_name": "speaker", "campaign": campaign.pk}

    def found(term):
        return {one["text"] for one in ann.get("/admin/autocomplete/", query | {"term": term}).json()["results"]}

    assert found("sanch") == found("anita") == {"Ana Sánchez"}
    assert found("police") == {"Chief of Police", "Police Board (other organization)"}


def test_somebody_new_is_added_in_place(ann, campaign):
    popup = reverse("admin:campaigns_actor_add") + f"?_to_field=id&_popup=1&campaign={campaign.pk}"
    page = ann.get(popup).content.decode()
    for kind in ("person", "organization", "post"):
        assert reverse(f"admin:campaigns_{kind}_add") + "?_to_field=id&amp;_popup=1&amp;campaign=" in page
    url = reverse("admin:campaigns_person_add") + f"?_to_field=id&_popup=1&campaign={campaign.pk}"
    answer = ann.post(url, form_values(ann.get(url)) | {"name": "Jake Becchina"})
    assert "popup_response" in answer.content.decode()
    assert (campaign.actors.get().slug, campaign.actors.get().kind) == ("jake-becchina", "person")


def test_the_list_finds_by_the_words_of_the_quotation(ann, campaign):
    make.make_statement(campaign=campaign, quote="We never marched there.", slug="march")
    make.make_statement(campaign=campaign, quote="Something else.", slug="other")
    page = ann.get(reverse("admin:campaigns_statement_changelist"), {"q": "marching"})
    assert [statement.slug for statement in page.context["cl"].result_list] == ["march"]


# What somebody types who is in a hurry: refused in one sentence that says what was expected; and all of it stays.

LONG = "https://example.org/" + "a" * 3000


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("https://example.org/a b", "it has a space or a character that no address has."),
        ("https://example.org/a, https://example.org/b", "it has a space or a character that no address has."),
        ("See https://example.org/a", "it has a space or a character that no address has."),
        ("https://example.org/\0", "it has a space or a character that no address has."),
        ("javascript:alert(1)", "it must start with https:// or http://."),
        ("ftp://example.org/x", "it must start with https:// or http://."),
        ("https://", "it needs a host such as example.org."),
        ("http://[::1", "its host or port is malformed."),
        ("https://-example.org", "This is no address: expected something like https://example.org/article."),
        (LONG, "Ensure this value has at most 2000 characters (it has 3020)."),
    ],
)
def test_what_is_no_address_is_refused_in_one_sentence(ann, campaign, url, why):
    answer = fill(ann, **filled(campaign, source_url=url, summary="Typed."))
    (error,) = answer.context["errors"]
    (said,) = error
    assert why in said
    kept = form_values(answer)
    assert (kept["source_url"], kept["summary"]) == (url, "Typed.")
    source = reverse("admin:campaigns_source_add")
    answer = ann.post(source, form_values(ann.get(source)) | {"url": url, "title": "Typed."})
    (error,) = answer.context["errors"]
    assert (len(error), why in error[0], form_values(answer)["url"]) == (1, True, url)


@pytest.mark.parametrize("url", ["  https://example.org/a \n", "example.org/a", "//example.org/a"])
def test_an_address_with_blanks_around_it_or_without_its_beginning_is_understood(ann, campaign, url):
    assert fill(ann, **filled(campaign, source_url=url)).status_code == 302
    assert Source.objects.get().url == "https://example.org/a"


def test_what_is_pasted_is_not_cut_off_by_the_browser(ann, campaign):
    assert "maxlength" not in ann.get(ADD).content.decode()


@pytest.mark.parametrize(
    "words",
    [
        "word " * 4000 + "end",
        "\"'“”‘’«»‹›„‚‟「」『』〝〞`´<q>&quot;</q>",
        "لن أستقيل أبدًا",
        "עברית and English",
        "family: \U0001f469\u200d\U0001f467",
    ],
    ids=["20,000 characters", "every mark", "Arabic", "Hebrew", "an emoji of several"],
)
def test_a_quotation_comes_back_letter_for_letter(ann, campaign, words):
    typed = filled(campaign, quote=words)
    refused = fill(ann, **typed | {"when": "sometime"})
    assert form_values(refused)["quote"] == words
    fill(ann, **typed)
    statement = Statement.objects.get()
    assert statement.quote == words
    assert form_values(ann.get(address(statement)))["quote"] == words


@pytest.mark.parametrize("field", ["quote", "summary", "venue", "note", "source_title", "capacity", "when", "aliases"])
@pytest.mark.parametrize(
    ("odd", "why"),
    [
        ("\0", "has the control character U+0000 at position 5: remove it."),
        ("\ufffd", "“\ufffd” at position 5 stands for a character that was lost on the way: write it again."),
    ],
    ids=["NUL", "lost"],
)
def test_a_character_that_cannot_be_kept_is_named(ann, campaign, field, odd, why):
    where, typed = (ADD, filled(campaign)) if field != "aliases" else (reverse("admin:campaigns_person_add"), {})
    answer = fill(ann, where, **typed | {field: f"Chie{odd}f", "name": "Typed.", "source_url": "https://example.org/a"})
    ((said,),) = answer.context["errors"]
    assert why in said


@pytest.mark.parametrize("pk", ["9" * 30, "x", "-1"])
def test_a_record_that_never_was_is_refused_and_not_looked_for(ann, campaign, pk):
    answer = fill(ann, **filled(campaign, speaker=pk, on_behalf_of=pk, summary="Typed."))
    assert "That choice is not one of the available choices." in answer.content.decode()
    assert form_values(answer)["summary"] == "Typed."


def test_errors_in_several_lists_at_once_lose_no_row(ann, campaign):
    demand = make.make_demand(campaign=campaign)
    typed = filled(campaign, when="4/5/2021") | {
        "responses-TOTAL_FORMS": "3",
        "responses-0-stance": "rejects",
        "responses-0-note": "To none.",
        "responses-1-demand": str(demand.pk),
        "responses-1-note": "Without a stance.",
        "responses-2-demand": str(demand.pk),
        "responses-2-stance": "accepts",
        "responses-2-note": "As it should be.",
        "issuances-TOTAL_FORMS": "2",
        "issuances-0-text": "Of no demand.",
        "issuances-1-demand": str(demand.pk),
        "issuances-1-text": "Leave!",
        "participants-TOTAL_FORMS": "2",
        "participants-0-role": "co_speaker",
        "participants-1-label": "Forty pastors",
        "citations-0-quote": "Unsaid.",
    }
    answer = fill(ann, **typed)
    assert answer.status_code == 200
    assert form_values(answer).items() >= typed.items()
    for words in (
        "can be two different days",
        "An answer is to one demand or to a whole letter",
        "Choose an actor, or",
    ):
        assert words in answer.content.decode()
    assert Statement.objects.count() == 0


def test_two_new_stances_to_one_demand_are_refused_with_their_rows(ann, campaign):
    demand = make.make_demand(campaign=campaign, title="Resign")
    typed = {"responses-TOTAL_FORMS": "2"}
    for number, stance in enumerate(("rejects", "accepts")):
        row = {"demand": str(demand.pk), "stance": stance, "note": f"Note {number}"}
        typed |= {f"responses-{number}-{name}": value for name, value in row.items()}
    answer = fill(ann, **filled(campaign) | typed)
    assert "“Resign” stands twice, in row 1 and in row 2: expected each once." in answer.content.decode()
    assert form_values(answer).items() >= typed.items()


def test_the_same_words_sent_twice_make_one_statement_unless_somebody_insists(ann, campaign):
    typed = form_values(ann.get(ADD)) | filled(campaign)
    assert ann.post(ADD, typed).status_code == 302
    twice = ann.post(ADD, typed)
    page = twice.content.decode()
    assert "The record has a statement of that day in the same words already: is it the same?" in page
    assert f'<a href="{address(Statement.objects.get())}" target="_blank">' in page
    assert ann.post(ADD, typed | {"quote": "Never."}).status_code == 302
    assert ann.post(ADD, typed | {"save_anyway": "on"}).status_code == 302
    assert Statement.objects.count() == 3


def test_who_goes_back_to_a_form_that_they_saved_is_not_told_of_a_colleague(ann, campaign):
    fill(ann, **filled(campaign))
    page = address(Statement.objects.get())
    typed = form_values(ann.get(page))
    ann.post(page, typed | {"summary": "First."})
    again = ann.post(page, typed | {"summary": "Second."})
    assert "it was you who changed it last" in again.content.decode()
    assert (form_values(again)["summary"], Statement.objects.get().summary) == ("Second.", "First.")
