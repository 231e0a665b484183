"""An actor that was found to be the same as another: its old address leads to the one that is kept, and no more."""

import io
from itertools import pairwise

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from campaigns.campaign_file import BadFile, campaign_data, import_campaign, write_yaml
from campaigns.models import Actor, Membership, Role, State, Unpublishable
from tests import factories as make
from tests.admin.clients import enter

pytestmark = pytest.mark.django_db

GONE = {"state": State.WITHDRAWN, "withdrawal_reason": "It is the same."}


@pytest.fixture
def campaign():
    return make.make_campaign(slug="kc")


def official(campaign, slug, **fields):
    person = make.make_official(campaign=campaign, slug=slug, name=f"Name {slug}", **fields)
    if fields.get("state") == State.WITHDRAWN:
        Membership.objects.filter(member=person).delete()  # the roles are those of the one that is kept
    return person


@pytest.fixture
def smith(campaign):
    return official(campaign, "smith")


@pytest.fixture
def old(campaign, smith):
    return official(campaign, "old", merged_into=smith, **GONE)


# Addresses


@pytest.mark.parametrize(
    "address",
    [
        "/kc/people/{}/",
        "/kc/officials/{}/",
        "/kc/officials/{}.png",
        "/kc/officials/{}/?before=2021-04-22.3.0.1.5",
        "/embed/kc/officials/{}/",
        "/embed/kc/officials/{}/?theme=dark&limit=3",
    ],
)
def test_an_old_address_leads_to_the_same_page_of_the_one_that_is_kept(client, old, address):
    answer = client.get(address.format("old"))
    assert (answer.status_code, answer["Location"]) == (301, address.format("smith"))
    assert client.get(answer["Location"]).status_code == 200
    assert not answer.cookies


@pytest.mark.parametrize("kind", ["organization", "post"])
def test_organizations_and_posts_are_led_on_too(client, campaign, kind):
    kept = getattr(make, f"make_{kind}")(campaign=campaign, slug="kept")
    getattr(make, f"make_{kind}")(campaign=campaign, slug="old", name="Other", merged_into=kept, **GONE)
    answer = client.get(f"/kc/{kind}s/old/")
    assert (answer.status_code, answer["Location"]) == (301, f"/kc/{kind}s/kept/")
    assert client.get("/kc/people/old/").status_code == 404


def test_a_chain_is_followed_to_its_end(client, campaign, smith, old):
    older = official(campaign, "older", **GONE)
    Actor.objects.filter(pk=older.pk).update(merged_into=old)
    assert client.get("/kc/people/older/")["Location"] == "/kc/people/smith/"


def test_oembed_answers_with_the_one_that_is_kept(client, old):
    answer = client.get("/oembed?url=http://testserver/kc/officials/old/").json()
    assert answer["title"] == "Name smith"
    assert "/embed/kc/officials/smith/" in answer["html"]
    assert "old" not in answer["html"]


def test_where_the_one_that_is_kept_is_not_public_the_reason_stands_as_before(client, smith, old):
    Actor.objects.filter(pk=smith.pk).update(state=State.DRAFT)
    for address in ("/kc/people/old/", "/embed/kc/organizations/old/"):
        answer = client.get(address)
        assert answer.status_code == (410 if "people" in address else 404)
        assert "smith" not in answer.content.decode()


def test_the_address_of_a_draft_leads_nowhere(client, campaign, smith):
    official(campaign, "draft", merged_into=smith, state=State.DRAFT)
    for address in ("/kc/people/draft/", "/kc/officials/draft/", "/embed/kc/officials/draft/"):
        assert client.get(address).status_code == 404


def test_an_unpublished_campaign_leads_nowhere(client, campaign, old):
    campaign.state = State.DRAFT
    campaign.save()
    assert client.get("/kc/people/old/").status_code == 404


def test_no_list_sitemap_or_public_file_has_the_old_one(client, campaign, smith, old):
    for address in ("/kc/officials/", "/sitemap-actors-1.xml", "/kc/data/campaign.yaml", "/kc/search/?q=name"):
        page = client.get(address).content.decode()
        assert "smith" in page
        assert "old" not in page.replace("older", "").replace("Hold", "").replace("hold", "").replace("bold", "")


def test_a_published_page_asks_nothing_more(client, smith, old, django_assert_max_num_queries):
    with django_assert_max_num_queries(41):
        client.get("/kc/officials/smith/")
    with django_assert_max_num_queries(6):
        client.get("/kc/people/old/")


# The database


def refused(row, **columns):
    with pytest.raises(IntegrityError), transaction.atomic():
        Actor.objects.filter(pk=row.pk).update(**columns)


