"""Files in and out of the desk: first what would change, then the change; nothing between the steps can be forged."""

import io
import re

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from campaigns.campaign_file import campaign_data, write_yaml
from campaigns.models import (
    Actor,
    Campaign,
    Correction,
    Demand,
    Outcome,
    Role,
    Source,
    State,
    TeamMember,
    Unpublishable,
    history_of,
)
from tests import factories as make
from tests.admin.clients import login
from tests.pages import words

pytestmark = pytest.mark.django_db

URL = "/admin/campaigns/campaign/import/"
NEW = b"""campaign: {slug: well, name: A new well, timezone: UTC}
people:
- {slug: ada, name: Ada, roles: []}
demands:
- {slug: dig, title: Dig a well}
"""


@pytest.fixture
def ann():
    return login("ann")


@pytest.fixture
def campaign():
    return make.make_campaign(slug="kc", name="The campaign", language="en")


def upload(client, data, what="campaign", campaign=None):
    sent = {"what": what, "file": SimpleUploadedFile("file", data), "campaign": campaign.pk if campaign else ""}
    return client.post(URL, sent)


def kept(page):
    return re.search(r'name="kept" value="([^"]+)"', page.text)[1]


def exported(campaign):
    text = io.StringIO()
    write_yaml(campaign_data(campaign), text)
    return text.getvalue()


def test_a_new_campaign_is_looked_at_and_then_made(ann):
    page = upload(ann, NEW)
    assert "Nothing has changed yet. This is what would:" in words(page)
    assert "demands 1 0 0 0" in words(page)
    assert (Campaign.objects.count(), history_of(Campaign).count()) == (0, 0)
    done = ann.post(URL, {"kept": kept(page)})
    assert "It is in the record now." in words(done)
    assert Demand.objects.get().title == "Dig a well"
    version = history_of(Demand).get()
    assert (version.history_user.username, version.history_change_reason) == ("ann", "import")


def test_three_mistakes_are_named_with_their_lines_mended_and_applied(ann):
    bad = (
        NEW.replace(b"timezone: UTC", b"timezone: Mars")
        .replace(b"title:", b"titel:")
        .replace(b"roles: []", b"roles: x")
    )
    page = upload(ann, bad)
    said = words(page)
    assert "Nothing was changed. " in said
    rows = re.findall(r"<tr><td>(\d+)</td>", page.text)
    assert [int(row) for row in rows] == sorted(map(int, rows))
    assert {"1", "3", "5"} <= set(rows)
    assert 'name="kept"' not in page.text
    assert Campaign.objects.count() == 0
    ann.post(URL, {"kept": kept(upload(ann, NEW))})
    assert Campaign.objects.get().slug == "well"


def test_what_would_change_is_shown_field_by_field(ann, campaign):
    make.make_demand(campaign=campaign, slug="dig", title="Dig a well", state=State.DRAFT)
    page = upload(ann, exported(campaign).replace("Dig a well", "Dig two wells").encode())
    assert "Demand: Dig two wells" in words(page)
    assert "<del>Dig a well</del><ins>Dig two wells</ins>" in page.text
    assert Demand.objects.get().title == "Dig a well"


def test_a_file_that_says_what_is_there_has_nothing_to_apply(ann, campaign):
    make.make_demand(campaign=campaign)
    page = upload(ann, exported(campaign).encode())
    assert "nothing would change" in words(page)
    assert 'name="kept"' not in page.text


def test_what_readers_would_notice_asks_for_a_word_to_them_once_for_all(ann, campaign):
    demands = [make.make_demand(campaign=campaign, title=f"Dig {n}") for n in (1, 2)]
    draft = make.make_demand(campaign=campaign, title="Dig 3", state=State.DRAFT)
    page = upload(ann, exported(campaign).replace("title: Dig", "title: Drill").encode())
    assert "Readers would notice changes in 2 published records" in words(page)
    refused = ann.post(URL, {"kept": kept(page)})
    assert "Say below whether it is a typo or a correction." in words(refused)
    assert Demand.objects.filter(title__startswith="Dig").count() == 3
    sent = {"kept": kept(refused), "correction_kind": "correction", "correction_sentence": "We drill."}
    assert "It is in the record now." in words(ann.post(URL, sent))
    assert sorted(Correction.objects.values_list("demand", "sentence")) == [(d.pk, "We drill.") for d in demands]
    draft.refresh_from_db()
    assert draft.title == "Drill 3"


