"""Draft → in review → published → withdrawn, by buttons on the page and by actions in the list."""

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from campaigns.admin.site import site
from campaigns.models import State, Statement
from tests import factories as make
from tests.admin.browser_form import form_values
from tests.admin.clients import address, login, save

pytestmark = pytest.mark.django_db
DRAFT, REVIEW, PUBLISHED, WITHDRAWN = State


def said(response) -> str:
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


def press(client, record, button, **typed):
    return save(client, record, **typed, **{button: "1"})


def buttons(client, record) -> set[str]:
    page = client.get(address(record)).text
    return {
        name
        for name in ("_send_to_review", "_return_to_draft", "_publish", "_publish_along")
        if f'name="{name}"' in page
    } | ({"withdraw"} if reverse("admin:campaigns_statement_withdraw", args=[record.pk]) in page else set())


def state(record):
    record.refresh_from_db()
    return record.state


def test_a_draft_goes_the_whole_way_by_buttons(client):
    ann, statement = login("ann"), make.make_statement(state=DRAFT, quote="No.")
    assert buttons(ann, statement) == {"_send_to_review", "_publish"}
    answer = press(ann, statement, "_send_to_review", quote="Never.")
    assert (answer.status_code, answer.url, state(statement)) == (302, address(statement), REVIEW)
    assert statement.quote == "Never."  # a button saves what was typed
    assert buttons(ann, statement) == {"_return_to_draft", "_publish"}
    press(ann, statement, "_return_to_draft")
    assert state(statement) == DRAFT
    assert said(press(ann, statement, "_publish")) == "Readers see it now."
    assert state(statement) == PUBLISHED
    assert buttons(ann, statement) == {"withdraw"}
    withdraw = reverse("admin:campaigns_statement_withdraw", args=[statement.pk])
    assert "Readers find your reason" in ann.get(withdraw).text
    for reason in ("", "  "):
        assert "Write the reason" in ann.post(withdraw, {"reason": reason}).text
        assert state(statement) == PUBLISHED
    assert ann.post(withdraw, {"reason": "They took it back."}).status_code == 302
    assert (state(statement), statement.withdrawal_reason) == (WITHDRAWN, "They took it back.")
    gone = client.get(statement.get_absolute_url())
    assert (gone.status_code, "They took it back." in gone.text) == (410, True)
    assert buttons(ann, statement) == {"_publish"}


def test_what_is_missing_is_listed_with_links_and_published_along():
    ann = login("ann")
    speaker, source = make.make_person(state=DRAFT, name="Ada"), make.make_source(state=DRAFT, title="The report")
    statement = make.make_statement([source], state=DRAFT, speaker=speaker)
    page = ann.get(address(statement)).text
    for record in (speaker, source):
        assert f'<a href="{address(record)}">' in page
    assert buttons(ann, statement) == {"_send_to_review", "_publish_along"}
    refused = press(ann, statement, "_publish")
    assert "Person “Ada” is draft." in said(refused)
    assert state(statement) == DRAFT
    press(ann, statement, "_publish_along")
    assert [state(record) for record in (statement, speaker, source)] == [PUBLISHED] * 3


def test_what_the_record_itself_lacks_is_said_and_no_button_goes_round_it():
    ann, statement = login("ann"), make.make_statement([], state=DRAFT, slug="said")
    assert "The statement “said” needs a source." in ann.get(address(statement)).text
    assert "needs a source" in said(press(ann, statement, "_publish_along"))
    assert state(statement) == DRAFT


def test_in_a_campaign_with_second_readers_a_button_is_no_edit():
    ann, ben = login("ann"), login("ben")
    statement = make.make_statement(campaign=make.make_campaign(second_reader=True), state=DRAFT)
    press(ann, statement, "_send_to_review", quote="Never.")
    assert "was last changed by you: a second person publishes it." in said(press(ann, statement, "_publish"))
    assert state(statement) == REVIEW
    press(ben, statement, "_publish_along")
    assert (state(statement), statement.edited_by.username) == (PUBLISHED, "ann")


def test_who_changes_only_a_link_has_changed_the_record():
    ann, ben = login("ann"), login("ben")
    campaign = make.make_campaign(second_reader=True)
    statement = make.make_statement(campaign=campaign, state=DRAFT)
    make.answer(make.make_demand(campaign=campaign), statement=statement)
    press(ann, statement, "_continue", quote="Never.")
    press(ben, statement, "_continue", **{"responses-0-note": "Ben's"})
    assert "last changed by you" in said(press(ben, statement, "_publish"))
    press(ann, statement, "_publish")
    assert state(statement) == PUBLISHED


