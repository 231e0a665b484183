"""Every address of the desk, asked by the team of one campaign about every record of another: nothing comes back."""

import re
from itertools import count

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.test import Client
from django.urls import URLPattern, URLResolver

from campaigns.admin.site import site
from campaigns.models import Campaign, Invitation, Role
from campaigns.staff.permissions import campaign_paths
from tests import factories as make
from tests.made_once import made_once
from tests.worlds import World, model_of, rows

pytestmark = pytest.mark.django_db

MARK = re.compile(r"Foreign\d+Xq", re.IGNORECASE)
MODELS = [model for model in site._registry if model._meta.app_label == "campaigns"]


def patterns(found=None, prefix="/admin/"):
    """Yield (address with its slots, name) of everything that the site answers."""
    for pattern in found or site.get_urls():
        route = prefix + str(pattern.pattern).lstrip("^").rstrip("$")
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            yield route, str(pattern.name)


@made_once
def foreign():
    """A whole record of another campaign, in all states, in which every text says whose it is."""
    return marked(World())


def marked(world):
    """Return a world after writing into its texts whose they are."""
    number = count(1)
    for name in ("campaign", "actor", "source", "statement", "demand", "event", "outcome", "issuance", "citation"):
        for row in rows(name):
            marks = {
                field.name: f"Foreign{next(number)}Xq"
                for field in row._meta.concrete_fields
                if isinstance(field, models.CharField | models.TextField)
                and not field.choices
                and not isinstance(field, models.URLField)
                and field.name
                in ("name", "title", "summary", "quote", "note", "text", "capacity", "venue", "reason", "publisher")
                and getattr(row, field.name)
            }
            if marks:
                rows(name).filter(pk=row.pk).update(**marks)
    return world


@pytest.fixture
def member(foreign):
    return make.make_member(make.make_campaign(slug="mine"), Role.MANAGER)


def some(model, many=2):
    """Return some foreign rows of a model."""
    mine = dict.fromkeys(campaign_paths(model)[:1], Campaign.objects.get(slug="mine").pk)
    return list(model._base_manager.exclude(**mine)[:many])


def addresses(foreign):
    """Yield every address filled with foreign keys."""
    for route, name in patterns():
        model = next((m for m in MODELS if f"/campaigns/{m._meta.model_name}/" in route), None)
        slots = re.findall(r"<[^>]+>", route)
        if "(?P" in route or (model is None and slots):
            continue
        if not slots:
            yield route, name, None
        elif model is not None:
            for row in some(model, 1):
                yield re.sub(r"<[^>]+>", str(row.pk), route), name, row


def test_no_page_of_the_desk_shows_or_takes_anything_of_another_campaign(foreign, member):
    client, before = Client(raise_request_exception=False), {}
    client.force_login(member)
    for model in MODELS:
        before[model] = list(model._base_manager.order_by("pk").values())
    leaks, asked, wrong = [], 0, []
    for address, name, row in addresses(foreign):
        if name in ("logout", "account"):
            continue
        asks = [("get", address, {}), ("get", address, {"_popup": "1", "_to_field": "id"})]
        if name.endswith("_changelist") and "/campaigns/" in address:
            key = some(Campaign, 1)[0].pk
            asks += [("get", address, {"q": "Foreign"}), ("get", address, {"campaign__id__exact": key, "all": ""})]
            model = next(m for m in MODELS if f"/{m._meta.model_name}/" in address)
            chosen = [one.pk for one in some(model)]
            asks += [
                ("post", address, {"action": action, "_selected_action": chosen, "reason": "Mine now", "post": "yes"})
                for action in ("publish", "withdraw", "return_to_draft", "send_to_review", "delete_selected")
            ]
        elif row is not None:
            fields = {field.name: "Mine" for field in row._meta.concrete_fields} | {"version": "1", "_publish": "1"}
            asks += [("post", address, fields), ("post", address, {"post": "yes", "reason": "x"})]
        for method, where, sent in asks:
            answer = getattr(client, method)(where, sent)
            asked += 1
            said = answer.text if not answer.streaming else ""
            if MARK.search(said) or MARK.search(answer.get("Location", "")):
                leaks.append((method, where, sorted(sent), MARK.findall(said)[:2]))
            # Django leads from /1/ to /1/change/ for any number, without a look at the record.
            onward = name == "None" and answer.status_code == 302 and answer["Location"] == f"{where}change/"
            if row is not None and answer.status_code not in (403, 404, 405) and not onward:
                wrong.append((name, method, answer.status_code, answer.get("Location", "")))
    assert asked > 150
    assert leaks == []
    assert sorted(set(wrong)) == []
    assert [
        model.__name__ for model in MODELS if list(model._base_manager.order_by("pk").values()) != before[model]
    ] == []


def test_no_autocomplete_offers_a_foreign_record(foreign, member):
    client = Client()
    client.force_login(member)
    tried, found = 0, []
    for model in (*MODELS, *(inline.model for options in site._registry.values() for inline in options.inlines)):
        for field in model._meta.concrete_fields:
            if not isinstance(field, models.ForeignKey):
                continue
            query = {"app_label": "campaigns", "model_name": model._meta.model_name, "field_name": field.name}
            for term in ("", "Foreign"):
                for more in ({}, {"campaign": some(Campaign, 1)[0].pk}):
                    answer = client.get("/admin/autocomplete/", query | {"term": term} | more)
                    tried += 1
                    found += MARK.findall(answer.text)
    assert tried > 100
    assert found == []


def test_view_on_site_names_no_foreign_address(foreign, member):
    client = Client()
    client.force_login(member)
    for name in ("demand", "statement", "source", "actor", "campaign"):
        kind = ContentType.objects.get_for_model(model_of(name))
        statuses = {client.get(f"/admin/r/{kind.pk}/{row.pk}/").status_code for row in some(model_of(name))}
        assert (name, statuses) == (name, {404})


def test_the_walk_sees_a_leak(foreign, member, monkeypatch):
    """The control: without the scope, the same pages name foreign records."""
    monkeypatch.setattr("campaigns.admin.editing.scoping.scoped", lambda rows, user: rows)
    client = Client()
    client.force_login(member)
    assert MARK.search(client.get("/admin/campaigns/demand/").text)
    assert Invitation.objects.exists()
