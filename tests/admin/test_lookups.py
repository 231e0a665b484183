"""No question in the address of a list reaches a column that it does not show: not of accounts, not past a link."""

import logging
from collections.abc import Iterator

import pytest
from django.contrib.admin import ModelAdmin
from django.contrib.auth.models import User
from django.db import models
from django.urls import reverse

from campaigns.admin.site import site
from campaigns.models import Demand, Role
from tests import factories as make
from tests.admin.clients import enter, login

pytestmark = pytest.mark.django_db
TEXTS = (models.CharField, models.TextField, models.EmailField)


def probes(model: type[models.Model]) -> Iterator[str]:
    """Yield questions about texts one and two links away; Django itself knows which way back a link leads."""
    for key in model._meta.get_fields():
        other = key.related_model
        if not isinstance(other, type):
            continue
        for field in other._meta.get_fields():
            if isinstance(field, TEXTS):
                yield f"{key.name}__{field.name}__startswith"
                yield f"{key.name}__{field.name}"
            if field.related_model is User:
                yield f"{key.name}__{field.name}__password__startswith"
                yield f"{key.name}__{field.name}__email__contains"


@pytest.fixture(autouse=True)
def quiet():
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)


def address(model: type[models.Model]) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def test_no_list_answers_what_is_asked_about_columns_behind_a_link(rf):
    ours = make.make_campaign(slug="ours")
    manager, asked = make.make_member(ours, Role.MANAGER), 0
    for model, lists in site._registry.items():
        request = rf.get(address(model))
        request.user = manager
        answered = [probe for probe in probes(model) if lists.lookup_allowed(probe, "a", request)]
        asked += len([*probes(model)])
        assert (model, answered) == (model, [])
    assert asked > 500


def test_such_a_question_is_refused_by_every_list(monkeypatch):
    ours = make.make_campaign(slug="ours")
    make.make_demand(campaign=ours)
    manager, root = enter(make.make_member(ours, Role.MANAGER)), login("root")
    for client, unseen in ((manager, {User}), (root, set())):
        seen = [model for model in site._registry if client.get(address(model)).status_code == 200]
        assert set(site._registry) - set(seen) == unseen
        asked = {model: next(probes(model)) for model in seen}
        assert {model for model in seen if client.get(address(model), {asked[model]: "a"}).status_code != 400} == set()
    for probe in ("password", "password__startswith", "password__regex"):
        assert (probe, root.get(address(User), {probe: "a"}).status_code) == (probe, 400)
    # What a list offers to filter by is answered; and what refused the others is that guard alone.
    for state in ("published", "draft"):
        assert (state, manager.get(address(Demand), {"state__exact": state}).status_code) == (state, 200)
    monkeypatch.setattr(ModelAdmin, "lookup_allowed", lambda admin, lookup, value, request: True)
    assert manager.get(address(Demand), {asked[Demand]: "a"}).status_code == 200
