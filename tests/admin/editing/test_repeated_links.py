"""What a campaign file may have only once, no form of the desk takes twice: every list of links, and every way in."""

import io
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from campaigns.admin.editing.base import RecordAdmin
from campaigns.admin.site import site
from campaigns.campaign_file import campaign_data, import_campaign, write_yaml
from campaigns.models import Campaign, Citation, Membership, State
from tests import factories as make
from tests.admin.browser_form import form_values
from tests.made_once import made_once

#: Every list of links on every noun's form; the citations also as sides of a disputed point.
LISTS = [
    (admin.model, inline, disputed)
    for admin in site._registry.values()
    if isinstance(admin, RecordAdmin)
    for inline in admin.inlines
    for disputed in ([False, True] if inline.model is Citation else [False])
]


@made_once
def record():
    """One of every link of every noun, in a campaign of drafts, so that each may be removed and typed again."""
    campaign = make.make_campaign(slug="kc", state=State.DRAFT)
    draft: dict[str, Any] = {"campaign": campaign, "state": State.DRAFT}
    body = make.make_organization(classification="government", **draft)
    post, person = make.make_post(organization=body, **draft), make.make_person(name="Ann", **draft)
    group = make.make_organization(**draft)
    role = make.make_membership(person, post=post, start="2019", end="2021-04")
    make.make_membership(group, body)
    demand = make.make_demand([person], [post], **draft)
    source = make.make_source(**draft)
    letter = make.make_statement([source], signatories=["Forty pastors"], addressees=[person], **draft)
    raised = make.raise_demand(demand, letter)
    make.raise_demand(demand, when=make.when("2020"))
    reply = make.make_statement([source], replies_to=letter, **draft)
    make.answer(demand, statement=reply)
    make.affect(event := make.make_event([source], **draft), demand)
    outcome = make.make_outcome(demand, [source], **draft)
    look = make.check(demand, person)
    make.check(None, person, letter=letter, sources=[source])
    for one in (person, group, post, role, demand, raised, letter, event, outcome, look):
        if not one.citations.exists():
            make.cite(one, source)
    return campaign


def links_of(model: Any, inline: Any) -> tuple[Any, Any]:
    """Return a record of the noun that has a row in the inline, and that row."""
    for record in model.objects.all():
        name = model._meta.concrete_model._meta.model_name
        key = inline.fk_name or {"check": "look"}.get(name, name)
        if row := inline.model._default_manager.filter(**{key: record.pk}).first():
            return record, row
    raise AssertionError(f"no {model.__name__} has a row of {inline.__name__}")


def prefix_of(page: Any, inline: Any) -> str:
    formsets = [one.formset for one in page.context["inline_admin_formsets"] if one.opts.__class__ is inline]
    return str(formsets[0].prefix)


def typed(values: dict[str, str], prefix: str, rows: list[dict[str, str]], kept: int) -> dict[str, str]:
    """Return the form with new rows in an inline, behind those that are kept."""
    form = {k: v for k, v in values.items() if not k.startswith(f"{prefix}-") or k[len(prefix) + 1 :].startswith("0-")}
    if not kept:
        form = {k: v for k, v in form.items() if not k.startswith(f"{prefix}-0-")}
    form |= {f"{prefix}-TOTAL_FORMS": str(kept + len(rows)), f"{prefix}-INITIAL_FORMS": str(kept)}
    for number, row in enumerate(rows, kept):
        form |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return form


