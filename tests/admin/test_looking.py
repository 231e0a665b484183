"""Silence as the desk notes it: an editor's own look, what a source reports, and the line on a statement's form."""

import pytest
from django.urls import reverse

from campaigns.models import Actor, Check, Demand, Membership, Response, Role, State, Statement
from tests import factories as make
from tests.admin.browser_form import form_values
from tests.admin.clients import address, enter, login

pytestmark = pytest.mark.django_db
UNSOURCED = "A report needs the source that has it: choose the source, too."
ADD = reverse("admin:campaigns_statement_add")


@pytest.fixture
def campaign():
    return make.make_campaign(slug="kc")


@pytest.fixture
def ann(campaign):
    return login("ann")


@pytest.fixture
def demand(campaign):
    return make.make_demand([make.make_person(name="Ada Moss")], title="Dig a well")


def fill(client, url, **typed):
    values = form_values(client.get(url))
    return client.post(url, values | {name.replace("__", "-"): value for name, value in typed.items()})


def wrong(response) -> list[str]:
    """Return what the page says is wrong."""
    assert response.status_code == 200, "it was saved"
    return [str(sentence) for found in response.context["errors"] for sentence in found]


def told(check) -> tuple[str, ...]:
    cited = [(one.source.title, one.quote) for one in check.citations.all()]
    return str(check.demand or check.letter), str(check.addressee), check.when.isoformat(), check.found, *cited


ARTICLE = {"source_url": "https://news.example.org/a", "source_title": "A letter", "source_publisher": "The Example"}


def letter(demand, **typed):
    hope = make.make_organization(name="Hope Street")
    said = {"summary": "Asks.", "speaker": str(hope.pk), "when": "22 April 2021", "issuances-0-demand": str(demand.pk)}
    return said | ARTICLE | {"source_published": "23 April 2021"} | typed


def test_a_letter_and_who_did_not_respond_to_it_are_one_form(ann, demand):
    ada = Actor.objects.get(name="Ada Moss")
    typed = letter(demand, silent=str(ada.pk), silence="no_response", silence_words="Moss did not respond.")
    assert fill(ann, ADD, **typed).status_code == 302
    check, made = Check.objects.get(), Statement.objects.get()
    assert check.letter == made
    assert told(check) == (
        str(made), "Ada Moss", "2021-04-23", "no_response", ("A letter", "Moss did not respond."),
    )  # fmt: skip
    assert check.citations.get().source == made.citations.get().source


def test_of_several_demands_each_has_its_own_check_and_none_twice(ann, demand):
    other = make.make_demand(title="Mend the road")
    versions = {one.pk: one.version for one in (demand, other)}
    typed = letter(demand, silence="declined", silence_about=[str(demand.pk), str(other.pk)])
    assert fill(ann, ADD, **typed).status_code == 302
    statement = Statement.objects.get()
    expected = [
        (title, "None", "2021-04-23", "declined", ("A letter", "")) for title in ("Dig a well", "Mend the road")
    ]
    assert sorted(map(told, Check.objects.all())) == expected
    assert {one.pk: one.version > versions[one.pk] for one in Demand.objects.all()} == {demand.pk: True, other.pk: True}
    again = {"source_url": ARTICLE["source_url"], "silence": "declined", "silence_about": [str(demand.pk)]}
    assert fill(ann, address(statement), **again).status_code == 302
    assert Check.objects.count() == 2


def test_without_a_pasted_source_it_rests_on_the_statements_own(ann, demand):
    source = make.make_source(title="The paper", published=None)
    statement = make.make_statement([source], when="2021-05", state=State.DRAFT)
    sent = {"silence": "unreachable", "silence_about": [str(demand.pk)]}
    assert fill(ann, address(statement), **sent).status_code == 302
    assert told(Check.objects.get()) == ("Dig a well", "None", "2021-05", "unreachable", ("The paper", ""))


