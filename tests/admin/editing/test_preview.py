"""How a draft will look: the real page, to staff only, marked, and gone afterwards."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from campaigns.models import (
    Actor,
    Campaign,
    Citation,
    Demand,
    Revision,
    SearchEntry,
    Source,
    State,
    Statement,
    history_of,
)
from tests import factories as make
from tests.admin.clients import login
from tests.made_once import made_once
from tests.pages import words

DRAFT = State.DRAFT


def preview(record, part="preview"):
    return reverse(f"admin:campaigns_{record._meta.model_name}_{part}", args=[record.pk])


def content(response):
    page = response.text
    return page[page.index("<main") : page.index("</main>")]


@made_once
def draft():
    campaign = make.make_campaign(slug="kc")
    speaker = make.make_person(campaign=campaign, name="A draft person", state=DRAFT)
    source = make.make_source(campaign=campaign, title="A draft paper", state=DRAFT)
    return make.make_statement(
        [source], campaign=campaign, speaker=speaker, slug="said", quote="Never.", when="2021-04", state=DRAFT
    )


def rows():
    return {
        model.__name__: list(model._base_manager.order_by("pk").values())
        for model in (Campaign, Actor, Source, Citation, Statement, Demand, SearchEntry, Revision)
    } | {"history": history_of(Statement).count()}


def test_it_is_what_readers_will_get_to_the_letter_but_for_the_mark(draft):
    page = login("ann").get(preview(draft))
    assert page.status_code == 200
    shown = content(page)
    draft.publish(along=True)
    public = Client().get("/kc/statements/said/")
    assert shown == content(public)
    assert "Never." in shown
    assert "A draft person" in shown


def test_it_is_marked_never_stored_and_never_indexed(draft):
    page = login("ann").get(preview(draft))
    text = page.text
    assert "<strong>Preview — not public</strong>" in text
    assert "<title>Preview: " in text
    assert '<meta name="robots" content="noindex">' in text
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert {"no-store", "private"} <= set(page["Cache-Control"].split(", "))
    assert not page.has_header("ETag")


def test_nothing_of_it_is_left_and_no_public_address_knows_of_it(draft):
    before = rows()
    reader = Client()
    ann = login("ann")
    for address in (
        preview(draft),
        preview(draft, "preview_timeline"),
        reverse("admin:campaigns_person_preview", args=[draft.speaker_id]),
    ):
        assert ann.get(address).status_code == 200
    assert rows() == before
    for client in (reader, ann):
        assert client.get("/kc/statements/said/").status_code == 404
        assert client.get("/kc/statements/said/?preview=1").status_code == 404
        assert b"Never." not in client.get("/kc/timeline/").content
        assert b"Preview" not in client.get("/kc/timeline/").content


@pytest.mark.django_db(transaction=True)
def test_no_page_that_is_kept_for_readers_comes_from_a_preview(draft, settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    cache.clear()
    ann = login("ann")
    reader = Client()
    assert b"Never." not in reader.get("/kc/timeline/").content
    assert b"Never." in ann.get(preview(draft, "preview_timeline")).content
    assert b"Never." not in reader.get("/kc/timeline/").content
    make.make_event(campaign=draft.campaign)  # the revision grows to what it was inside the preview
    assert b"Never." not in reader.get("/kc/timeline/").content
    assert reader.get("/kc/statements/said/").status_code == 404


def test_the_timeline_shows_it_where_it_will_stand(draft):
    for month in range(1, 13):
        make.make_event(campaign=draft.campaign, when=f"2020-{month:02}")
    for number in range(70):
        make.make_event(campaign=draft.campaign, when=f"2022-01-{number % 28 + 1:02}")
    page = login("ann").get(preview(draft, "preview_timeline")).text
    assert '<a href="#statement-said">' in page
    assert 'id="statement-said"' in page
    ids = [part.split('"')[0] for part in page.split('<article class="entry')[1:]]
    assert len(ids) == 15  # two after it, itself, twelve before it


def test_every_kind_of_entry_is_found_on_its_timeline(db):
    ann = login("ann")
    for record in (
        make.make_event(state=DRAFT),
        make.make_outcome(make.make_demand(), state=DRAFT),
        make.make_statement(state=DRAFT),
    ):
        page = ann.get(preview(record, "preview_timeline")).text
        anchor = f"{record._meta.model_name}-{getattr(record, 'slug', record.pk)}"
        assert (anchor, f'id="{anchor}"' in page, f'href="#{anchor}"' in page) == (anchor, True, True)
    assert ann.get(preview(make.make_demand(state=DRAFT), "preview_timeline")).status_code == 404


def test_what_has_no_source_yet_is_shown_and_says_so(db):
    record = make.make_statement(sources=[], state=DRAFT, quote="Never.")
    page = login("ann").get(preview(record))
    assert f"The statement “{record.slug}” needs a source." in page.text
    assert "no source yet" in content(page)
    assert Source.objects.count() == 0


def test_what_lacks_more_than_can_be_filled_in_says_what(db):
    record = make.make_statement(state=DRAFT, speaker=make.make_person())
    Statement.objects.filter(pk=record.pk).update(summary="", quote="")
    assert login("ann").get(preview(record)).status_code == 200
    source = make.make_source(state=DRAFT)
    Source.objects.filter(pk=source.pk).update(url="", title="", publisher="")
    assert "needs an address or a title" in login("ann").get(preview(source)).text


def test_every_noun_has_a_preview(db):
    make.make_campaign()
    hidden, ann = make.make_campaign(state=DRAFT), login("ann")
    nouns = (
        make.make_person,
        make.make_organization,
        make.make_post,
        make.make_source,
        make.make_demand,
        make.make_event,
    )
    for record in (
        *(make_one(state=DRAFT) for make_one in nouns),
        hidden,
        make.make_outcome(make.make_demand(state=DRAFT), state=DRAFT),
        make.make_demand(state=State.WITHDRAWN, withdrawal_reason="So."),
        make.make_demand(campaign=hidden, state=DRAFT),
    ):
        page = ann.get(preview(record))
        assert (record, page.status_code, "Preview — not public" in page.text) == (record, 200, True)
        assert 'href="http://testserver' in page.text
        assert ann.post(preview(record)).status_code == 405, "it is read and never written"


def test_only_staff_who_may_see_the_record_get_it(draft, django_user_model):
    assert Client().get(preview(draft)).status_code == 302
    nobody = Client()
    nobody.force_login(django_user_model.objects.create_user("nobody", is_staff=True))
    assert nobody.get(preview(draft)).status_code in (403, 404)
    assert nobody.get(preview(draft, "preview_timeline")).status_code in (403, 404)


def test_the_draft_says_where_its_preview_is_and_a_published_record_does_not(draft):
    ann = login("ann")
    change = reverse("admin:campaigns_statement_change", args=[draft.pk])
    assert preview(draft) in ann.get(change).text
    draft.publish(along=True)
    assert preview(draft) not in ann.get(change).text
    assert "Preview" not in words(ann.get(change))