def test_a_record_of_which_the_file_brings_a_correction_needs_no_other_word(ann, campaign):
    demands = [make.make_demand(campaign=campaign, title=f"Dig {n}", slug=f"dig-{n}") for n in (1, 2)]
    text = exported(campaign).replace("title: Dig", "title: Drill")
    brought = "  corrections:\n  - at: 2026-05-06T07:08:09Z\n    sentence: It was a drill.\n  state: published"
    page = upload(ann, text.replace("  state: published", brought, 2).encode())  # the campaign, and the first demand
    said = words(page)
    assert "Readers would notice a change in 1 published record" in said
    assert "New: corrections (2) kc: It was a drill. dig-1: It was a drill." in said
    assert "Changed: demands (2) dig-1 (title) dig-2 (title)" in said
    assert Correction.objects.count() == 0
    ann.post(URL, {"kept": kept(page), "correction_kind": "correction", "correction_sentence": "We drill."})
    made = Correction.objects.order_by("pk").values_list("demand", "kind", "sentence")
    assert list(made) == [
        (None, "correction", "It was a drill."),
        (demands[0].pk, "correction", "It was a drill."),
        (demands[1].pk, "correction", "We drill."),
    ]


def test_a_spreadsheet_is_looked_at_and_then_applied_by_whoever_looked_if_it_still_can_be(ann, campaign):
    page = upload(ann, b"slug,name\nada,Ada\n", "people", campaign)
    assert "people 1 0 0 0" in words(page)
    token = kept(page)
    for client, sent in ((login("ben"), token), (ann, "x"), (ann, f"x{token}")):
        answer = client.post(URL, {"kept": sent})
        assert (sent, answer.status_code, answer.url, Actor.objects.count()) == (sent, 302, URL, 0)
    meanwhile = make.make_organization(campaign=campaign, slug="ada")
    assert "Nothing was changed." in words(ann.post(URL, {"kept": token}))
    assert Actor.objects.get() == meanwhile
    Actor.objects.update(slug="other")
    ann.post(URL, {"kept": token})
    made = Actor.objects.get(slug="ada")
    assert (made.kind, made.name, made.state) == ("person", "Ada", "draft")


def test_what_is_no_upload_is_said_in_the_form(ann, campaign):
    assert "Say to which campaign the spreadsheet belongs." in words(upload(ann, b"slug\nx\n", "people"))
    assert "The file is larger than 5 MB." in words(upload(ann, b"x" * (5 * 2**20 + 1)))
    assert "This field is required." in words(ann.post(URL, {"what": "campaign"}))


def test_only_who_may_change_a_campaign_as_a_whole_may_import_or_export(campaign):
    nobody = Client()
    nobody.force_login(User.objects.create_user("nobody", is_staff=True))
    assert nobody.get(URL).status_code == 403
    assert nobody.get(reverse("admin:campaigns_export", args=[campaign.pk, "campaign", "yaml"])).status_code in (
        403,
        404,
    )
    assert Client().get(URL).status_code == 302


def test_everything_can_be_taken_out_as_a_download_and_the_page_offers_it(ann, campaign):
    start_of = f"/admin/campaigns/campaign/{campaign.pk}/export/"
    offered = re.findall(rf'href="{start_of}([^"]+)"', ann.get(URL).text)
    assert len(offered) == 14
    assert {*offered} >= {"campaign.yaml", "campaign.json", "people.csv", "people-spreadsheet.csv", "statements.xlsx"}
    kinds = {
        "yaml": ("application/yaml; charset=utf-8", b"# A campaign file"),
        "json": ("application/json; charset=utf-8", b"{"),
        "csv": ("text/csv; charset=utf-8", b"slug,"),
        "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK"),
    }
    for name in offered:
        kind, start = kinds[name.rpartition(".")[2]]
        answer = ann.get(start_of + name)
        if "-spreadsheet" in name:
            start = b"\xef\xbb\xbf" + start
        assert (name, answer.status_code, answer["Content-Type"]) == (name, 200, kind)
        assert (name, answer.content[: len(start)]) == (name, start)
        assert answer["Content-Disposition"] == f'attachment; filename="kc-{name}"'
        assert "no-store" in answer["Cache-Control"]
    for name in ("campaign.csv", "people.yaml", "events.csv", "x.xlsx"):
        assert (name, ann.get(start_of + name).status_code) == (name, 404)


