"""The desk tells two of one name apart in search boxes and lists, and asks before a name is added twice."""

import json

import pytest
from django.urls import reverse

from campaigns.models import Actor, Role, State
from tests import factories as make
from tests.admin.clients import enter

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann(ours):
    return enter(make.make_member(ours, Role.EDITOR))


@pytest.fixture
def smith(ours):
    person = make.make_person(campaign=ours, name="José Smith", sort_name="Smith, José", state=State.DRAFT)
    post = make.make_post(campaign=ours, name="Clerk", organization=make.make_organization(campaign=ours, name="City"))
    make.make_membership(person, post=post, start="2015", end="2019")
    return person


def offered(client, term):
    query = {"app_label": "campaigns", "model_name": "statement", "field_name": "speaker", "term": term}
    return [one["text"] for one in json.loads(client.get(reverse("admin:autocomplete"), query).content)["results"]]


def add(client, **fields):
    sent = {"name": "Jose SMITH", "aliases": "", "sort_name": "", "url": "", "note": "", "slug": ""}
    for prefix in ("memberships", "citations"):
        sent |= {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"}
    return client.post(reverse("admin:campaigns_person_add"), sent | fields)


def test_a_search_box_offers_names_with_role_body_and_years(ours, ann, smith):
    make.make_person(campaign=ours, name="Jose Smith")
    assert offered(ann, "smith") == ["Jose Smith", "José Smith (Clerk, City, 2015–2019)"]
    assert offered(ann, "clerk") == ["Clerk (City)"]


def test_a_list_shows_the_roles_in_as_many_queries_for_many_as_for_one(ours, ann, smith, django_assert_max_num_queries):
    for _ in range(20):
        make.make_membership(make.make_person(campaign=ours, name="José Smith"), make.make_organization(campaign=ours))
    with django_assert_max_num_queries(15):
        page = ann.get(reverse("admin:campaigns_person_changelist")).text
    assert "Clerk, City, 2015–2019" in page


@pytest.mark.parametrize("fields", [{}, {"name": "Somebody", "aliases": "X\njosé  smith"}])
def test_a_name_that_is_there_already_is_added_only_with_a_tick(ann, smith, fields):
    page = add(ann, **fields).text
    assert "The record has this name already. Is it the same?" in page
    assert f'<a href="/admin/campaigns/person/{smith.pk}/change/" target="_blank">José Smith (Clerk' in page
    assert 'type="checkbox" name="save_anyway"' in page
    assert Actor.objects.filter(kind="person").count() == 1
    assert add(ann, save_anyway="on", **fields).status_code == 302
    assert Actor.objects.filter(kind="person").count() == 2


def test_an_alias_of_another_warns_too(ann, smith):
    Actor.objects.filter(pk=smith.pk).update(name="Other", aliases=["J. Smíth"])
    assert "Is it the same?" in add(ann, name="J. Smith").text


def test_neither_another_name_nor_another_campaign_nor_another_kind_warns(ann, ours, theirs):
    make.make_person(campaign=theirs, name="José Smith")
    make.make_organization(campaign=ours, name="José Smith")
    assert add(ann).status_code == 302
