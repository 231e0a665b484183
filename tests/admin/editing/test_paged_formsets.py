"""Long lists of links: a form holds some of the rows, leads to the others, and loses none of them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns.models import Membership, Participant
from tests import factories as make
from tests.admin.browser_form import form_values
from tests.admin.clients import address, login
from tests.made_once import made_once

pytestmark = pytest.mark.django_db


@made_once
def group():
    """An organization with 120 members."""
    campaign = make.make_campaign(slug="kc")
    group = make.make_organization(campaign=campaign)
    Membership.objects.bulk_create(
        Membership(member=make.make_person(campaign=campaign, name=f"Member {n:03}"), organization=group, position=n)
        for n in range(120)
    )
    return group


def members(page):
    return [form.instance.member.name for form in _members(page).initial_forms]


def _members(page):
    formsets = [one.formset for one in page.context["inline_admin_formsets"]]
    return next(formset for formset in formsets if formset.prefix == "members")


def test_a_form_holds_fifty_rows_and_leads_to_the_others(group):
    ann = login("ann")
    first, last = ann.get(address(group)), ann.get(address(group) + "?members-page=3")
    assert members(first) == [f"Member {n:03}" for n in range(50)]
    assert members(last) == [f"Member {n:03}" for n in range(100, 120)]
    assert list(_members(first).pages()) == [
        (1, 50, ""), (51, 100, "?members-page=2"), (101, 120, "?members-page=3"),
    ]  # fmt: skip
    assert '<a href="?members-page=3#members-group">101–120</a>' in first.text
    assert "120 rows, 50 at a time. Save before you go to others:" in first.text
    assert '<strong aria-current="page">101–120</strong>' in last.text


def test_a_page_that_is_none_is_no_error(group):
    ann = login("ann")
    for number in ("0", "-1", "x", "4", "9" * 30):
        assert (number, ann.get(f"{address(group)}?members-page={number}").status_code) == (number, 200)


def test_a_short_list_says_nothing_of_pages(group):
    Membership.objects.filter(position__gte=50).delete()
    page = login("ann").get(address(group))
    assert len(members(page)) == 50
    assert "desk-pages" not in page.text


def test_a_later_page_is_saved_and_the_others_stay(group):
    ann, path = login("ann"), address(group) + "?members-page=3"
    before = dict(Membership.objects.values_list("member__name", "pk"))
    values = form_values(ann.get(path))
    new = make.make_person(campaign=group.campaign, name="New")
    answer = ann.post(path, values | {"members-0-note": "was 101st", "members-20-member": str(new.pk)})
    assert answer.status_code == 302
    assert Membership.objects.get(note="was 101st").pk == before["Member 100"]
    assert dict(Membership.objects.exclude(member=new).values_list("member__name", "pk")) == before
    assert Membership.objects.count() == 121


def test_a_form_that_comes_back_has_the_rows_that_it_was_sent_with(group):
    ann, path = login("ann"), address(group) + "?members-page=2"
    values = form_values(ann.get(path)) | {"members-7-note": "kept", "name": ""}
    answer = ann.post(path, values)
    assert answer.status_code == 200
    assert members(answer) == [f"Member {n:03}" for n in range(50, 100)]
    assert form_values(answer)["members-7-note"] == "kept"
    assert '<a href="?members-page=1#members-group">1–50</a>' in answer.text


def test_a_row_that_a_colleague_pushed_to_the_next_page_is_still_the_same_row(group):
    ann, path = login("ann"), address(group)
    values = form_values(ann.get(path)) | {"members-49-note": "mine"}
    make.make_membership(make.make_person(campaign=group.campaign, name="A first one"), group)
    type(group).advance([group.pk])
    answer = ann.post(path, values)
    assert "Not saved" in answer.text
    assert members(answer)[:1] == ["A first one"]
    assert members(answer)[-1] == "Member 049"
    assert ann.post(path, form_values(answer)).status_code == 302
    assert Membership.objects.get(note="mine").member.name == "Member 049"
    assert Membership.objects.count() == 121


def test_a_letter_of_many_signatories_is_not_a_longer_page_than_one_of_fifty(group):
    ann = login("ann")
    few, many = (make.make_statement(campaign=group.campaign) for _ in range(2))
    people = list(group.campaign.actors.filter(kind="person"))
    for letter, signatories in ((few, people[:50]), (many, people)):
        Participant.objects.bulk_create(
            Participant(statement=letter, role="signatory", actor=one, position=n) for n, one in enumerate(signatories)
        )
    sizes, queries = [], []
    for letter in (few, many):
        with CaptureQueriesContext(connection) as captured:
            sizes.append(len(ann.get(address(letter)).content))
        queries.append(len(captured))
    assert sizes[1] < sizes[0] * 1.1
    assert queries[1] <= queries[0] + 1
