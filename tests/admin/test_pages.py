"""Every list and every form of the desk opens."""

import re

import pytest
from django.apps import apps
from django.urls import reverse

from campaigns.admin.record import RecordAdmin
from campaigns.admin.site import site
from campaigns.models import Actor
from tests import factories as make

NOUNS = [
    model
    for model in apps.get_app_config("campaigns").get_models()
    if site.is_registered(model) and isinstance(site.get_model_admin(model), RecordAdmin)
]


@pytest.fixture
def record(db):
    """One of everything."""
    campaign = make.make_campaign(slug="kc")
    person = make.make_official(campaign=campaign)
    post = make.make_post(campaign=campaign)
    make.make_membership(person, post=post, start="2019")
    demand = make.make_demand([person], [post], campaign=campaign)
    letter = make.make_statement(campaign=campaign, addressees=[person], signatories=["Forty pastors"])
    make.raise_demand(demand, letter)
    make.answer(demand, campaign=campaign, replies_to=letter)
    make.affect(make.make_event(campaign=campaign), demand)
    make.make_outcome(demand)
    make.check(demand, person)
    return campaign


def test_the_desk_holds_every_noun():
    assert {model.__name__ for model in NOUNS} >= {
        *("Campaign", "Person", "Organization", "Post", "Source", "Statement", "Demand", "Event", "Outcome", "Check"),
    }


@pytest.mark.parametrize("model", NOUNS, ids=lambda model: model.__name__)
def test_a_noun_has_a_list_a_form_and_no_way_to_delete(staff, record, model):
    name = f"admin:campaigns_{model._meta.model_name}"
    row = model.objects.first()
    assert staff.get(reverse(f"{name}_changelist")).status_code == 200
    assert staff.get(reverse(f"{name}_add"), follow=True).status_code == 200
    assert staff.get(reverse(f"{name}_change", args=[row.pk]), follow=True).status_code == 200
    assert staff.post(reverse(f"{name}_delete", args=[row.pk]), {"post": "yes"}).status_code == 403
    bulk = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
    staff.post(reverse(f"{name}_changelist"), bulk)
    assert model.objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize("model", [model for model in NOUNS if model is not Actor], ids=lambda model: model.__name__)
def test_an_empty_form_begins_in_its_first_field(staff, record, model):
    page = staff.get(reverse(f"admin:campaigns_{model._meta.model_name}_add"))
    first = {
        "Statement": "quote",
        "Demand": "title",
        "Event": "title",
        "Source": "url",
        "Campaign": "name",
        "Person": "name",
        "Organization": "name",
        "Post": "name",
        "Membership": "member",
    }.get(model.__name__, "demand")
    (focused,) = re.findall(r"<(?:input|select|textarea)[^>]*\sautofocus[\s>][^>]*", page.text)
    assert f'name="{first}"' in focused
    assert "change_form.js" not in page.text


def test_what_is_typed_begins_on_the_side_of_its_script(staff, record):
    page = staff.get(reverse("admin:campaigns_statement_add")).text
    (quotation,) = re.findall(r'<textarea name="quote"[^>]*>', page)
    (place,) = re.findall(r'<input [^>]*name="venue"[^>]*>', page)
    (address,) = re.findall(r'<input [^>]*name="source_url"[^>]*>', page)
    assert ('dir="auto"' in quotation, 'dir="auto"' in place, "dir=" in address) == (True, True, False)
