"""Draft → in review → published → withdrawn, by buttons on the page and by actions in the list."""

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from campaigns.admin.editing import publishing_many
from campaigns.admin.site import site
from campaigns.models import Actor, Demand, Event, Source, State, Statement
from tests import factories as make
from tests.admin.browser_form import form_values
from tests.admin.clients import address, login, save
from tests.pages import words

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
    assert "you wrote it, or a part of it. A second person publishes it." in said(press(ann, statement, "_publish"))
    assert state(statement) == REVIEW
    press(ben, statement, "_publish_along")
    assert (state(statement), statement.edited_by.username) == (PUBLISHED, "ann")


def test_who_changes_only_a_link_has_changed_the_record():
    ann, ben = login("ann"), login("ben")
    campaign = make.make_campaign(second_reader=True)
    statement = make.make_statement(campaign=campaign, state=DRAFT)
    make.answer(make.make_demand(campaign=campaign), statement=statement)
    press(ann, statement, "_continue", quote="Never.")
    press(ben, statement, "_continue", **{"responses-0-note": "Ben's own words"})
    for author in (ann, ben):
        assert "you wrote it" in said(press(author, statement, "_publish"))
    press(login("cora"), statement, "_publish")
    assert state(statement) == PUBLISHED


def test_one_letter_of_a_colleague_lets_no_author_publish_alone():
    ann, ben = login("ann"), login("ben")
    statement = make.make_statement(campaign=make.make_campaign(second_reader=True), state=DRAFT)
    press(ann, statement, "_continue", quote="He stole the mony.")
    press(ben, statement, "_continue", quote="He stole the money.")
    assert Statement.objects.get().edited_by.username == "ben"
    assert "you wrote it" in said(press(ann, statement, "_publish"))
    press(ben, statement, "_publish_along")
    assert state(statement) == PUBLISHED


def test_a_stale_page_publishes_nothing():
    ann, ben, statement = login("ann"), login("ben"), make.make_statement(state=DRAFT, quote="No.")
    stale = form_values(ben.get(address(statement)))
    press(ann, statement, "_continue", quote="Never.")
    assert ben.post(address(statement), stale | {"_publish": "1"}).status_code == 200
    assert (state(statement), statement.quote) == (DRAFT, "Never.")


def act(client, action, records, **data):
    """Take a step from the list, with what its page asks for."""
    chosen = {"action": action, "_selected_action": [record.pk for record in records]}
    return client.post(reverse("admin:campaigns_statement_changelist"), chosen | data)


def test_the_list_changes_many_and_says_which_stay_and_why():
    ann = login("ann")
    good, bare = make.make_statement(state=DRAFT), make.make_statement([], state=DRAFT, slug="bare")
    act(ann, "send_to_review", [good, bare])
    assert (state(good), state(bare)) == (REVIEW, REVIEW)
    act(ann, "return_to_draft", [good])
    assert state(good) == DRAFT
    answer = said(act(ann, "publish_along", [good, bare], sure="1"))
    assert (state(good), state(bare)) == (PUBLISHED, REVIEW)
    assert "Readers see it now." in answer
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
        assert "you wrote it" in said(act(ann, action, records, sure="1"))
        assert [state(record) for record in records] == [REVIEW] * 2
    for record, sent in zip(records, colleagues, strict=True):
        press(ann, record, "_publish_along", quote="Not ever.")
        ann.post(address(record), sent | {"version": str(Statement.objects.get(pk=record.pk).version)})
        assert state(record) in (REVIEW, DRAFT)
    act(ben, "publish", records, sure="1")
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


def test_all_of_sixty_are_published_after_a_page_that_lists_them(ann_and_drafts):
    """More than a page of the list holds, and every one that was chosen."""
    ann, drafts = ann_and_drafts
    page = act(ann, "publish", drafts)
    assert "60 will be published" in page.text
    assert Statement.objects.filter(state=PUBLISHED).count() == 0
    assert said(act(ann, "publish", drafts, sure="1")) == "60 published: readers see them now."
    assert Statement.objects.published().count() == 60


@pytest.fixture
def ann_and_drafts():
    campaign = make.make_campaign()
    given = {"campaign": campaign, "speaker": make.make_person(campaign=campaign), "state": DRAFT}
    source = make.make_source(campaign=campaign)
    return login("ann"), [make.make_statement([source], **given) for _ in range(60)]


def test_more_than_one_step_takes_are_counted_before(monkeypatch):
    monkeypatch.setattr(publishing_many, "MOST", 2)
    ann, drafts = login("ann"), [make.make_statement(state=DRAFT) for _ in range(3)]
    page = act(ann, "publish", drafts)
    assert "You have chosen 3. This step takes the first 2" in page.text
    assert page.text.count('name="_selected_action"') == 2


