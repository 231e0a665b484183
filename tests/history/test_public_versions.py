"""Whatever happens to a record, an address of a version that readers saw returns the same bytes, or says why not."""

import hashlib
import io
import json
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.campaign_file import campaign_data, import_campaign
from campaigns.models import Correction, State, Statement
from tests import factories as make
from tests.admin.browser_form import form_values
from tests.admin.clients import address, login
from tests.pages import text

pytestmark = pytest.mark.django_db

#: Few, so that words come back; one is as Excel would not like it, one has no ASCII.
WORDS = ("No.", "Never.", "=1+1 “no”", "ليس كذلك")
STEPS = st.one_of(
    st.tuples(
        st.sampled_from(("desk", "typo", "hide", "model", "import", "import with a word")), st.sampled_from(WORDS)
    ),
    st.tuples(st.sampled_from(("withdraw", "publish", "to draft", "same")), st.just("")),
)


class Story:
    """A statement, and what readers have seen of it: by number, the hash of the words."""

    def __init__(self) -> None:
        campaign = make.make_campaign(slug="kc", name="KC", timezone="America/Chicago", language="en")
        speaker = make.make_person(campaign=campaign, slug="chief")
        self.statement = make.make_statement(campaign=campaign, slug="no", speaker=speaker, quote="Not now.")
        self.staff, self.reader = login("ann"), Client()
        self.seen: dict[int, str] = {}
        self.hidden: set[int] = set()
        self.look()

    def step(self, kind: str, words: str) -> None:
        """Do one thing to the statement, if it can be done in its state."""
        now = Statement.objects.get(pk=self.statement.pk)
        if kind in ("desk", "typo", "hide"):
            if kind == "typo":
                words = f"{now.quote[:-1]}{'?' if now.quote.endswith('.') else '.'}"
            typed = form_values(self.staff.get(address(now))) | {"quote": words}
            typed["correction_kind"] = "typo" if kind == "typo" else "correction"
            typed["correction_sentence"] = "It was put right."
            if kind == "hide" and now.state == State.PUBLISHED and now.quote != words:
                typed["correction_hides"] = "1"
                self.hidden = {*self.seen}
            assert self.staff.post(address(now), typed).status_code == 302
        elif kind == "model":
            now.quote = words
            now.save()
        elif kind.startswith("import"):
            data = json.loads(json.dumps(campaign_data(now.campaign), default=str))
            data["statements"][0]["quote"] = words
            if "word" in kind:
                told = {"at": f"2026-01-01T00:00:{len(self.seen):02}Z", "sentence": "By a file."}
                if told["at"] not in [one["at"] for one in data["statements"][0].get("corrections", [])]:
                    data["statements"][0].setdefault("corrections", []).append(told)
            import_campaign(io.BytesIO(json.dumps(data).encode()))
        elif kind == "withdraw" and now.state == State.PUBLISHED:
            now.withdraw("It was a hoax.")
        elif kind == "publish" and now.state != State.PUBLISHED:
            now.publish()
        elif kind == "to draft":
            now.state, now.withdrawal_reason = State.DRAFT, ""
            now.save()
        elif kind == "same":
            now.save()

    def look(self) -> None:
        """Read every version there is or was, as a reader does, and hold each against what it was."""
        now = Statement.objects.get(pk=self.statement.pk)
        page: Any = self.reader.get(now.get_absolute_url())
        expected = {State.PUBLISHED: 200, State.WITHDRAWN: 410, State.DRAFT: 404}[State(now.state)]
        assert page.status_code == expected
        if now.state == State.PUBLISHED:
            last = max(self.seen, default=0)
            newest = self.version(last + 1)
            if newest.status_code == 200:
                self.seen[last + 1] = hashlib.sha256(newest.content).hexdigest()
            assert self.version(max(self.seen) + 1).status_code == 404
            assert json.loads(self.version(max(self.seen)).content)["quote"] == now.quote
            assert f"version {max(self.seen)}: http://testserver" in text(page)
        for number, digest in self.seen.items():
            answer = self.version(number)
            gone = number in self.hidden and now.state == State.PUBLISHED
            assert answer.status_code == (410 if gone else expected)
            if answer.status_code == 200:
                assert hashlib.sha256(answer.content).hexdigest() == digest
            elif gone:
                assert "It was put right." in text(answer)
        if now.state == State.PUBLISHED:
            versions: Any = self.reader.get(f"{now.get_absolute_url()}versions/")
            listed = text(versions)
            assert listed.count("Until") == len(self.seen)
            assert listed.count("What was said of the change") == len(self.seen) - 1

    def version(self, number: int) -> Any:
        """Return what the address of a version answers."""
        return self.reader.get(f"{self.statement.get_absolute_url()}versions/{number}.json")


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=st.lists(STEPS, min_size=3, max_size=8))
def test_every_address_of_a_version_returns_what_it_first_returned(db, steps):
    with transaction.atomic():
        story = Story()
        for kind, words in steps:
            story.step(kind, words)
            story.look()
        transaction.set_rollback(True)


def test_the_story_has_every_kind_of_step_in_it():
    """One sequence that is known: what the random ones are made of does happen."""
    story = Story()
    for kind, words in (
        *(("desk", "No."), ("same", ""), ("typo", ""), ("import", "No."), ("import with a word", "Never.")),
        *(("withdraw", ""), ("model", "No."), ("publish", ""), ("model", "Never."), ("to draft", ""), ("publish", "")),
        *(("hide", "No."), ("desk", "Never.")),
    ):
        story.step(kind, words)
        story.look()
    assert (len(story.seen), sorted(story.hidden)) == (9, [*range(1, 8)])
    assert len({*story.seen.values()}) == 4
    assert Correction.objects.filter(hides_earlier=True).count() == 1


def test_an_import_says_what_must_not_be_shown_any_more_whatever_moment_it_gives(client):
    statement = make.make_statement(campaign=make.make_campaign(slug="kc"), quote="At 7 Elm St.")
    data = campaign_data(statement.campaign)
    data["statements"][0]["quote"] = "At home."
    told = {"at": "2020-01-01T00:00:00Z", "sentence": "An address was taken out.", "hides_earlier": True}
    data["statements"][0]["corrections"] = [told]
    import_campaign(io.BytesIO(json.dumps(data).encode()))
    gone, now = (client.get(f"{statement.get_absolute_url()}versions/{number}/") for number in (1, 2))
    assert (gone.status_code, now.status_code) == (410, 200)
    assert "An address was taken out." in text(gone)


def test_the_history_begins_with_the_import(client):
    statement = make.make_statement(campaign=make.make_campaign(slug="kc", name="KC"), slug="no", quote="No.")
    data = campaign_data(statement.campaign)
    data["campaign"]["slug"] = "elsewhere"
    import_campaign(io.BytesIO(json.dumps(data).encode()))
    Statement.objects.get(campaign__slug="elsewhere").campaign.publish()
    page = client.get("/elsewhere/statements/no/versions/")
    assert "Version 1 On record here since" in text(page)
    assert "its versions begin with that day" in text(page)
