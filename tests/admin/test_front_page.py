"""The desk's front page: what waits for whom, and one click that says somebody looked and found nothing."""

import datetime as dt

import pytest
import time_machine
from django.db import OperationalError
from django.test import RequestFactory
from django.urls import reverse

from campaigns.admin.front_page import front_page, to_look_up
from campaigns.admin.site import site
from campaigns.models import Check, Clearance, Demand, Detail, Relation, Role, Source, Stance, State, TeamMember
from tests import factories as make
from tests.admin.browser_form import form_values
from tests.admin.clients import address, enter, login, save
from tests.pages import words

pytestmark = pytest.mark.django_db
LOOKED = reverse("admin:campaigns_check_looked")


@pytest.fixture
def campaign():
    return make.make_campaign(slug="kc", name="Kansas City", timezone="America/Chicago")


def page(user, **query):
    request = RequestFactory().get("/admin/", query)
    request.user = user
    return front_page(site, request)


def test_the_drafts_are_mine_and_what_waits_is_everybodys(campaign, django_user_model):
    ann, ben = (django_user_model.objects.create_superuser(name) for name in ("ann", "ben"))
    make.make_person(state=State.DRAFT, name="Mine", recorded_by=ann, edited_by=ben)
    make.make_source(state=State.DRAFT, title="Edited by me", edited_by=ann)
    make.make_event(state=State.DRAFT, title="Ben's", recorded_by=ben)
    make.make_demand(state=State.IN_REVIEW, title="To read", edited_by=ben)
    make.make_demand(title="Published", edited_by=ann)
    found = page(ann)
    assert [(line.noun, line.label, line.state) for line in found["drafts"]] == [
        ("source", "Edited by me", "draft"),
        ("person", "Mine", "draft"),
    ]
    assert [(line.noun, line.label, line.who) for line in found["reviews"]] == [("demand", "To read", "ben")]
    person = reverse("admin:campaigns_person_change", args=[campaign.actors.get(name="Mine").pk])
    assert found["drafts"][1].url == person


def test_what_changed_lately_comes_first(campaign, django_user_model):
    first, second = make.make_source(title="First"), make.make_source(title="Second")
    Source.objects.get(pk=first.pk).save()
    found = page(django_user_model.objects.create_superuser("ann"))["recent"]
    assert [line.label for line in found[:2]] == ["First", "Second"]
    assert second.title == "Second"


def test_statements_without_a_source_or_a_demand_are_listed(campaign, django_user_model):
    good = make.make_statement(campaign=campaign)
    make.answer(make.make_demand(campaign=campaign), statement=good)
    alone = make.make_statement(campaign=campaign)
    bare = make.make_statement([], campaign=campaign, state=State.DRAFT)
    make.raise_demand(make.make_demand(campaign=campaign), bare)
    make.make_statement(campaign=campaign, state=State.WITHDRAWN, withdrawal_reason="x")
    found = page(django_user_model.objects.create_superuser("ann"))["gaps"]
    assert [(statement, source, demand) for statement, _url, source, demand in found] == [
        (bare, True, False),
        (alone, False, True),
    ]


PHONE, MAIL = Detail("phone", "816-555-0142"), Detail("email", "chief@example.org")


def test_a_second_person_finds_what_others_ask_to_make_public(campaign, django_user_model):
    ann, ben = (django_user_model.objects.create_superuser(name) for name in ("ann", "ben"))
    person, event, demand = make.make_person(name="Chief"), make.make_event(), make.make_demand(title="Resign")
    outcome = make.make_outcome(demand)
    for record in (campaign, person, event, outcome):
        Clearance.objects.ask(record, ann, [PHONE])
    Clearance.objects.ask(person, ann, [MAIL])
    Clearance.objects.ask(event, ben, [MAIL])
    pages = [
        reverse(f"admin:campaigns_{noun}_private", args=[record.pk])
        for noun, record in (("person", person), ("outcome", outcome), ("campaign", campaign))
    ]
    # Once each; of the event he asked for some himself.
    found = page(ben)["private"]
    assert [line.url for line in found] == pages
    assert [(line.noun, line.label, line.who) for line in found[:2]] == [
        ("person", "Chief", "ann"),
        ("outcome", "Resign", "ann"),
    ]
    assert page(ann)["private"] == []
    shown = words(enter(ben).get(reverse("admin:index")))
    assert "Private details: may they be public? Chief person, published, " in shown
    assert MAIL.words not in shown
    Clearance.objects.allow(person, ben, [PHONE, MAIL], "It is the office’s.")
    assert [line.url for line in page(ben)["private"]] == pages[1:]


