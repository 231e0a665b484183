"""Every way in which the desk writes, as every role: readers get other bytes only by what the gate has asked."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from campaigns.admin.site import site
from campaigns.history.changes import changes_of
from campaigns.models import Check, Correction, ProposedChange, Role, State
from tests import factories as make
from tests.admin.browser_form import form_values
from tests.admin.clients import address, enter
from tests.admin.test_foreign import patterns
from tests.admin.test_import_export import exported, kept
from tests.made_once import made_once

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]

SAID = {"correction_kind": "correction", "correction_sentence": "We put it right."}
ROLES = (Role.CONTRIBUTOR, Role.EDITOR, Role.PUBLISHER, Role.MANAGER)


class Desk:
    """A campaign with published records and drafts that a colleague wrote, and somebody of its team at work."""

    def __init__(self):
        campaign = self.campaign = make.make_campaign(slug="kc")
        self.person, self.other = (make.make_person(campaign=campaign, slug=slug) for slug in ("ada", "ben"))
        self.post = make.make_post(campaign=campaign)
        self.city = make.make_organization(campaign=campaign)
        self.role = make.make_membership(self.person, self.city)
        self.demand = make.make_demand([self.person], campaign=campaign, slug="dig")
        self.statement = make.make_statement(campaign=campaign, slug="no", quote="No.", speaker=self.person)
        self.answer = make.answer(self.demand, statement=self.statement)
        self.look = make.check(self.demand, self.person, "2021-05-03")
        self.raised = make.raise_demand(self.demand, when="2021-04-22")
        self.event = make.make_event(campaign=campaign)
        self.outcome = make.make_outcome(self.demand)
        self.source = self.statement.citations.get().source
        self.draft = make.make_statement(campaign=campaign, state=State.DRAFT, slug="draft", quote="Yes.")
        self.draft_person = make.make_person(campaign=campaign, state=State.DRAFT, slug="eve")
        self.draft_role = make.make_membership(self.draft_person, self.city, start="2015")
        self.users = {role: make.make_member(campaign, role) for role in ROLES}
        self.second = make.make_member(campaign, Role.MANAGER, username="second")

    def enter(self, role):
        self.user = self.users[role]
        self.browser = enter(self.user)
        self.before = self.readers_get()

    def readers_get(self):
        """Return all that is public: the file has every word of it."""
        return Client().get("/kc/data/campaign.json").content

    def save(self, record, **typed):
        page = self.browser.get(address(record))
        return self.browser.post(address(record), form_values(page) | typed | SAID) if page.status_code == 200 else page

    def add(self, noun, **typed):
        url = reverse(f"admin:campaigns_{noun}_add") + f"?campaign={self.campaign.pk}"
        page = self.browser.get(url)
        return self.browser.post(url, form_values(page) | typed | SAID) if page.status_code == 200 else page

    def act(self, action, *records, **more):
        url = reverse(f"admin:campaigns_{records[0]._meta.model_name}_changelist")
        return self.browser.post(url, {"action": action, "_selected_action": [one.pk for one in records]} | more)

    def restore(self, record):
        serial = changes_of(record)[0].serial
        record.note = "Newer than what comes back."
        record.save()
        url = reverse(f"admin:campaigns_{record._meta.model_name}_restore", args=[record.pk])
        self.before = self.readers_get()
        version = type(record).objects.get(pk=record.pk).version
        return self.browser.post(url, {"to": serial, "version": version} | SAID)

    def merge(self):
        url = reverse("admin:campaigns_person_same", args=[self.other.pk])
        page = self.browser.get(url, {"kept": self.person.pk})
        return self.browser.post(url, form_values(page) | SAID) if page.status_code == 200 else page

    def bring(self):
        url = reverse("admin:campaigns_campaign_import")
        text = exported(self.campaign).replace("quote: No.", "quote: Never.")
        page = self.browser.post(url, {"what": "campaign", "file": SimpleUploadedFile("file", text.encode())})
        return self.browser.post(url, {"kept": kept(page)} | SAID) if b'name="kept"' in page.content else page


WAYS = {
    "form": lambda desk: desk.save(desk.statement, quote="Never."),
    "source": lambda desk: desk.save(desk.source, title="Another title"),
    "actor": lambda desk: desk.save(desk.person, name="Ada the Second"),
    "post": lambda desk: desk.save(desk.post, name="Another post"),
    "event": lambda desk: desk.save(desk.event, title="Another event"),
    "outcome": lambda desk: desk.save(desk.outcome, reason="Another reason"),
    "demand": lambda desk: desk.save(desk.demand, title="Another demand"),
    "campaign": lambda desk: desk.save(desk.campaign, summary="Another summary"),
    "row changed": lambda desk: desk.save(desk.statement, **{"responses-0-stance": "accepts"}),
    "row added": lambda desk: desk.save(
        desk.person, **{"memberships-1-organization": desk.city.pk, "memberships-1-start": "2012"}
    ),
    "row of the other end": lambda desk: desk.save(desk.city, **{"members-0-start": "2012"}),
    "own page of a role": lambda desk: desk.save(desk.role, start="2012"),
    "own page of an occasion": lambda desk: desk.save(desk.raised, text="Other words"),
    "own page of a look": lambda desk: desk.save(desk.look, when="2022"),
    "role added": lambda desk: desk.add("membership", member=desk.person.pk, organization=desk.city.pk, start="2013"),
    "occasion added": lambda desk: desk.add("issuance", demand=desk.demand.pk, when="2020"),
    "look added": lambda desk: desk.add("check", demand=desk.demand.pk, addressee=desk.person.pk, when="2023"),
    "moved under": lambda desk: desk.save(desk.draft_role, member=desk.person.pk),
    "moved away": lambda desk: desk.save(desk.role, member=desk.draft_person.pk),
    "looked": lambda desk: desk.browser.post(
        reverse("admin:campaigns_check_looked"), {"ticked": f"{desk.demand.pk}-{desk.person.pk}"}
    ),
    "published by button": lambda desk: desk.save(desk.draft, _publish_along="1"),
    "published from the list": lambda desk: desk.act("publish_along", desk.draft, sure="1"),
    "withdrawn from the list": lambda desk: desk.act("withdraw", desk.event, reason="Not so."),
    "withdrawn": lambda desk: desk.browser.post(
        reverse("admin:campaigns_event_withdraw", args=[desk.event.pk]), {"reason": "Not so."}
    ),
    "older version": lambda desk: desk.restore(desk.statement),
    "merged": lambda desk: desk.merge(),
    "file": lambda desk: desk.bring(),
}
#: What of the record is shown, and to whom, by a state; one person does it, and the history says who.
STATES = {"published by button", "published from the list", "withdrawn from the list", "withdrawn"}
#: What asks for a manager, or for the right to publish, whatever the state.
HIGHER = {"campaign": Role.MANAGER, "file": Role.MANAGER, "merged": Role.PUBLISHER} | dict.fromkeys(
    STATES, Role.PUBLISHER
)
#: Moved to a draft, whom no reader sees: what readers get is less, and nothing in its place.
each_way = pytest.mark.parametrize("way", WAYS)


@made_once
def desk():
    return Desk()


@each_way
@pytest.mark.parametrize("role", ROLES)
def test_without_a_second_reader_a_role_does_its_own_with_a_word_and_no_more(desk, way, role):
    desk.enter(role)
    WAYS[way](desk)
    may = role >= HIGHER.get(way, Role.EDITOR)
    assert (desk.readers_get() != desk.before) == may
    told = way.startswith("withdrawn") or way not in (*STATES, "looked")
    assert Correction.objects.exists() == (may and told)
    if may and way in STATES:
        assert any(model.history.first().history_user == desk.user for model in (type(desk.draft), type(desk.event)))


@each_way
@pytest.mark.parametrize("role", [Role.EDITOR, Role.MANAGER])
def test_with_a_second_reader_nobody_changes_alone_what_readers_see(desk, way, role):
    desk.campaign.second_reader = True
    desk.campaign.save()
    desk.enter(role)
    WAYS[way](desk)
    may = role >= HIGHER.get(way, Role.EDITOR)
    if way in STATES:  # a colleague wrote the draft
        assert (desk.readers_get() != desk.before) == may
        return
    assert desk.readers_get() == desk.before
    assert ProposedChange.objects.count() == int(may)
    if may:
        page = reverse("admin:campaigns_proposedchange_change", args=[ProposedChange.objects.get().pk])
        assert enter(desk.second).post(page, {"_accept": "1"}).status_code == 302
        assert desk.readers_get() != desk.before


#: Addresses of the desk by the last word of their names, with the ways that try them; the others write nothing of the
#: record. A new address fails until it is named here.
TRIED = {
    *("add", "change", "changelist", "withdraw", "restore", "same", "import", "looked", "private"),
}
HARMLESS = {
    *("history", "delete", "autocomplete", "preview", "timeline", "export", "date"),
}


def test_every_address_of_the_desk_that_can_write_is_tried():
    names = {name for _route, name in patterns(site.get_urls()) if name.startswith("campaigns_")}
    assert {name.rpartition("_")[2] for name in names} <= TRIED | HARMLESS
    assert Check.objects.count() == 0
