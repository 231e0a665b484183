"""Rights: each role, each state, each way in which an admin page could reach over to another campaign."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.contenttypes.models import ContentType
from django.urls import include, path, reverse

from campaigns.admin.editing.scoping import ScopedAdmin, ScopedInline
from campaigns.models import (
    Actor,
    Campaign,
    Check,
    Citation,
    Demand,
    Membership,
    Party,
    Person,
    Role,
    Source,
    State,
    change,
)
from campaigns.staff import permissions
from tests import factories as make
from tests.admin.clients import enter

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]

site = admin.AdminSite(name="admin")


class Parties(ScopedInline, admin.TabularInline):  # type: ignore[type-arg]
    model = Party
    extra = 1
    autocomplete_fields = ["actor"]


class SavingAdmin(ScopedAdmin):
    """Asks the gate nothing but whether it may be written: the rights of forms are looked at alone."""

    def changeform_view(self, request, *args, **kwargs):
        with change(request.user, guarded=False):
            return super().changeform_view(request, *args, **kwargs)


class DemandAdmin(SavingAdmin):
    fields = ["campaign", "slug", "title", "state", "parent"]
    inlines = [Parties]
    list_filter = ["campaign", "parent", "state"]
    search_fields = ["title"]


class PersonAdmin(SavingAdmin):
    search_fields = ["name"]
    fields = ["name"]


class CheckAdmin(SavingAdmin):
    fields = ["demand", "addressee", "date"]


class CampaignAdmin(SavingAdmin):
    fields = ["name"]
    role_to_change = Role.MANAGER


for model, options in (
    *((Demand, DemandAdmin), (Person, PersonAdmin), (Check, CheckAdmin), (Campaign, CampaignAdmin)),
    (Actor, PersonAdmin),
):
    site.register(model, options)

urlpatterns = [path("admin/", site.urls), path("", include("campaigns.urls"))]


@pytest.fixture
def as_role(ours):
    """Log in somebody in that role in our campaign."""
    return lambda role: enter(make.make_member(ours, role))


STATES = (State.DRAFT, State.IN_REVIEW, State.PUBLISHED, State.WITHDRAWN)
TABLE = [
    # role, view, the states in which they edit, publish, manage
    (None, False, (), False, False),
    (Role.CONTRIBUTOR, True, (State.DRAFT,), False, False),
    (Role.EDITOR, True, STATES, False, False),
    (Role.PUBLISHER, True, STATES, True, False),
    (Role.MANAGER, True, STATES, True, True),
]


def test_each_role_may_do_its_own_and_what_stands_before_it(ours, theirs):
    found = []
    for role, *_may in TABLE:
        user = make.make_member(ours, role) if role else make.make_user()
        edits = tuple(state for state in STATES if permissions.can_edit(user, ours, state))
        asked = (permissions.can_view, permissions.can_edit, permissions.can_publish, permissions.can_manage)
        assert [ask(user, theirs) for ask in asked] == [False] * 4
        view, _edit, publish, manage = (ask(user, ours) for ask in asked)
        found.append((role, view, edits, publish, manage))
    assert found == TABLE


def test_who_is_no_longer_staff_has_no_right_left(ours):
    for left in ({"is_active": False}, {"is_staff": False}):
        for superuser in (False, True):
            user = make.make_member(ours, Role.MANAGER, is_superuser=superuser, **{"is_staff": True} | left)
            assert (permissions.can_view(user, ours), permissions.highest_role(user)) == (False, None)
            assert list(permissions.scoped(Demand.objects.all(), user)) == []


def test_a_stranger_has_none(ours):
    assert permissions.can_view(AnonymousUser(), ours) is False


def test_a_superuser_may_do_all_everywhere(ours):
    user = make.make_user(is_superuser=True)
    assert (permissions.can_edit(user, ours, State.PUBLISHED), permissions.can_publish(user, ours)) == (True, True)
    assert permissions.highest_role(user) == Role.MANAGER


def test_every_noun_leads_to_its_campaign():
    expected = {
        Campaign: ("pk",),
        Demand: ("campaign",),
        Person: ("campaign",),
        Party: ("demand__campaign",),
        Membership: ("member__campaign",),
        Citation: ("source__campaign",),
        Check: ("demand__campaign", "letter__campaign"),
    }
    assert {model: permissions.campaign_paths(model) for model in expected} == expected
    with pytest.raises(permissions.ImproperlyConfigured, match="User"):
        permissions.campaign_paths(User)


def test_what_has_no_state_has_that_of_what_it_hangs_on(ours):
    demand = make.make_demand(campaign=ours, state=State.IN_REVIEW)
    check = make.check(demand, make.make_official(campaign=ours))
    assert (permissions.state_of(check), permissions.campaign_pk(check)) == (State.IN_REVIEW, ours.pk)
    letter = make.make_statement(campaign=ours)
    check = make.check(None, None, letter=letter)
    assert (permissions.state_of(check), permissions.campaign_pk(check)) == (State.PUBLISHED, ours.pk)
    assert permissions.scoped(Check.objects.all(), make.make_member(ours)).count() == 2
    assert permissions.scoped(Check.objects.all(), make.make_member(make.make_campaign())).count() == 0


def test_users_are_seen_by_their_colleagues_only(ours, theirs):
    me, colleague = make.make_member(ours), make.make_member(ours)
    make.make_member(theirs)
    users = type(me).objects.all()
    assert set(permissions.scoped(users, me)) == {me, colleague}


def test_rows_of_other_models_are_for_superusers(ours):
    assert not permissions.scoped(ContentType.objects.all(), make.make_member(ours)).exists()
    assert permissions.scoped(ContentType.objects.all(), make.make_user(is_superuser=True)).exists()


def test_a_list_a_filter_and_a_search_show_our_records_only(ours, theirs, as_role):
    make.make_demand(campaign=ours, title="Our demand")
    make.make_demand(campaign=theirs, title="Secret demand")
    client, address = as_role(Role.MANAGER), reverse("admin:campaigns_demand_changelist")
    page = client.get(address).text
    assert ("Our demand" in page, "Secret" in page) == (True, False)
    for query in ({"campaign__id__exact": theirs.pk}, {"q": "Secret demand"}):
        found = [demand.title for demand in client.get(address, query).context["cl"].result_list]
        assert (query, "Secret demand" in found) == (query, False)


def test_a_record_of_another_campaign_is_as_unknown_as_one_that_never_was(theirs, as_role):
    client, foreign = as_role(Role.MANAGER), make.make_demand(campaign=theirs)
    for view, status in (("change", 404), ("history", 404), ("delete", 403)):
        for pk in (foreign.pk, 99999):
            address = reverse(f"admin:campaigns_demand_{view}", args=[pk])
            assert [client.get(address).status_code, client.post(address, {"title": "Mine"}).status_code] == [
                status
            ] * 2


def data(**more):
    rows = {f"parties-{name}": value for name, value in (("TOTAL_FORMS", 0), ("INITIAL_FORMS", 0))}
    return {"slug": "new", "title": "New", **rows} | more


@pytest.mark.parametrize("role", list(Role))
def test_a_form_takes_no_campaign_and_no_record_but_ours(ours, theirs, as_role, role):
    client, foreign = as_role(role), make.make_demand(campaign=theirs, title="Secret demand")
    secret = make.make_person(campaign=theirs, name="Secret person")
    address = reverse("admin:campaigns_demand_add")
    tries = [
        data(campaign=theirs.pk),
        data(campaign=ours.pk, parent=foreign.pk),
        data(
            campaign=ours.pk, **{"parties-TOTAL_FORMS": 1, "parties-0-role": "addressee", "parties-0-actor": secret.pk}
        ),
    ]
    for sent in tries:
        answer = client.post(address, sent)
        assert (answer.status_code, "Secret" in answer.text) == (200, False)
    assert Demand.objects.count() == 1
    assert client.post(address, data(campaign=ours.pk)).status_code == 302
    assert Demand.objects.get(slug="new").campaign == ours


@pytest.mark.parametrize("role", list(Role))
def test_no_form_sets_the_state_or_moves_a_record(ours, theirs, role):
    member = make.make_member(ours, role)
    make.TeamMember.objects.create(campaign=theirs, user=member, role=role)
    demand = make.make_demand(campaign=ours, state=State.DRAFT)
    address = reverse("admin:campaigns_demand_change", args=[demand.pk])
    sent = data(campaign=theirs.pk, state=State.PUBLISHED)
    assert enter(member).post(address, sent).status_code == 302
    demand.refresh_from_db()
    assert (demand.title, demand.state, demand.campaign) == ("New", State.DRAFT, ours)


@pytest.mark.parametrize("role", list(Role))
def test_a_contributor_changes_drafts_only_rows_in_it_included(ours, as_role, role):
    client = as_role(role)
    for state in STATES[:3]:
        demand = make.make_demand([make.make_person(campaign=ours)], campaign=ours, title="Old", state=state)
        party = demand.parties.get()
        rows = {"parties-TOTAL_FORMS": 1, "parties-INITIAL_FORMS": 1, "parties-0-id": party.pk}
        rows |= {"parties-0-DELETE": "on", "parties-0-demand": demand.pk}
        rows |= {"parties-0-role": party.role, "parties-0-actor": party.actor_id}
        address = reverse("admin:campaigns_demand_change", args=[demand.pk])
        may = role > Role.CONTRIBUTOR or state == State.DRAFT
        assert client.get(address).status_code == 200
        answer = client.post(address, data(**rows) | {"slug": f"new-{state}"})
        demand.refresh_from_db()
        found = (answer.status_code, demand.title, demand.parties.count())
        assert (state, *found) == (state, *((302, "New", 0) if may else (403, "Old", 1)))


def test_a_contributor_hangs_nothing_on_a_published_record(ours, as_role):
    mayor = make.make_official(campaign=ours)
    drafted = make.make_demand(campaign=ours, state=State.DRAFT)
    published = make.make_demand(campaign=ours)

    def tried(role, demand):
        Check.objects.all().delete()
        sent = {"demand": demand.pk, "addressee": mayor.pk, "date": "2026-01-01"}
        as_role(role).post(reverse("admin:campaigns_check_add"), sent)
        return Check.objects.count()

    assert (tried(Role.CONTRIBUTOR, drafted), tried(Role.CONTRIBUTOR, published)) == (1, 0)
    assert tried(Role.EDITOR, published) == 1


@pytest.mark.parametrize("role", list(Role))
def test_only_its_managers_change_a_campaign_and_only_a_superuser_adds_one(ours, as_role, role):
    client = as_role(role)
    changed = client.post(reverse("admin:campaigns_campaign_change", args=[ours.pk]), {"name": "Renamed"})
    assert changed.status_code == (302 if role == Role.MANAGER else 403)
    assert client.get(reverse("admin:campaigns_campaign_add")).status_code == 403
    root = enter(make.make_user(is_superuser=True))
    assert root.get(reverse("admin:campaigns_campaign_add")).status_code == 200


def test_sources_of_another_campaign_are_not_offered_in_a_citation(ours, theirs):
    make.make_source(campaign=theirs)
    mine = make.make_source(campaign=ours)
    assert list(permissions.scoped(Source.objects.all(), make.make_member(ours))) == [mine]