@pytest.mark.parametrize("role", list(Role))
def test_who_may_not_give_the_word_is_not_asked_for_it_and_nobody_is_elsewhere(role, campaign, django_user_model):
    ann = django_user_model.objects.create_superuser("ann")
    here, there = make.make_event(campaign=campaign), make.make_event(campaign=make.make_campaign(slug="elsewhere"))
    for record in (here, there):
        Clearance.objects.ask(record, ann, [PHONE])
    member = make.make_member(campaign, role)
    TeamMember.objects.create(campaign=there.campaign, user=member, role=Role.EDITOR)
    found, may = page(member)["private"], role >= Role.PUBLISHER
    assert [line.label for line in found] == ([here.title] if may else [])
    shown = words(enter(member).get(reverse("admin:index")))
    assert ("Private details: may they be public?" in shown) == may


def asked(campaign, actor, **fields):
    demand = make.make_demand([actor], campaign=campaign, **fields)
    make.raise_demand(demand, when="2020-06")
    return demand


def look_up(campaign):
    return {
        (actor.name, demand.title)
        for actor, group in to_look_up(Demand.objects.all(), campaign)
        for demand, _finding in group
    }


def test_whoever_has_not_answered_is_to_be_looked_up_until_somebody_has_looked(campaign):
    chief, mayor = (make.make_person(campaign=campaign, name=name) for name in ("Chief", "Mayor"))
    one, other = asked(campaign, chief, title="One"), asked(campaign, mayor, title="Other")
    asked(campaign, mayor, title="Draft", state=State.DRAFT)
    assert look_up(campaign) == {("Chief", "One"), ("Mayor", "Other")}
    make.answer(one, campaign=campaign, speaker=chief)
    assert look_up(campaign) == {("Mayor", "Other")}
    today = campaign.today()
    make.check(other, mayor, (today - dt.timedelta(days=30)).isoformat())
    assert look_up(campaign) == {("Mayor", "Other")}
    make.check(other, mayor, (today - dt.timedelta(days=29)).isoformat())
    assert look_up(campaign) == set()
    campaign.check_after = 7
    assert look_up(campaign) == {("Mayor", "Other")}


def test_whoever_took_a_position_takes_no_place_in_the_list_until_the_question_is_asked_again(campaign, monkeypatch):
    monkeypatch.setattr("campaigns.admin.front_page.QUESTIONS", 1)
    chief, mayor = (make.make_person(campaign=campaign, name=name) for name in ("Chief", "Mayor"))
    one = asked(campaign, chief, title="One", position=0)
    asked(campaign, mayor, title="Other", position=1)
    refusal = make.answer(one, campaign=campaign, speaker=chief, when="2020-07-01").statement
    assert look_up(campaign) == {("Mayor", "Other")}
    made = make.make_statement(campaign=campaign, speaker=chief, when="2020-07-02")
    taken_back = Relation.objects.create(statement=made, to=refusal, kind=Relation.Kind.RETRACTS)
    assert look_up(campaign) == {("Chief", "One")}
    taken_back.delete()
    letter = make.make_statement(campaign=campaign, when="2021-04-22", addressees=[chief])
    make.raise_demand(one, letter)
    assert look_up(campaign) == {("Chief", "One")}


@pytest.mark.parametrize("at_whom", ["chief", "everybody"])
@pytest.mark.parametrize("at_what", ["demand", "letter"])
def test_a_look_at_a_whole_letter_or_at_everybody_is_a_look(campaign, at_whom, at_what):
    chief = make.make_person(campaign=campaign, name="Chief")
    letter = make.make_statement(campaign=campaign, when="2020-06-01", addressees=[chief])
    demand = make.make_demand([chief], campaign=campaign, title="One")
    make.raise_demand(demand, letter)
    assert look_up(campaign) == {("Chief", "One")}
    about = {"demand": demand} if at_what == "demand" else {"letter": letter}
    addressee = chief if at_whom == "chief" else None
    make.check(**about, addressee=addressee, date=(campaign.today() - dt.timedelta(days=30)).isoformat())
    assert look_up(campaign) == {("Chief", "One")}
    make.check(**about, addressee=addressee, date=(campaign.today() - dt.timedelta(days=29)).isoformat())
    assert look_up(campaign) == set()


def test_words_without_a_position_leave_the_question_to_be_looked_up(campaign):
    chief = make.make_person(campaign=campaign, name="Chief")
    make.answer(asked(campaign, chief, title="One"), Stance.DEFLECTS, campaign=campaign, speaker=chief)
    assert look_up(campaign) == {("Chief", "One")}


def test_an_answer_of_the_holder_counts_for_the_post(campaign):
    post, holder = make.make_post(campaign=campaign, name="Chief"), make.make_person(campaign=campaign)
    make.make_membership(holder, post=post)
    demand = asked(campaign, post)
    assert look_up(campaign) != set()
    make.answer(demand, campaign=campaign, speaker=holder)
    assert look_up(campaign) == set()