@pytest.mark.parametrize("action", ["publish", "publish_along"])
def test_what_is_published_already_is_said_and_keeps_its_time_and_its_version(action):
    ann, statements = login("ann"), [make.make_statement() for _ in range(2)]
    was = list(Statement.objects.order_by("pk").values("version", "updated_at"))
    page = act(ann, action, statements)
    assert "2 are published already and stay as they are." in page.text
    assert 'name="sure"' not in page.text
    answer = said(act(ann, action, statements, sure="1"))
    assert answer == "2 were published already and stay as they are."
    assert list(Statement.objects.order_by("pk").values("version", "updated_at")) == was


def test_the_page_lists_who_stays_and_why_and_what_comes_along_with_its_state():
    ann, speaker = login("ann"), make.make_person(state=REVIEW, name="Ada")
    good, bare = make.make_statement(state=DRAFT, speaker=speaker), make.make_statement([], state=DRAFT, slug="bare")
    page = words(act(ann, "publish_along", [good, bare]))
    assert f"1 will be published Statement {good} (draft) 1 comes along Person Ada (in review)" in page
    assert f"1 stays as it is Statement {bare} (draft): The statement “bare” needs a source." in page
    page = words(act(ann, "publish", [good, bare]))
    assert f"Statement {good} (draft): Person “Ada” is in review." in page
    assert said(act(ann, "publish_along", [good], sure="1")) == "Readers see it now. With it came 1 further."


def test_what_waits_for_another_of_the_chosen_is_published_after_it():
    ann, whole = login("ann"), make.make_demand(state=DRAFT)
    part = make.make_demand(state=DRAFT, parent=whole)
    make.raise_demand(whole)
    Demand.objects.filter(pk=part.pk).update(position=0)
    Demand.objects.filter(pk=whole.pk).update(position=1)
    where = reverse("admin:campaigns_demand_changelist")
    chosen = {"action": "publish", "_selected_action": [part.pk, whole.pk]}
    assert "2 will be published" in ann.post(where, chosen).text
    assert said(ann.post(where, chosen | {"sure": "1"})) == "2 published: readers see them now."


def test_in_a_draft_campaign_it_is_said_when_readers_will_see_it(client):
    ann, campaign = login("ann"), make.make_campaign(state=DRAFT, name="Wells")
    waits = "Readers will see it once the campaign “Wells” is published."
    one, other, third = (make.make_statement(campaign=campaign, state=DRAFT) for _ in range(3))
    assert "Readers see it once the campaign" in ann.get(address(one)).text
    assert said(press(ann, one, "_publish")) == f"Published. {waits}"
    make.make_source(campaign=campaign, state=DRAFT)
    other.speaker = make.make_person(campaign=campaign, state=DRAFT)
    other.save()
    assert said(press(ann, other, "_publish_along")) == f"Published. {waits} With it came 1 further."
    assert said(act(ann, "publish", [third], sure="1")).endswith(f" Published. {waits}")
    assert [client.get(it.get_absolute_url()).status_code for it in (one, other, third)] == [404] * 3


def test_readers_see_what_the_desk_says_that_they_see(client, everything):
    """At its address, whatever is published, drafted or withdrawn around it."""
    campaign = everything
    nouns = (Actor, Demand, Event, Source, Statement)
    records = [one for noun in nouns for one in noun.objects.filter(campaign=campaign)]
    Actor.objects.filter(pk=Statement.objects.first().speaker_id).update(state=DRAFT)
    seen = {one: one.seen() for one in records}
    assert {True, False} == set(seen.values())
    assert {one: client.get(one.get_absolute_url()).status_code == 200 for one in records} == seen
    campaign.state = DRAFT
    campaign.save()
    assert not any(one.seen() or client.get(one.get_absolute_url()).status_code == 200 for one in records)


def test_an_answer_to_a_draft_says_so_before_and_takes_it_along():
    ann, dig = login("ann"), make.make_demand(state=DRAFT, title="Dig")
    make.raise_demand(dig)
    statement = make.make_statement(state=DRAFT)
    make.answer(dig, statement=statement)
    page = words(ann.get(address(statement)))
    assert "Demand Dig (draft)" in page
    assert "Readers do not see that it answers the demand “Dig”, which is draft." in page
    assert "Demand “Dig” is draft." in said(press(ann, statement, "_publish"))
    assert said(press(ann, statement, "_publish_along")) == "Readers see it now. With it came 1 further."
    assert (state(dig), state(statement)) == (PUBLISHED, PUBLISHED)


def test_a_letter_goes_alone_or_with_the_demands_that_it_raises():
    ann, letter = login("ann"), make.make_statement(state=DRAFT)
    dig = make.make_demand(state=DRAFT, title="Dig")
    make.raise_demand(dig, letter)
    assert buttons(ann, letter) == {"_send_to_review", "_publish", "_publish_along"}
    lost = "Readers do not see that it raises the demand “Dig”, which is draft."
    assert lost in said(press(ann, letter, "_publish"))
    assert lost in words(ann.get(address(letter)))
    assert state(dig) == DRAFT