def test_a_stale_page_publishes_nothing():
    ann, ben, statement = login("ann"), login("ben"), make.make_statement(state=DRAFT, quote="No.")
    stale = form_values(ben.get(address(statement)))
    press(ann, statement, "_continue", quote="Never.")
    assert ben.post(address(statement), stale | {"_publish": "1"}).status_code == 200
    assert (state(statement), statement.quote) == (DRAFT, "Never.")


def act(client, action, records, **data):
    chosen = {"action": action, "_selected_action": [record.pk for record in records]}
    return client.post(reverse("admin:campaigns_statement_changelist"), chosen | data)


def test_the_list_changes_many_and_says_which_stay_and_why():
    ann = login("ann")
    good, bare = make.make_statement(state=DRAFT), make.make_statement([], state=DRAFT, slug="bare")
    act(ann, "send_to_review", [good, bare])
    assert (state(good), state(bare)) == (REVIEW, REVIEW)
    act(ann, "return_to_draft", [good])
    assert state(good) == DRAFT
    answer = said(act(ann, "publish_along", [good, bare]))
    assert (state(good), state(bare)) == (PUBLISHED, REVIEW)
    assert "1 published." in answer
    assert f'<li><a href="{address(bare)}">' in answer
    assert "The statement “bare” needs a source." in answer


def test_nobody_publishes_by_any_way_what_they_changed_last_where_a_second_reader_is_due():
    """By the form, from the list, and by sending anew what a colleague has sent (T18)."""
    ann, ben = login("ann"), login("ben")
    campaign = make.make_campaign(second_reader=True)
    records = [make.make_statement(campaign=campaign, state=DRAFT) for _ in range(2)]
    colleagues = [form_values(ben.get(address(record))) | {"_publish": "1"} for record in records]
    for record in records:
        press(ann, record, "_send_to_review", quote="Never.")
    for action in ("publish", "publish_along"):
        assert "last changed by you" in said(act(ann, action, records))
        assert [state(record) for record in records] == [REVIEW] * 2
    for record, sent in zip(records, colleagues, strict=True):
        press(ann, record, "_publish_along", quote="Not ever.")
        ann.post(address(record), sent | {"version": str(Statement.objects.get(pk=record.pk).version)})
        assert state(record) in (REVIEW, DRAFT)
    act(ben, "publish", records)
    assert [state(record) for record in records] == [PUBLISHED] * 2


def test_the_list_withdraws_with_one_reason_for_all():
    ann, statements = login("ann"), [make.make_statement() for _ in range(2)]
    asked = act(ann, "withdraw", statements)
    assert asked.text.count('name="_selected_action"') == 2
    assert {state(statement) for statement in statements} == {PUBLISHED}
    act(ann, "withdraw", statements, reason="The paper took it back.")
    assert {(state(statement), statement.withdrawal_reason) for statement in statements} == {
        (WITHDRAWN, "The paper took it back.")
    }


def test_a_source_on_which_something_published_rests_stays():
    ann, statement = login("ann"), make.make_statement()
    source = statement.citations.get().source
    answer = ann.post(reverse("admin:campaigns_source_withdraw", args=[source.pk]), {"reason": "Gone."})
    assert "is published and rests on it." in said(answer)
    assert state(source) == PUBLISHED


def test_links_of_drafts_can_be_removed_and_those_of_published_records_not():
    ann = login("ann")
    for state_, left in ((DRAFT, 0), (PUBLISHED, 1)):
        statement = make.make_statement(state=state_)
        response = make.answer(make.make_demand(), statement=statement)
        press(ann, statement, "_continue", **{"responses-0-DELETE": "on"})
        assert statement.responses.filter(pk=response.pk).count() == left


def test_no_noun_is_edited_in_its_list():
    assert [admin for admin in site._registry.values() if admin.list_editable] == []


def test_what_the_list_holds_stays_when_nothing_is_chosen():
    ann, statement = login("ann"), make.make_statement()
    act(ann, "withdraw", [], reason="x")
    assert (state(statement), state(statement.citations.get().source)) == (PUBLISHED, PUBLISHED)
