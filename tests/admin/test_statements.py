"""Add a statement in two minutes: one form, its source by its address, its demands, and no second one by mistake."""

import pytest
from django.urls import reverse

from campaigns.admin.statement import find_source
from campaigns.models import Source, Statement
from tests import factories as make
from tests.admin.browser_form import form_values
from tests.admin.clients import address, login, save
from tests.admin.editing.test_publishing import said

pytestmark = pytest.mark.django_db
ADD = reverse("admin:campaigns_statement_add")


@pytest.fixture
def campaign():
    return make.make_campaign(slug="kc", timezone="America/Chicago")


@pytest.fixture
def ann(campaign):
    return login("ann")


def fill(client, **typed):
    return save(client, ADD, **typed)


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


def test_another_address_or_another_campaign_is_another_source(campaign):
    there = "https://news.example.org/a"
    make.make_source(campaign=campaign, url=there)
    for url in ("https://news.example.org/b", f"{there}?id=2", "https://other.example.org/a"):
        assert (url, find_source(campaign, url)) == (url, None)
    assert find_source(make.make_campaign(), there) is None


def test_a_source_is_found_by_its_archived_copy(campaign):
    source = make.make_source(campaign=campaign, archive_url="https://archive.example.org/1")
    assert find_source(campaign, "https://archive.example.org/1") == source


def test_a_new_source_without_a_headline_is_asked_for_with_a_link(ann, campaign):
    answer = fill(ann, **filled(campaign, source_url="https://news.example.org/a"))
    source = Source.objects.get()
    assert "Write its headline, publisher and date" in said(answer)
    assert address(source) in said(answer)


def test_a_statement_of_the_same_day_and_source_is_warned_of_and_saved_when_insisted(ann, campaign):
    source = make.make_source(campaign=campaign, url="https://news.example.org/a")
    there = make.make_statement([source], campaign=campaign, when="2021-04-22", slug="there")
    typed = filled(campaign, source_url=source.url)
    warned = fill(ann, **typed)
    page = warned.text
    assert warned.status_code == 200
    assert "has a statement of that day from this source already" in page
    assert f'<a href="{address(there)}"' in page
    assert Statement.objects.count() == 1
    again = form_values(warned)
    assert again["quote"] == "No."
    assert ann.post(ADD, again | {"save_anyway": "on"}).status_code == 302
    assert Statement.objects.count() == 2


def test_another_day_or_source_gives_no_warning(ann, campaign):
    source = make.make_source(campaign=campaign, url="https://news.example.org/a")
    make.make_statement([source], campaign=campaign, when="2021-04-22")
    for when, url in (("23 April 2021", "a"), ("April 2021", "a"), ("22 April 2021", "b")):
        typed = filled(campaign, when=when, quote=f"{when}, {url}", source_url=f"https://news.example.org/{url}")
        assert (when, url, fill(ann, **typed).status_code) == (when, url, 302)


def test_the_next_statement_begins_with_the_same_source(ann, campaign):
    answer = fill(ann, **filled(campaign, source_url="https://news.example.org/a", _addnext="1"))
    assert form_values(ann.get(answer.url))["source_url"] == "https://news.example.org/a"
    assert answer.url.startswith(f"{ADD}?campaign={campaign.pk}&source=")


def test_an_unknown_source_in_the_address_is_no_error(ann):
    for source in ("x", "999", "-1", "9" * 40, ""):
        assert (source, form_values(ann.get(f"{ADD}?source={source}"))["source_url"]) == (source, "")


def test_what_is_wrong_is_explained_and_nothing_is_lost(ann, campaign):
    for typed, why in (
        (filled(campaign, when="4/22/2021"), "can be two different days: write the month as a word"),
        (filled(campaign, end="2020"), "The end lies before the start."),
        ({"quote": "No.", "when": "2021"}, "Say who spoke"),
    ):
        answer = fill(ann, **typed, summary="Typed.")
        assert (why, why in answer.text) == (why, True)
        assert form_values(answer)["summary"] == "Typed."
    assert Statement.objects.count() == 0


def test_what_it_raises_has_its_date_and_follows_it(ann, campaign):
    demand = make.make_demand(campaign=campaign)
    fill(ann, **filled(campaign), **{"issuances-0-demand": str(demand.pk), "issuances-0-text": "Resign!"})
    statement = Statement.objects.get()
    assert statement.issuances.get().when.isoformat() == "2021-04-22"
    assert save(ann, statement, when="May 2021").status_code == 302
    assert statement.issuances.get().when.isoformat() == "2021-05"


def test_with_several_campaigns_the_form_asks_in_which_and_offers_only_its_records(ann, campaign):
    other = make.make_campaign(name="Other campaign")
    chief = make.make_person(campaign=campaign, name="Smith of ours")
    make.make_person(campaign=other, name="Smith of theirs")
    asked = ann.get(ADD + "?_popup=1").text
    assert f"?_popup=1&amp;campaign={other.pk}" in asked
    page = ann.get(f"{ADD}?campaign={campaign.pk}").text
    assert f"/admin/autocomplete/?campaign={campaign.pk}" in page
    query = {"app_label": "campaigns", "model_name": "statement", "field_name": "speaker", "term": "smith"}
    offered = ann.get(f"/admin/autocomplete/?campaign={campaign.pk}", query | {"campaign": campaign.pk}).json()
    assert [one["text"] for one in offered["results"]] == ["Smith of ours"]
    url = f"{ADD}?campaign={other.pk}"
    refused = ann.post(url, form_values(ann.get(url)) | {"quote": "No.", "when": "2021", "speaker": str(chief.pk)})
    assert "Select a valid choice" in refused.text
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
    page = ann.get(popup).text
    for kind in ("person", "organization", "post"):
        assert reverse(f"admin:campaigns_{kind}_add") + "?_to_field=id&amp;_popup=1&amp;campaign=" in page
    url = reverse("admin:campaigns_person_add") + f"?_to_field=id&_popup=1&campaign={campaign.pk}"
    answer = ann.post(url, form_values(ann.get(url)) | {"name": "Jake Becchina"})
    assert "popup_response" in answer.text
    assert (campaign.actors.get().slug, campaign.actors.get().kind) == ("jake-becchina", "person")