def test_a_manager_takes_in_files_of_their_own_campaign_only(campaign):
    from_elsewhere = make.make_campaign(slug="elsewhere", name="Elsewhere")
    user = User.objects.create_user("mia", is_staff=True)
    TeamMember.objects.create(campaign=campaign, user=user, role=Role.MANAGER)
    mia = Client()
    mia.force_login(user)
    assert "elsewhere" not in mia.get(URL).text.lower()
    for data in (exported(from_elsewhere).replace("name: Elsewhere", "name: Mine").encode(), NEW):
        assert "this campaign is not yours" in words(upload(mia, data))
    assert "Select a valid choice." in words(upload(mia, b"slug,name\nada,Ada\n", "people", from_elsewhere))
    page = upload(mia, b"slug,name\nada,Ada\n", "people", campaign)
    assert "It is in the record now." in words(mia.post(URL, {"kept": kept(page)}))
    TeamMember.objects.filter(user=user).update(role=Role.EDITOR)
    assert mia.post(URL, {"kept": kept(page)}).status_code == 403
    from_elsewhere.refresh_from_db()
    assert (from_elsewhere.name, Campaign.objects.count()) == ("Elsewhere", 2)


# Where a second person publishes

TWO = b"""campaign: {slug: kc, name: The campaign, state: published}
people:
- {slug: ada, name: Ada, roles: [], state: published}
- {slug: eve, name: Eve, roles: [{post: Clerk}], state: published}
demands:
- {slug: dig, title: Dig a well, addressed_to: [ada], raised: [{date: "2021"}], state: published}
- slug: drill
  title: Drill a well
  raised: [{date: "2021"}]
  state: published
  outcomes:
  - {status: done, date: "2021-05-20", reason: Water., sources: [paper], state: published}
sources:
- {slug: paper, url: "https://example.org/1", state: published}
"""


def states():
    return {row.slug: row.state for model in (Campaign, Actor, Demand, Source) for row in model.objects.order_by("pk")}


def test_a_file_calls_no_change_a_slip_that_is_more(ann, campaign):
    make.make_demand(campaign=campaign, title="Dig a well", slug="dig")
    brought = "  corrections:\n  - at: 2026-05-06T07:08:09Z\n    kind: typo\n"
    for title, changed in (("Dig a grave", False), ("Dig a wells", True)):
        text = exported(campaign).replace("Dig a well", title)
        head, _slug, tail = text.partition("slug: dig\n")
        page = upload(ann, f"{head}slug: dig\n{brought}{tail}".encode())
        answer = ann.post(URL, {"kept": kept(page)})
        assert ("That is more than a slip" in words(answer)) != changed
        assert (Demand.objects.get().title == title) == changed


def test_where_a_second_person_publishes_an_import_publishes_nothing(ann, campaign):
    Campaign.objects.update(second_reader=True)
    make.make_demand(campaign=campaign, slug="dig", title="Dig")
    make.make_person(campaign=campaign, slug="ada", name="Ada")
    page = upload(ann, TWO)
    said = (
        "In this campaign a second person publishes: 5 records that the file calls published are not published with it."
        " New ones wait in review. Which ones sources: paper people: eve posts: clerk demands: drill"
        " outcomes: drill: done, 2021-05-20"
    )
    assert said in words(page)
    told = {"correction_kind": "correction", "correction_sentence": "It is a well."}
    waits = ann.post(URL, {"kept": kept(page)} | told)
    assert (waits.status_code, states()) == (302, {"kc": "published", "ada": "published", "dig": "published"})
    assert login("ben").post(waits.url, {"_accept": "1"}).status_code == 302
    assert states() == {
        "kc": "published",
        "ada": "published",
        "eve": "in_review",
        "clerk": "in_review",
        "dig": "published",
        "drill": "in_review",
        "paper": "in_review",
    }
    assert Demand.objects.get(slug="dig").title == "Dig a well"
    assert Outcome.objects.get().state == "in_review"
    again = upload(ann, TWO)
    assert "nothing would change" in words(again)
    assert "a second person publishes: 4 records" in words(again)  # the post is only named in the file


