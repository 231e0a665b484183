"""No way through the desk takes a row of the record away, not even for a superuser."""

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.db.models import PROTECT, ForeignKey
from django.urls import reverse

from campaigns.admin.editing.publishing import record_url
from campaigns.admin.site import site
from campaigns.models import TRACKED, Invitation, Issuance, State, TeamMember, history_of
from tests import factories as make
from tests.admin.browser_form import form_values
from tests.admin.clients import login

pytestmark = pytest.mark.django_db

#: What says who works here goes with whoever leaves; it is no part of the record.
TEAM = {TeamMember, Invitation}
REGISTERED = [model for model in site._registry if model not in TEAM]


def rows():
    return {model: set(model._base_manager.values_list("pk", flat=True)) for model in (*TRACKED, User)}


def test_no_button_action_or_window_deletes(everything):
    staff, before, answers = login("staff"), rows(), {}
    for model in REGISTERED:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        keys = [str(pk) for pk in model._base_manager.values_list("pk", flat=True)]
        assert (model, bool(keys)) == (model, True)
        for url in (reverse(f"{name}_delete", args=[pk]) for pk in keys):
            for window in ("", "?_popup=1", "?_popup=1&_to_field=id"):
                answers["get", url + window] = staff.get(url + window).status_code
                answers["post", url + window] = staff.post(url + window, {"post": "yes", "_popup": "1"}).status_code
        for more in ({}, {"select_across": "1"}, {"index": "0", "_popup": "1"}):
            sent = {"action": "delete_selected", "_selected_action": keys, "post": "yes", **more}
            staff.post(reverse(f"{name}_changelist"), sent)
        assert (model, rows() == before) == (model, True)
    assert {asked: status for asked, status in answers.items() if status != 403} == {}


def test_a_form_takes_no_link_of_a_published_record_away_and_a_drafts_only_into_the_history(everything):
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
            staff.post(record_url(record), values | ticks)
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
