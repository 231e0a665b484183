"""A row with a page of its own, under a published record: that page asks what the page of the record would."""

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.admin.editing.base import RecordAdmin
from campaigns.admin.site import site
from campaigns.models import Check, Correction, Demand, Issuance, Membership, Publishable, Role, State, history_of
from tests import factories as make
from tests.admin.browser_form import form_values
from tests.admin.clients import enter
from tests.made_once import made_once
from tests.pages import words

pytestmark = pytest.mark.django_db

PARTS = {"issuance": Issuance, "membership": Membership, "check": Check}
DAYS = ("2021-04-22", "2021-05-03")
ASKED = "Readers have seen this. Say below whether it is a typo or a correction."
SAID = {"correction_kind": "correction", "correction_sentence": "One more was found."}
each_part = pytest.mark.parametrize("kind", PARTS)
each_role = pytest.mark.parametrize("role", [Role.CONTRIBUTOR, Role.EDITOR, Role.PUBLISHER])


def test_every_row_with_a_page_of_its_own_is_tried():
    rows = {model for model, options in site._registry.items() if isinstance(options, RecordAdmin)}
    assert {model for model in rows if not issubclass(model, Publishable)} == set(PARTS.values())


class Story:
    """A published record with a row, and a draft with one; what is typed into a form, and what readers get."""

    def __init__(self, kind):
        self.campaign = make.make_campaign(slug=kind)
        self.kind, self.model = kind, PARTS[kind]
        mayor, self.key = make.make_official(campaign=self.campaign), "demand"
        if kind == "membership":
            city, self.key = make.make_organization(campaign=self.campaign, classification="government"), "member"
            owners = [make.make_person(campaign=self.campaign, state=one) for one in (State.PUBLISHED, State.DRAFT)]
            self.shown, self.hidden = (
                make.make_membership(one, city, start=start) for one, start in zip(owners, DAYS, strict=True)
            )
            self.typed = {"organization": city.pk, "start": "2012", "note": "For a year"}
        else:
            owners = [
                make.make_demand([mayor], campaign=self.campaign, state=one) for one in (State.PUBLISHED, State.DRAFT)
            ]
            if kind == "issuance":
                self.shown, self.hidden = (
                    make.raise_demand(one, when=day) for one, day in zip(owners, DAYS, strict=True)
                )
                self.typed = {"when": "2020-01-02", "text": "Once more", "note": "At the hall"}
            else:
                self.shown, self.hidden = (make.check(one, mayor, day) for one, day in zip(owners, DAYS, strict=True))
                self.typed = {"addressee": mayor.pk, "when": "2020-01-02", "note": "In the hall"}
        self.published, self.draft = owners
        if kind != "membership":  # it may lose an occasion
            make.cite(self.published, make.make_source(campaign=self.campaign))
        self.users = {role: make.make_member(self.campaign, role) for role in list(Role)[:3]}
        #: What readers get before anybody has done anything.
        self.before = self.readers_get()

    def as_role(self, role):
        self.user = self.users[role]
        self.browser = enter(self.user)

    def readers_get(self):
        client = Client()
        paths = ("timeline/", "answers/", "data/campaign.json")
        own = self.published.get_absolute_url()
        return [client.get(path).content for path in (own, *(f"/{self.kind}/{path}" for path in paths))]

    def rows(self):
        return sorted(self.model.objects.values_list("pk", self.key, "note", "version"))

    def add(self, **typed):
        address = reverse(f"admin:campaigns_{self.kind}_add") + f"?campaign={self.campaign.pk}"
        values = form_values(self.browser.get(address)) | self.typed | {self.key: self.published.pk}
        return self.browser.post(address, values | typed)

    def change(self, row, **typed):
        address = reverse(f"admin:campaigns_{self.kind}_change", args=[row.pk])
        page = self.browser.get(address)
        try:
            values = form_values(page)
        except AssertionError:  # only to be read
            values = {"version": row.version}
        values.pop("correction_kind", None)
        return self.browser.post(address, values | typed)


@made_once
def stories():
    return {kind: Story(kind) for kind in PARTS}


#: What is done to a row on its own page.
STEPS = {
    "add": lambda story, **said: story.add(**said),
    "move under": lambda story, **said: story.change(story.hidden, **{story.key: story.published.pk}, **said),
    "move away": lambda story, **said: story.change(story.shown, **{story.key: story.draft.pk}, **said),
    "change": lambda story, **said: story.change(story.shown, note="Changed", **said),
}