def test_the_list_finds_by_the_words_of_the_quotation(ann, campaign):
    make.make_statement(campaign=campaign, quote="We never marched there.", slug="march")
    make.make_statement(campaign=campaign, quote="Something else.", slug="other")
    page = ann.get(reverse("admin:campaigns_statement_changelist"), {"q": "marching"})
    assert [statement.slug for statement in page.context["cl"].result_list] == ["march"]


# What somebody types who is in a hurry: refused in one sentence that says what was expected; and all of it stays.

LONG = "https://example.org/" + "a" * 3000


SPACE = "it has a space or a character that no address has."
NO_ADDRESS = {
    **dict.fromkeys(("https://example.org/a b", "https://example.org/a, https://example.org/b"), SPACE),
    **dict.fromkeys(("See https://example.org/a", "https://example.org/\0"), SPACE),
    **dict.fromkeys(("javascript:alert(1)", "ftp://example.org/x"), "it must start with https:// or http://."),
    "https://": "it needs a host such as example.org.",
    "http://[::1": "its host or port is malformed.",
    "https://-example.org": "This is no address: expected something like https://example.org/article.",
    LONG: "Ensure this value has at most 2000 characters (it has 3020).",
}


def test_what_is_no_address_is_refused_in_one_sentence(ann, campaign):
    source, typed = reverse("admin:campaigns_source_add"), filled(campaign, summary="Typed.")
    forms = (
        (ADD, "source_url", form_values(ann.get(ADD)) | typed, {"summary": "Typed."}),
        (source, "url", form_values(ann.get(source)) | {"title": "Typed."}, {"title": "Typed."}),
    )
    for url, why in NO_ADDRESS.items():
        for where, field, values, stays in forms:
            answer = ann.post(where, values | {field: url})
            ((said,),) = answer.context["errors"]
            assert (url, why in said) == (url, True)
            assert form_values(answer).items() >= (stays | {field: url}).items()


def test_an_address_with_blanks_around_it_or_without_its_beginning_is_understood(ann, campaign):
    for url in ("  https://example.org/a \n", "example.org/a", "//example.org/a"):
        typed = filled(campaign, quote=url, source_url=url, save_anyway="on")
        assert (url, fill(ann, **typed).status_code) == (url, 302)
    assert Source.objects.get().url == "https://example.org/a"
    assert Statement.objects.count() == 3


def test_what_is_pasted_is_not_cut_off_by_the_browser(ann, campaign):
    assert "maxlength" not in ann.get(ADD).text


#: A long text, every mark of quotation, two scripts from right to left, and an emoji of several characters.
WORDS = (
    "word " * 4000 + "end",
    "\"'“”‘’«»‹›„‚‟「」『』〝〞`´<q>&quot;</q>",
    "لن أستقيل أبدًا",
    "עברית and English",
    "family: \U0001f469\u200d\U0001f467",
)


def test_a_quotation_comes_back_letter_for_letter(ann, campaign):
    typed = form_values(ann.get(ADD)) | filled(campaign)
    for words in WORDS:
        refused = ann.post(ADD, typed | {"quote": words, "when": "sometime"})
        assert form_values(refused)["quote"] == words
        assert ann.post(ADD, typed | {"quote": words}).status_code == 302
        statement = Statement.objects.latest("pk")
        assert statement.quote == words
        assert form_values(ann.get(address(statement)))["quote"] == words


def test_a_character_that_cannot_be_kept_is_named(ann, campaign):
    person, typed = reverse("admin:campaigns_person_add"), {"name": "Typed.", "source_url": "https://example.org/a"}
    statement = form_values(ann.get(ADD)) | filled(campaign) | typed
    fields = ("quote", "summary", "venue", "note", "source_title", "capacity", "when")
    forms = [(ADD, field, statement) for field in fields]
    forms.append((person, "aliases", form_values(ann.get(person)) | typed))
    for odd, why in (
        ("\0", "has the control character U+0000 at position 5: remove it."),
        ("\ufffd", "“\ufffd” at position 5 stands for a character that was lost on the way: write it again."),
    ):
        for where, field, values in forms:
            ((said,),) = ann.post(where, values | {field: f"Chie{odd}f"}).context["errors"]
            assert (field, said, why in said) == (field, said, True)


def test_a_record_that_never_was_is_refused_and_not_looked_for(ann, campaign):
    typed = form_values(ann.get(ADD)) | filled(campaign, summary="Typed.")
    for pk in ("9" * 30, "x", "-1"):
        answer = ann.post(ADD, typed | {"speaker": pk, "on_behalf_of": pk})
        assert "That choice is not one of the available choices." in answer.text
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
        assert words in answer.text
    assert Statement.objects.count() == 0


def test_the_same_words_sent_twice_make_one_statement_unless_somebody_insists(ann, campaign):
    typed = form_values(ann.get(ADD)) | filled(campaign)
    assert ann.post(ADD, typed).status_code == 302
    twice = ann.post(ADD, typed)
    page = twice.text
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
    assert "it was you who changed it last" in again.text
    assert (form_values(again)["summary"], Statement.objects.get().summary) == ("Second.", "First.")
