"""What a page of the desk offers, it does: no link and no button leads a role to a 403 or a page that is not there."""

import re
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest
from django.db import transaction
from django.urls import resolve, reverse

from campaigns.models import Role, State
from tests import factories as make
from tests.admin.browser_form import form_values
from tests.admin.clients import address, enter
from tests.made_once import made_once

pytestmark = pytest.mark.django_db

LISTS = ("statement", "person", "membership", "check", "source")


@made_once
def pages():
    """Return the campaign and the addresses: the front page, lists, a statement in every state, rows, other nouns."""
    campaign = make.make_campaign(slug="kc")
    person = make.make_official(campaign=campaign)
    shown = [State.DRAFT, State.IN_REVIEW, State.PUBLISHED, State.PUBLISHED]
    drafts, waits, published, withdrawn = (make.make_statement(campaign=campaign, state=state) for state in shown)
    withdrawn.withdraw("Not so.")
    demand = make.make_demand([person], campaign=campaign)
    raised = make.raise_demand(demand, published)
    records = [
        drafts,
        waits,
        published,
        withdrawn,
        person,
        person.memberships.get(),
        demand,
        raised,
        make.check(demand, person),
        campaign,
    ]
    lists = [reverse(f"admin:campaigns_{noun}_changelist") for noun in LISTS]
    return campaign, [reverse("admin:index"), *lists, *map(address, records)]


def links(page, base):
    """Return by the name of its address one of each link of the desk in a page's main part."""
    main = page.text.partition("<main")[2] or page.text
    found = {}
    for href in re.findall(r'<a\b[^>]*\bhref="([^"#]+)', main):
        parts = urlsplit(urljoin(base, unescape(href)))
        if not parts.netloc and parts.path.startswith("/admin/"):
            found[resolve(parts.path).view_name] = parts._replace(fragment="").geturl()
    return found


def buttons(page):
    """Return what each button of the page's form sends."""
    return set(re.findall(r'<(?:input|button)[^>]*type="submit"[^>]*name="(\w+)"', page.text))


@pytest.mark.parametrize("role", Role.values)
def test_every_link_and_button_that_a_role_is_shown_is_for_that_role(pages, role):
    campaign, addresses = pages
    client = enter(make.make_member(campaign, role))
    followed, pressed, refused = {}, set(), []
    for path in addresses:
        page = client.get(path)
        assert (path, page.status_code) == (path, 200)
        followed |= links(page, path)
        if not path.endswith("/change/"):
            continue
        names = buttons(page)
        values = form_values(page) if names else {}
        for name in names:
            with transaction.atomic():
                answer = client.post(path, values | {name: "1"})
                transaction.set_rollback(True)
            pressed.add(name)
            if answer.status_code not in (200, 302):
                refused.append((path, name, answer.status_code))
    refused += [(name, path) for name, path in followed.items() if client.get(path).status_code not in (200, 302)]
    for name in LISTS:
        path = reverse(f"admin:campaigns_{name}_changelist")
        chooser = client.get(path).text.partition('name="action"')[2].partition("</select>")[0]
        for action in re.findall(r'<option value="(\w+)"', chooser):
            status = client.post(path, {"action": action, "_selected_action": ["1"]}).status_code
            refused += [(path, action, status)] if status not in (200, 302) else []
    assert refused == []
    assert {"_save", "_continue"} <= pressed
    assert ("_publish" in pressed) == (role in (Role.PUBLISHER, Role.MANAGER))
    assert len(followed) > 10
