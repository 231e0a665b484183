"""No page of the desk asks the database more than sixteen questions, however much there is."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns.admin.editing.base import RecordAdmin
from campaigns.admin.site import site
from campaigns.models import Actor, Clearance, Demand, Detail, Outcome, Source, Statement
from tests import factories as make
from tests.admin.clients import login
from tests.admin.test_pages import NOUNS
from tests.test_site_queries import fill

MOST = 16


def queries(rows: int) -> dict[str, int]:
    """Return how many queries the list, the search and the form of each noun ask, with so many rows of each."""
    with transaction.atomic():
        campaign = make.make_campaign(slug=f"rows-{rows}")
        fill(campaign, rows)
        staff = login("staff")
        counted: dict[str, int] = {}
        nouns = [model.objects.filter(campaign=campaign) for model in (Actor, Source, Statement, Demand, Outcome)]
        for record in (campaign, *(record for found in nouns for record in found[:rows])):
            Clearance.objects.ask(record, make.make_user(), [Detail("phone", "816-555-0142")])

        def count(path: str) -> int:
            if rows == 1 or not counted:  # what is asked once for all, or once a session, is asked now
                staff.get(path)
            with CaptureQueriesContext(connection) as captured:
                response = staff.get(path)
            assert (path, response.status_code in (200, 302)) == (path, True)
            return len(captured)

        counted["front page"] = count(reverse("admin:index") + f"?campaign={campaign.pk}")
        for model in NOUNS:
            name = f"admin:campaigns_{model._meta.model_name}"
            # The row with the most links is the one that all the others hang on.
            row = next((one for slug in ("letter", "chief", "body", "post", "demand", "event", "source")
                        if (one := _slugged(model, slug))), model._default_manager.first())  # fmt: skip
            paths = {
                "list": reverse(f"{name}_changelist"),
                "search": reverse(f"{name}_changelist") + "?q=chief",
                "form": reverse(f"{name}_change", args=[row.pk if row else 0]),
                "add": reverse(f"{name}_add"),
            }
            counted |= {f"{model.__name__} {kind}": count(path) for kind, path in paths.items()}
        transaction.set_rollback(True)
    return counted


def _slugged(model, slug):
    return model._default_manager.filter(slug=slug).first() if hasattr(model, "slug") else None


@pytest.mark.django_db
def test_no_page_asks_more_for_a_dozen_rows_than_for_one_and_none_more_than_sixteen():
    few, many = queries(1), queries(12)
    # A form with more links than stand in it at once asks how many there are.
    longer = {name: 1 if name.endswith(" form") else 0 for name in many}
    assert {name: (few[name], number) for name, number in many.items() if number > few[name] + longer[name]} == {}
    assert {name: number for name, number in many.items() if number > MOST} == {}


def test_every_choice_of_a_record_is_a_search_box():
    """A list of all records in a page would grow with the record."""
    choices = [
        (type(admin).__name__, field.name)
        for admin in site._registry.values()
        if isinstance(admin, RecordAdmin)
        for part in (admin, *(inline(admin.model, site) for inline in admin.inlines))
        for field in part.model._meta.concrete_fields
        if field.is_relation and field.editable and field.name != "campaign"
        if field.name in _shown(part) and field.name not in part.autocomplete_fields
    ]
    assert choices == []


def _shown(part) -> set[str]:
    names: set[str] = set()
    for _title, options in part.get_fieldsets(None) if part.fields or part.fieldsets else [(None, {"fields": []})]:
        for field in options["fields"]:
            names |= set(field) if isinstance(field, tuple | list) else {field}
    return names
