"""Every address of the desk with numbers that no table can hold, and every list with its counts: never an error."""

import re
from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client, RequestFactory
from django.urls import reverse

from campaigns.admin.site import site
from campaigns.models import Statement
from tests.admin.test_foreign import patterns
from tests.worlds import World

pytestmark = pytest.mark.django_db

#: What once ended in an error; what Python does not read; what only looks like a number.
NUMBERS = ("99999999999999999999", "9" * 5000, "²")
HUGE = NUMBERS[0]


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield World()
        transaction.set_rollback(True)


@pytest.fixture
def boss(world, db):
    return User.objects.create_superuser("boss")


def lists():
    """Yield the address of each list with its admin."""
    for model, options in site._registry.items():
        yield reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"), options


def parameters(options, user) -> Iterator[str]:
    """Yield every parameter that a list reads: of its filters, of its order and pages, of its search, of a popup."""
    request = RequestFactory().get("/admin/")
    request.user = user
    for spec in options.get_changelist_instance(request).filter_specs:
        yield from (name for name in spec.expected_parameters() if name)
    yield from ("campaign", "campaign__id__exact", "demand", "kind", "but", "id", "id__exact", "pk__in", "id__in")
    yield from ("p", "o", "q", "all", "_to_field")


def wrong(client: Client, asks) -> list[str]:
    """Return what ends in an error of ours, and the errors."""
    found = []
    for method, address, sent in asks:
        answer = getattr(client, method)(address, sent)
        if answer.status_code >= 500:
            error = answer.exc_info[1] if answer.exc_info else ""
            found.append(f"{method} {address} {str(sent)[:90]}: {error!r}"[:300])
    return found


def test_the_counts_of_every_filter_are_shown(boss):
    client = Client(raise_request_exception=False)
    client.force_login(boss)
    filtered = [(address, options) for address, options in lists() if options.list_filter]
    assert len(filtered) > 10
    asks = [("get", address, {"_facets": "True"}) for address, _options in filtered]
    for address, _options in filtered:
        page = client.get(address).content.decode()
        links = {link.replace("&amp;", "&") for link in re.findall(r'href="(\?[^"]+)"', page)}
        asks += [("get", f"{address}{link}&_facets=True", {}) for link in sorted(links) if "_facets" not in link]
    assert len(asks) > 50
    assert wrong(client, asks) == []
    chosen = {"_facets": "True", "campaign__id__exact": Statement.objects.first().campaign_id}
    listed = client.get(reverse("admin:campaigns_statement_changelist"), chosen).content.decode()
    assert re.search(r"demand=\d+[^>]*>[^<]* \(\d+\)", listed)  # the filter that once broke


@pytest.mark.postgresql
def test_no_number_is_too_large_for_a_list(boss):
    client = Client(raise_request_exception=False)
    client.force_login(boss)
    asks = [
        ("get", address, {name: HUGE})
        for address, options in lists()
        for name in dict.fromkeys(parameters(options, boss))
    ]
    asks += [("get", address, {"_facets": "True", "campaign": HUGE, "q": HUGE}) for address, _options in lists()]
    asks += [
        ("post", address, {"action": action, "_selected_action": [HUGE], "post": "yes", "reason": "x"})
        for address, _options in lists()
        for action in ("publish", "withdraw", "send_to_review", "delete_selected")
    ]
    assert wrong(client, asks) == []


@pytest.mark.postgresql
def test_no_number_is_too_large_for_a_page(boss):
    client = Client(raise_request_exception=False)
    client.force_login(boss)
    asks = []
    for route, name in patterns():
        slots = re.findall(r"<[^>]+>", route)
        if "(?P" in route or name == "logout":
            continue
        for number in NUMBERS if slots else NUMBERS[:1]:
            address = re.sub(r"<[^>]+>", number, route)
            query = dict.fromkeys(("campaign", "source", "p", "page", "kind", "but", "with", "to", "text"), number)
            asks += [("get", address, query), ("post", address, {"version": number, "post": "yes", "reason": "x"})]
    assert wrong(client, asks) == []


def test_no_number_is_too_large_for_a_form_or_a_search_box(boss):
    client = Client(raise_request_exception=False)
    client.force_login(boss)
    asks = []
    for model, options in site._registry.items():
        kind = f"{model._meta.app_label}_{model._meta.model_name}"
        keys = [key.name for key in model._meta.concrete_fields if key.name in options.autocomplete_fields]
        where = {"app_label": model._meta.app_label, "model_name": model._meta.model_name}
        asks += [
            ("get", "/admin/autocomplete/", {**where, "field_name": key, name: HUGE, "term": HUGE})
            for key in keys
            for name in ("page", "campaign", "but")
        ]
        pages = [f"/admin/{kind.replace('_', '/')}/add/?campaign={Statement.objects.first().campaign_id}"]
        pages += [reverse(f"admin:{kind}_change", args=[row.pk]) for row in model._default_manager.all()[:1]]
        for page in pages:
            form = client.get(page)
            names = set(re.findall(r'name="([\w-]+)"', form.content.decode())) - {"_continue", "_addanother"}
            total = {name: "1" for name in names if name.endswith(("TOTAL_FORMS", "INITIAL_FORMS"))}
            asks += [("post", page, dict.fromkeys(names, HUGE) | total), ("post", page, total)]
            rows = {f"{name.removesuffix('-TOTAL_FORMS')}-page": HUGE for name in total}
            asks.append(("get", page.partition("?")[0], rows))
    assert len(asks) > 60
    assert wrong(client, asks) == []