@each_role
@pytest.mark.parametrize("step", STEPS)
@each_part
def test_readers_get_no_row_about_which_its_own_page_has_not_asked(stories, kind, step, role):
    story = stories[kind]
    story.as_role(role)
    before, rows, versions = story.before, story.rows(), history_of(story.model).count()
    refused = STEPS[step](story)
    assert refused.status_code == (403 if role == Role.CONTRIBUTOR and step in ("move away", "change") else 200)
    assert (story.readers_get(), story.rows(), history_of(story.model).count()) == (before, rows, versions)
    if role > Role.CONTRIBUTOR:
        assert ASKED in words(refused)
        assert "successfully" not in words(refused)
        typed = form_values(refused)
        wanted = {"add": story.typed | {story.key: story.published.pk}, "change": {"note": "Changed"}}
        wanted |= {"move under": {story.key: story.published.pk}, "move away": {story.key: story.draft.pk}}
        assert {name: typed[name] for name in wanted[step]} == {name: str(it) for name, it in wanted[step].items()}
        answered = story.browser.post(refused.request["PATH_INFO"] + f"?campaign={story.campaign.pk}", typed | SAID)
    else:
        answered = STEPS[step](story, **SAID)
    assert answered.status_code == (302 if role > Role.CONTRIBUTOR else refused.status_code)
    assert (story.readers_get() != before) == (role > Role.CONTRIBUTOR)
    said = [(one.sentence, one.subject.pk, one.by) for one in Correction.objects.all()]
    assert said == ([("One more was found.", story.published.pk, story.user)] if role > Role.CONTRIBUTOR else [])


@each_role
@each_part
def test_no_row_is_deleted_on_its_own_page(stories, kind, role):
    story = stories[kind]
    story.as_role(role)
    before, rows = story.before, story.rows()
    address = reverse(f"admin:campaigns_{kind}_delete", args=[story.shown.pk])
    assert story.browser.post(address, {"post": "yes", **SAID}).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": [story.shown.pk], "post": "yes"}
    story.browser.post(reverse(f"admin:campaigns_{kind}_changelist"), chosen)
    assert (story.readers_get(), story.rows()) == (before, rows)


@each_part
def test_a_row_with_a_private_detail_waits_for_a_second_person(stories, kind):
    story = stories[kind]
    story.as_role(Role.PUBLISHER)
    before = story.before
    refused = story.add(note="Call 816-555-0142", **SAID)
    assert "Readers see this record, and so it is not fit to be seen:" in words(refused)
    assert form_values(refused)["note"] == "Call 816-555-0142"
    assert (story.readers_get(), Correction.objects.count()) == (before, 0)


@each_part
def test_who_changes_a_row_of_a_draft_has_changed_the_draft(stories, kind):
    story = stories[kind]
    story.as_role(Role.PUBLISHER)
    version = type(story.draft).objects.get(pk=story.draft.pk).version
    assert story.change(story.hidden, note="Changed").status_code == 302
    draft = type(story.draft).objects.get(pk=story.draft.pk)
    assert (draft.edited_by, draft.version) == (story.user, version + 1)
    draft.campaign.second_reader = True
    assert any("A second person publishes it" in one for one in draft.missing(by=story.user))


@each_part
def test_a_row_saved_as_it_was_asks_nothing_and_changes_nobodys_record(stories, kind):
    story = stories[kind]
    story.as_role(Role.EDITOR)
    before = story.before
    assert story.change(story.shown).status_code == 302
    assert (story.readers_get(), type(story.published).objects.get(pk=story.published.pk).edited_by) == (before, None)


@each_role
@each_part
def test_no_older_version_brings_a_row_back_under_a_published_record_unasked(stories, kind, role):
    story = stories[kind]
    then = f"{kind}-{history_of(story.model).filter(id=story.shown.pk).first().history_id}"
    setattr(story.shown, story.key, story.draft)
    story.shown.save()  # by a shell, so that nothing is asked
    story.as_role(role)
    before = story.readers_get()
    address = reverse(f"admin:campaigns_{kind}_restore", args=[story.shown.pk])
    sent = {"to": then, "version": story.shown.version}
    refused = story.browser.post(address, sent)
    why = ASKED if role > Role.CONTRIBUTOR else "In this state your role may not change it."
    assert why in words(refused)
    assert story.readers_get() == before
    story.browser.post(address, sent | SAID)
    assert (story.readers_get() != before) == (role > Role.CONTRIBUTOR)


def test_a_record_that_was_published_while_its_row_was_typed_is_asked_about(stories, monkeypatch):
    story = stories["issuance"]
    story.as_role(Role.CONTRIBUTOR)
    rows, save = story.rows(), Issuance.save

    def publish_first(row, *args, **options):
        Demand.objects.filter(pk=story.draft.pk).update(state=State.PUBLISHED)
        save(row, *args, **options)

    monkeypatch.setattr(Issuance, "save", publish_first)
    refused = story.add(demand=story.draft.pk)
    assert "In this state your role may not change it." in words(refused)
    assert story.rows() == rows