def test_a_silence_about_nothing_or_from_no_source_is_refused_and_stays_typed(ann, demand):
    nothing = {"issuances-0-demand": "", "silence": "declined", "silence_words": "No comment."}
    answer = fill(ann, ADD, **letter(demand, **nothing))
    assert wrong(answer) == ["This statement raises no demand: choose the demands to which they said nothing."]
    assert "No comment." in answer.text
    answer = fill(ann, ADD, **letter(demand, silence="declined", source_url=""))
    assert wrong(answer) == ["Name the source that says so, in this form."]
    answer = fill(ann, ADD, **letter(demand, silence_words="No comment."))
    assert wrong(answer) == ["Choose what the source says."]
    assert (Check.objects.count(), Statement.objects.count()) == (0, 0)


def test_a_contributor_notes_nothing_on_what_readers_see(campaign, demand):
    draft = make.make_demand(title="A draft", state=State.DRAFT)
    user = make.make_member(campaign, Role.CONTRIBUTOR)
    answer = fill(enter(user), ADD, **letter(demand, silence="declined", silence_about=[str(demand.pk)]))
    assert wrong(answer) == ["“Dig a well” is published: an editor notes what is said of it."]
    typed = letter(draft, silence="declined", silence_about=[str(draft.pk)])
    assert fill(enter(user), ADD, **typed).status_code == 302
    assert Check.objects.get().demand == draft


def test_a_look_of_ones_own_needs_no_source_and_a_report_does(ann, demand):
    ada, paper = Actor.objects.get(name="Ada Moss"), make.make_source(title="The paper")
    row = {"checks__0__addressee": str(ada.pk), "checks__0__when": "June 2021"}
    assert fill(ann, address(demand), **row).status_code == 302
    assert told(Check.objects.get()) == ("Dig a well", "Ada Moss", "2021-06", "nothing_found")
    row = {"checks__TOTAL_FORMS": "2", "checks__1__when": "2021-07-01", "checks__1__found": "no_response"}
    assert wrong(fill(ann, address(demand), **row)) == [UNSOURCED]
    row |= {"checks__1__source": str(paper.pk), "checks__1__words": "She did not respond."}
    assert fill(ann, address(demand), **row).status_code == 302
    report = Check.objects.get(found="no_response")
    assert told(report) == ("Dig a well", "None", "2021-07-01", "no_response", ("The paper", "She did not respond."))
    assert set(Check.objects.published()) == set(Check.objects.all())


def test_the_source_of_a_row_is_mended_in_the_row(ann, demand):
    paper, radio = make.make_source(title="The paper"), make.make_source(title="The radio")
    check = make.check(demand, None, found="declined", sources=[paper])
    url = address(demand)
    assert fill(ann, url, checks__0__words="No.").status_code == 302
    assert fill(ann, url, checks__0__source=str(radio.pk)).status_code == 302
    assert told(check)[4:] == (("The radio", "No."),)
    assert wrong(fill(ann, url, checks__0__source="")) == [
        UNSOURCED,
        "Choose the source whose words these are.",
    ]
    assert (
        fill(ann, url, checks__0__source="", checks__0__words="", checks__0__found="nothing_found").status_code == 302
    )
    assert told(Check.objects.get()) == ("Dig a well", "None", "2021-05-03", "nothing_found")


def test_two_sources_may_report_one_silence_and_one_source_not_twice(ann, demand):
    paper, radio = make.make_source(title="The paper"), make.make_source(title="The radio")
    for source in (paper, radio):
        make.check(demand, None, found="declined", sources=[source])
    assert fill(ann, address(demand), note="x").status_code == 302
    answer = fill(ann, address(demand), checks__0__source=str(paper.pk), checks__1__source=str(paper.pk))
    assert "stands twice" in " ".join(wrong(answer))


def test_a_check_has_a_page_of_its_own_for_more_sources(ann, demand):
    check = make.check(demand, None)
    url = address(check)
    assert wrong(fill(ann, url, found="declined")) == [UNSOURCED]
    sent = {"found": "declined", "citations__0__source": str(make.make_source().pk)}
    assert fill(ann, url, **sent).status_code == 302
    assert Check.objects.get().found == "declined"