def test_no_link_is_taken_twice(staff, record, subtests):
    """Neither beside one that is there nor with another new one; and once it is enough."""
    assert len(LISTS) > 20
    for model, inline, disputed in LISTS:
        with subtests.test(noun=model.__name__, links=inline.__name__, disputed=disputed), transaction.atomic():
            owner, row = links_of(model, inline)
            if disputed:
                inline.model.objects.filter(pk=row.pk).update(about="The day", says="Monday")
            path = reverse(f"admin:campaigns_{model._meta.model_name}_change", args=[owner.pk])
            form = staff.get(path)
            values, prefix = form_values(form), prefix_of(form, inline)
            start = f"{prefix}-0-"
            one = {name[len(start) :]: value for name, value in values.items() if name.startswith(start)} | {"id": ""}
            row, before = inline.model.objects.get(pk=values[f"{start}id"]), inline.model.objects.count()
            refused(staff, path, inline, typed(values, prefix, [one], kept=1))
            cited = list(row.citations.all()) if hasattr(row, "citations") else []
            for citation in cited:
                citation.delete()
            row.delete()
            twins, single = (typed(values, prefix, [one] * times, kept=0) for times in (2, 1))
            refused(staff, path, inline, twins)
            answer = staff.post(path, single)
            assert answer.status_code == 302, answer.context["errors"]
            assert inline.model.objects.count() == before
            again = inline.model.objects.latest("pk")
            for citation in cited:  # of the roles and issuances that come later in the list
                if not again.citations.filter(source=citation.source).exists():
                    make.cite(again, citation.source)
    come_back(record)


def refused(staff: Any, path: str, inline: Any, twice: dict[str, str]) -> None:
    """Send a form with twins, of which nothing is saved."""
    before = inline.model.objects.count()
    answer = staff.post(path, twice)
    assert answer.status_code == 200, "it was saved"
    said = str(answer.context["errors"])
    assert "expected each once" in said or "already" in said
    assert "constraint" not in said.lower()
    assert "database" not in said
    assert inline.model.objects.count() == before


def exported(campaign: Campaign) -> str:
    text = io.StringIO(newline="")
    write_yaml(campaign_data(campaign), text)
    return text.getvalue()


def come_back(campaign: Campaign) -> None:
    """Read the campaign's export under another name, and write that again: it is not refused, and no byte is lost."""
    text = exported(campaign).replace("slug: kc\n", "slug: kc-again\n")
    import_campaign(io.BytesIO(text.encode()))
    assert exported(Campaign.objects.get(slug="kc-again")) == text


def test_a_second_row_is_named_with_its_place(staff, record):
    person = record.actors.get(name="Ann")
    body = record.actors.get(kind="organization", classification="government")
    path = reverse("admin:campaigns_person_change", args=[person.pk])
    values = form_values(staff.get(path))
    row = {"organization": str(body.pk), "start": "April 2021", "post": "", "end": "", "note": "", "id": ""}
    answer = staff.post(path, typed(values, "memberships", [row, row], kept=1))
    assert f"“{body} · April 2021” stands twice, in row 2 and in row 3: expected each once." in answer.text
    assert answer.text.count("April 2021") > 2, "what was typed is gone"


def test_the_database_holds_every_way_in_to_it(record):
    role = Membership.objects.get(post__isnull=False)
    twin = Membership(member=role.member, organization=role.organization, post=role.post)
    twin.start, twin.end = role.start, role.end
    with pytest.raises(ValidationError, match="They have this role already"):
        twin.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save()
    twin.end = make.when("2021-04-01")  # a day is not its month
    twin.full_clean()
    twin.save()
    side = Citation(
        statement=Citation.objects.exclude(statement=None).first().statement, source=make.make_source(campaign=record)
    )
    side.about, side.says, side.place = "The day", "Monday", "p. 3"
    side.save()
    side.pk = None
    with pytest.raises(ValidationError, match="This source says so already"):
        side.full_clean()
    side.place = "p. 4"
    side.full_clean()


def test_a_post_brings_its_organization_and_takes_no_other(staff, record):
    person, post = make.make_person(campaign=record, state=State.DRAFT), record.actors.get(kind="post")
    group = make.make_organization(campaign=record)
    path = reverse("admin:campaigns_person_change", args=[person.pk])
    row = {"post": str(post.pk), "organization": "", "start": "", "end": "", "note": "", "id": ""}
    values = form_values(staff.get(path))
    answer = staff.post(path, typed(values, "memberships", [row | {"organization": str(group.pk)}], kept=0))
    assert f"That post is not one of {group}: leave the organization empty, or choose another post." in answer.text
    assert staff.post(path, typed(values, "memberships", [row], kept=0)).status_code == 302
    assert person.memberships.get().organization_id == post.organization_id
