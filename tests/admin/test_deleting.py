"""No way through the desk takes a row of the record away, not even for a superuser."""

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.db.models import PROTECT, ForeignKey
from django.urls import reverse

from campaigns.admin.site import site
from campaigns.admin.transitions import record_url
from campaigns.models import TRACKED, Invitation, Issuance, State, TeamMember, history_of
from tests import factories as make
from tests.admin.browser_form import form_values
from tests.admin.clients import login

pytestmark = pytest.mark.django_db

#: What says who works here goes with whoever leaves; it is no part of the record.
TEAM = {TeamMember, Invitation}
REGISTERED = [model for model in site._registry if model not in TEAM]


@pytest.fixture
def world():
    """One of everything, with links of every kind, all published; and people who wrote it."""
    campaign = make.make_campaign(slug="kc")
    person = make.make_official(campaign=campaign)
    post = make.make_post(campaign=campaign)
    make.cite(make.make_membership(person, post=post, start="2019"))
    demand = make.make_demand([person], [post], campaign=campaign)
    letter = make.make_statement(campaign=campaign, addressees=[person], signatories=["Forty pastors"])
    make.cite(make.raise_demand(demand, letter))
    make.answer(demand, campaign=campaign, replies_to=letter)
    make.affect(make.make_event(campaign=campaign), demand)
    make.make_outcome(demand)
    make.check(demand, person)
    make.correct(demand)
    make.make_member(campaign, username="cora")
    return campaign


def rows():
    return {model: set(model._base_manager.values_list("pk", flat=True)) for model in (*TRACKED, User)}


@pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model.__name__)
def test_no_button_action_or_window_deletes(world, model):
    staff, name = login("staff"), f"admin:{model._meta.app_label}_{model._meta.model_name}"
    before = rows()
    keys = [str(pk) for pk in model._base_manager.values_list("pk", flat=True)]
    assert keys
    for pk in keys:
        url = reverse(f"{name}_delete", args=[pk])
        for window in ("", "?_popup=1", "?_popup=1&_to_field=id"):
            assert staff.get(url + window).status_code == 403
            assert staff.post(url + window, {"post": "yes", "_popup": "1"}).status_code == 403
    for more in ({}, {"select_across": "1"}, {"index": "0", "_popup": "1"}):
        sent = {"action": "delete_selected", "_selected_action": keys, "post": "yes", **more}
        staff.post(reverse(f"{name}_changelist"), sent)
    assert rows() == before


def test_a_form_takes_no_link_of_a_published_record_away_and_a_drafts_only_into_the_history(world):
    staff, before = login("staff"), rows()
    tried = 0
    for model in TRACKED:
        for record in model._base_manager.all() if hasattr(model, "state") else ():
            page = staff.get(record_url(record))
            values = form_values(page)
            total = [name.removesuffix("-TOTAL_FORMS") for name in values if name.endswith("-TOTAL_FORMS")]
            ticks = {
                f"{prefix}-{n}-DELETE": "on" for prefix in total for n in range(int(values[f"{prefix}-INITIAL_FORMS"]))
            }
            tried += len(ticks)
            staff.post(record_url(record), values | ticks | {"correction_kind": "typo"})
    assert tried > 10
    assert rows() == before
    demand = make.make_demand(state=State.DRAFT)
    issuance = make.raise_demand(demand, when="2021")
    values = form_values(staff.get(record_url(demand)))
    prefix = next(name.removesuffix("-0-id") for name, value in values.items() if name.endswith("-0-id") and value)
    assert staff.post(record_url(demand), values | {f"{prefix}-0-DELETE": "on"}).status_code == 302
    assert not Issuance.objects.filter(pk=issuance.pk).exists()
    assert [one.history_type for one in history_of(Issuance).filter(id=issuance.pk).reverse()] == ["+", "-"]


def test_no_row_takes_another_along():
    keys = [
        field
        for model in apps.get_app_config("campaigns").get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, ForeignKey) and not hasattr(model, "history_type")
    ]
    assert len(keys) > 30
    assert {f"{key.model.__name__}.{key.name}" for key in keys if key.remote_field.on_delete is not PROTECT} == set()