def test_one_click_notes_it_for_one_addressee_and_ticks_for_many(campaign):
    ann = login("ann")
    chief, mayor = make.make_person(campaign=campaign), make.make_person(campaign=campaign)
    demands = [make.make_demand([chief, mayor], campaign=campaign) for _ in range(2)]
    listed = [f"{demand.pk}-{actor.pk}" for actor in (chief, mayor) for demand in demands]
    assert ann.post(LOOKED, {"listed": listed, "ticked": listed[3:], "addressee": chief.pk}).status_code == 302
    assert set(Check.objects.values_list("demand", "addressee", "date")) == {
        (demand.pk, chief.pk, campaign.today()) for demand in demands
    }
    ann.post(LOOKED, {"listed": listed, "ticked": listed[2:3]})
    assert Check.objects.filter(addressee=mayor).get().demand == demands[0]
    ann.post(LOOKED, {"listed": listed, "ticked": listed})
    assert Check.objects.count() == 4


def test_ticks_are_noted_all_or_none(campaign, monkeypatch):
    actors = [make.make_person(campaign=campaign) for _ in range(3)]
    demand = make.make_demand(actors, campaign=campaign)
    save, saved = Check.save, []

    def fail_at_the_last(check, *args, **kwargs):
        saved.append(check)
        if len(saved) == 3:
            raise OperationalError("the database has gone away")
        save(check, *args, **kwargs)

    monkeypatch.setattr(Check, "save", fail_at_the_last)
    with pytest.raises(OperationalError):
        login("ann").post(LOOKED, {"ticked": [f"{demand.pk}-{actor.pk}" for actor in actors]})
    assert (len(saved), Check.objects.count()) == (3, 0)


def test_nothing_is_noted_where_one_of_those_ticked_may_not_be(campaign):
    """A contributor looks up drafts; of what readers see at once, an editor notes it."""
    chief = make.make_person(campaign=campaign)
    demands = [make.make_demand([chief], campaign=campaign, state=state) for state in (State.DRAFT, State.PUBLISHED)]
    contributor = enter(make.make_member(campaign, Role.CONTRIBUTOR))
    ticked = [f"{demand.pk}-{chief.pk}" for demand in demands]
    assert contributor.post(LOOKED, {"ticked": ticked}).status_code == 403
    assert Check.objects.count() == 0
    assert contributor.post(LOOKED, {"ticked": ticked[:1]}).status_code == 302
    assert Check.objects.count() == 1


def test_what_became_of_each_tick_is_said(campaign):
    chief, mayor = make.make_person(campaign=campaign), make.make_person(campaign=campaign)
    demand = make.make_demand([chief, mayor], campaign=campaign)
    make.check(demand, chief, campaign.today().isoformat())
    stranger = make.make_person(campaign=campaign)
    ticked = [f"{demand.pk}-{actor.pk}" for actor in (chief, mayor, stranger)]
    page = login("ann").post(LOOKED, {"ticked": ticked}, follow=True)
    (said,) = page.context["messages"]
    assert str(said) == (
        "Noted: looked today, no answer found, for 1 question. 1 was noted today already."
        " 1 is not put to them any more, or not yours to see."
    )


def test_nothing_is_noted_of_what_nobody_asked_and_looking_at_the_address_notes_nothing(campaign):
    demand, stranger = make.make_demand([make.make_person()], campaign=campaign), make.make_person()
    ann = login("ann")
    for pair in ("", "x", "1", "1-", "0-1", "1-2-3", "9" * 30 + "-1", "１-２"):
        answer = ann.post(LOOKED, {"ticked": [pair, f"{demand.pk}-{stranger.pk}"]})
        assert (pair, answer.status_code) == (pair, 302)
    assert ann.get(LOOKED).status_code == 405
    assert Check.objects.count() == 0


def test_the_second_reader_is_not_switched_off_unseen(campaign):
    ann, ben = (make.make_member(campaign, Role.MANAGER, username=name) for name in ("ann", "ben"))
    eve = make.make_member(campaign, Role.PUBLISHER, username="eve")
    stranger = make.make_member(make.make_campaign(slug="other"), Role.MANAGER, username="stranger")
    form = address(campaign)
    save(enter(ann), form, second_reader="on")
    typed = form_values(enter(ann).get(form))
    typed.pop("second_reader")
    assert enter(ann).post(form, typed).status_code == 302
    assert not type(campaign).objects.get(slug="kc").second_reader
    shown = words(enter(ben).get("/admin/"))
    assert "The second person was switched off: one alone may publish." in shown
    assert "The second person was switched on." in shown
    assert ", ann" in shown
    said = [page(user)["switched"] for user in (ann, ben, eve, stranger)]
    assert [[row["second_reader"] for row in rows] for rows in said] == [[], [False, True], [], []]
    assert "A second person publishes yes no" in words(enter(ben).get(said[1][0]["url"]))
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(days=31)):
        assert page(ben)["switched"] == []


def test_a_second_reader_switched_off_by_a_command_is_shown_to_every_manager(campaign):
    ann = make.make_member(campaign, Role.MANAGER, username="ann")
    campaign.second_reader = True
    campaign.save()
    assert [row["history_user__username"] for row in page(ann)["switched"]] == [None]