def test_who_may_only_read_sees_the_sources_of_a_report(campaign, demand):
    make.check(demand, None, found="declined", sources=[make.make_source(title="The paper")])
    page = enter(make.make_member(campaign, Role.CONTRIBUTOR)).get(address(demand))
    assert "The paper" in page.text


def test_a_letters_looks_stand_on_the_letter_and_are_scoped_to_its_campaign(campaign):
    statement = make.make_statement()
    check = make.check(None, None, letter=statement)
    editor = enter(make.make_member(campaign, Role.EDITOR))
    assert f'value="{check.pk}"' in editor.get(address(statement)).text
    stranger = enter(make.make_member(make.make_campaign(), Role.MANAGER))
    assert stranger.get(address(check)).status_code == 404
    assert editor.get(address(check)).status_code == 200
    listed = reverse("admin:campaigns_check_changelist")
    assert [str(statement) in client.get(listed).text for client in (editor, stranger)] == [True, False]


def test_what_only_readers_of_a_published_source_see(demand):
    draft = make.make_source(state=State.DRAFT)
    report, own = make.check(demand, None, found="declined", sources=[draft]), make.check(demand, None)
    assert set(Check.objects.published()) == {own}
    draft.state = State.PUBLISHED
    draft.save()
    assert set(Check.objects.published()) == {own, report}


# The other new fields


def test_life_spans_and_who_speaks_for_whom(ann, campaign):
    body = make.make_organization(classification="government")
    fill(ann, reverse("admin:campaigns_organization_change", args=[body.pk]), start="1874", end="May 2021")
    post = make.make_post(organization=body)
    fill(ann, reverse("admin:campaigns_post_change", args=[post.pk]), speaks_for="on", start="7 August 2018")
    person = make.make_person()
    url = reverse("admin:campaigns_person_change", args=[person.pk])
    assert 'name="start"' not in ann.get(url).text
    fill(ann, url, memberships__0__post=str(post.pk), memberships__0__speaks_for="on")
    body, post, role = Actor.objects.get(pk=body.pk), Actor.objects.get(pk=post.pk), Membership.objects.get()
    assert [one.isoformat() for one in (body.start, body.end, post.start)] == ["1874", "2021-05", "2018-08-07"]
    assert (body.speaks_for, post.speaks_for, role.speaks_for, role.organization_id) == (False, True, True, body.pk)
    answer = fill(ann, reverse("admin:campaigns_organization_change", args=[body.pk]), end="1873")
    assert wrong(answer) == ["The end lies before the start."]
    alone = make.make_post(organization=None)
    answer = fill(ann, reverse("admin:campaigns_post_change", args=[alone.pk]), speaks_for="on")
    assert wrong(answer) == ["Only a post of an organization speaks for one."]


def test_a_deadline_and_the_day_on_which_a_promise_falls_due(ann, demand):
    statement = make.make_statement(when="2021-04-22", state=State.DRAFT)
    url = address(statement)
    row = {"responses__0__demand": str(demand.pk), "responses__0__stance": "promises", "responses__0__due": "2022"}
    assert fill(ann, url, deadline="22 May 2021", **row).status_code == 302
    statement.refresh_from_db()
    assert (statement.deadline.isoformat(), Response.objects.get().due.isoformat()) == ("2021-05-22", "2022")
    assert wrong(fill(ann, url, deadline="March 2021")) == ["The deadline lies before the statement."]


def test_a_check_that_came_to_be_about_nothing_is_refused_in_words_and_stays(ann, demand):
    check = make.check(demand, Actor.objects.get(name="Ada Moss"))
    for sent in ({}, form_values(ann.get(address(check))) | {"demand": "", "letter": ""}):
        said = wrong(ann.post(address(check), sent))
        assert "A check is about one demand or about a whole letter; not both." in said
    assert Check.objects.get().demand == demand