def test_the_database_refuses_another_campaign_another_kind_and_a_published_one(campaign, smith, old):
    far = make.make_person(campaign=make.make_campaign(slug="far"))
    group = make.make_organization(campaign=campaign)
    refused(old, merged_into=far)
    refused(old, merged_into=group)
    refused(smith, merged_into=official(campaign, "other"))
    refused(old, state=State.PUBLISHED)


def test_the_database_refuses_circles_of_any_length(campaign):
    rows = [official(campaign, f"row-{number}", **GONE) for number in range(40)]
    refused(rows[0], merged_into=rows[0])
    for one, other in pairwise(rows):
        Actor.objects.filter(pk=one.pk).update(merged_into=other)
    for length in (1, 2, 15, 16, 17, 39):
        refused(rows[length], merged_into=rows[0])
        Actor.objects.filter(pk=rows[length].pk).update(note="Still to be changed.")


def test_it_is_not_published_again_and_says_why(smith, old):
    with pytest.raises(Unpublishable, match="“Name old” is the same as “Name smith”"):
        old.publish()


# The desk


def test_search_boxes_leave_it_out_and_its_page_says_what_it_is(campaign, smith, old):
    ann = enter(make.make_member(campaign, Role.PUBLISHER))
    query = {"app_label": "campaigns", "model_name": "statement", "field_name": "speaker", "term": "name"}
    offered = [one["id"] for one in ann.get(reverse("admin:autocomplete"), query).json()["results"]]
    assert offered == [str(smith.pk)]
    page = ann.get(reverse("admin:campaigns_person_change", args=[old.pk])).content.decode()
    assert "“Name old” is the same as “Name smith”." in page


# The campaign file


def exported(campaign):
    text = io.StringIO()
    write_yaml(campaign_data(campaign), text)
    return text.getvalue()


def imported(text):
    return import_campaign(io.BytesIO(text.encode()))


def chain(*, oldest="older", state="withdrawn"):
    reason = "    withdrawal_reason: The same.\n" if state == "withdrawn" else ""
    return (
        "campaign: {slug: kc, name: K, timezone: UTC, language: en}\n"
        "organizations: [{slug: body, name: Body, kind: government}]\n"
        "people:\n"
        f"  - slug: {oldest}\n    name: Older\n    roles: []\n    state: {state}\n{reason}    merged_into: old\n"
        f"  - slug: old\n    name: Old\n    roles: []\n    state: withdrawn\n    withdrawal_reason: So.\n"
        "    merged_into: smith\n"
        "  - {slug: smith, name: Smith, roles: [], state: published}\n"
    )


def test_a_chain_comes_back_byte_for_byte(campaign, smith, old):
    older = official(campaign, "older", **GONE)
    Actor.objects.filter(pk=older.pk).update(merged_into=old)
    text = exported(campaign)
    assert "merged_into: smith" in text
    imported(text)
    assert exported(campaign) == text
    fresh = text.replace("slug: kc", "slug: new")
    imported(fresh)
    assert exported(type(campaign).objects.get(slug="new")) == fresh


def test_a_file_without_the_key_undoes_it_and_one_with_it_does_it_again(campaign):
    imported(chain())
    whole = exported(campaign)
    imported(chain().replace("    merged_into: smith\n", "").replace("    merged_into: old\n", ""))
    assert not Actor.objects.exclude(merged_into=None).exists()
    imported(whole)
    assert exported(campaign) == whole
    assert Client().get("/kc/people/older/")["Location"] == "/kc/people/smith/"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (chain().replace("merged_into: smith", "merged_into: smit"), "there is no person “smit”"),
        (chain().replace("merged_into: smith", "merged_into: body"), "“body” is an organization, not a person"),
        (chain().replace("merged_into: smith", "merged_into: older"), "it leads back to itself: older → old → older"),
        (chain().replace("merged_into: smith", "merged_into: old"), "it leads back to itself: old → old"),
        (chain(state="published"), "the person is published and is the same as “old”"),
    ],
)
def test_a_wrong_key_is_told_in_a_sentence(campaign, text, says):
    with pytest.raises(BadFile) as error:
        imported(text)
    assert says in str([str(problem) for problem in error.value.problems])
    assert not Actor.objects.exists()


def test_a_parent_that_a_file_no_longer_names_is_gone(campaign):
    """The same columns, written by the same lines."""
    text = (
        "campaign: {slug: kc, name: K, timezone: UTC, language: en}\n"
        "organizations:\n"
        "  - {slug: top, name: Top, kind: government}\n"
        "  - {slug: part, name: Part, kind: government, parent: top}\n"
    )
    imported(text)
    imported(text.replace(", parent: top", ""))
    assert Actor.objects.get(slug="part").parent is None