def test_who_brought_a_record_changed_it_last_and_somebody_else_publishes_it(ann, campaign):
    Campaign.objects.update(second_reader=True)
    make.make_demand(campaign=campaign, slug="dig", title="Dig a well", state=State.DRAFT)
    kept_ = make.make_person(campaign=campaign, slug="ada", name="Ada")
    ann.post(URL, {"kept": kept(upload(ann, TWO)), "correction_kind": "typo"})
    drill, dig = Demand.objects.get(slug="drill"), Demand.objects.get(slug="dig")
    assert (drill.recorded_by.username, drill.edited_by.username) == ("ann", "ann")
    assert (dig.recorded_by, dig.edited_by.username) == (None, "ann")
    kept_.refresh_from_db()
    assert kept_.edited_by is None
    newest = history_of(Demand).filter(id=drill.pk).first()
    assert (newest.edited_by.username, newest.state) == ("ann", "in_review")
    ben = login("ben")
    with pytest.raises(Unpublishable, match="you wrote it, or a part of it"):
        drill.publish(by=drill.edited_by)
    drill.publish(by=User.objects.get(username="ben"))
    assert ben.get(URL).status_code == 200
    assert states()["drill"] == "published"


def test_what_was_withdrawn_stays_so_until_a_second_person_brings_it_back(ann, campaign):
    Campaign.objects.update(second_reader=True)
    make.make_demand(campaign=campaign, slug="dig", state=State.WITHDRAWN, withdrawal_reason="Not ours.")
    ann.post(URL, {"kept": kept(upload(ann, TWO))})
    dig = Demand.objects.get(slug="dig")
    assert (dig.state, dig.withdrawal_reason, dig.title) == ("withdrawn", "Not ours.", "Dig a well")


def test_a_published_record_is_not_left_naming_what_waits_in_review(ann, campaign):
    Campaign.objects.update(second_reader=True)
    make.make_demand(campaign=campaign, slug="dig")
    page = upload(ann, TWO)
    assert "the demand is published and names “ada”, which is in review" in words(page)
    assert "Nothing was changed. 1 thing has to be mended" in words(page)


@pytest.mark.parametrize(("before", "brought"), [(True, b"false"), (False, b"true")])
def test_the_rule_that_was_there_and_the_one_that_the_file_brings_both_hold(ann, campaign, before, brought):
    Campaign.objects.update(second_reader=before)
    ann.post(URL, {"kept": kept(upload(ann, TWO.replace(b"name: The", b"second_reader: " + brought + b", name: The")))})
    assert states()["drill"] == "in_review"
    assert Campaign.objects.get().second_reader == (brought == b"true")


def test_without_that_rule_an_import_publishes_what_the_file_calls_so(ann, campaign):
    page = upload(ann, TWO)
    assert "a second person publishes" not in words(page)
    ann.post(URL, {"kept": kept(page)})
    assert set(states().values()) == {"published"}


def test_a_command_is_not_held_to_it(campaign, tmp_path):
    Campaign.objects.update(second_reader=True)
    path = tmp_path / "two.yaml"
    path.write_bytes(TWO)
    call_command("import_campaign", path, publish=True, stdout=io.StringIO())
    assert set(states().values()) == {"published"}
    assert Demand.objects.filter(edited_by__isnull=False).count() == 0


def test_in_spanish_the_sections_have_their_spanish_names_before_and_after(ann, campaign):
    campaign.second_reader = True
    campaign.save()
    head = f"campaign: {{slug: {campaign.slug}, name: {campaign.name}}}\n".encode()
    data = head + b"people:\n- {slug: ada, name: Ada, roles: [], state: published}\n"
    sent = {"what": "campaign", "file": SimpleUploadedFile("file", data)}
    look = ann.post(URL, sent, headers={"accept-language": "es"})
    done = ann.post(URL, {"kept": kept(look)}, headers={"accept-language": "es"})
    for page in (look, done):
        said = words(page)
        for name in ("campaña", "organizaciones", "personas", "cargos", "fuentes", "declaraciones", "correcciones"):
            assert name in said.lower()
        assert "personas: ada" in said
        for name in ("organizations", "people", "statements", "events", "corrections", "created"):
            assert name not in said
