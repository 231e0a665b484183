"""What a record said before: its versions, one of them, and its words as data."""

import hashlib
import json
import re
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns.history.public_versions import SAID
from campaigns.models import Correction, Partial, State, Statement, change, remember
from tests import factories as make
from tests.made_once import made_once
from tests.pages import text
from tests.worlds import PUBLIC

pytestmark = pytest.mark.django_db


@made_once
def statement():
    campaign = make.make_campaign(slug="kc", timezone="America/Chicago")
    speaker = make.make_person(campaign=campaign, name="Chief Smith")
    return make.make_statement(
        campaign=campaign, slug="no", speaker=speaker, when="2021-04-22", quote="I will not resign.", summary="A no."
    )


def edit(record, **fields):
    for name, value in fields.items():
        setattr(record, name, value)
    record.save()


def correct(record, sentence="He said “never”.", kind=Correction.Kind.CORRECTION, hides=False, **fields):
    """Change a record and say so, as the desk does: in one change."""
    with change():
        edit(record, **fields)
        made = Correction.of(record, kind, sentence)
        made.hides_earlier = hides
        made.save()
    return made


def at(record, number="", form="/"):
    return f"{record.get_absolute_url()}versions/{number}{form if number else ''}"


def data(client, record, number):
    return client.get(at(record, number, ".json"))


def test_each_version_shows_its_words_its_time_what_ended_it_and_what_is_different_today(client, statement):
    correct(statement, quote="I will never resign.")
    words = text(client.get(at(statement, 1)))
    assert "Version 1 of 2 Replaced: these words do not stand there any more. The record as it stands today" in words
    assert "What was said of the change He said “never”." in words
    assert "Quotation I will not resign. Note" not in words
    assert "Quotation I will not resign. What is different today" in words
    page = client.get(at(statement, 1)).content.decode()
    assert "I will <del>not </del><ins>never </ins>resign." in page
    words = text(client.get(at(statement, 2)))
    assert "Version 2 of 2 These words stand there today." in words
    assert "Quotation I will never resign." in words
    assert "What is different today" not in words


def test_its_time_is_the_campaigns(client, statement):
    correct(statement, quote="Never.")
    moments = [version.history_date for version in statement.history.filter(state="published").order_by("history_id")]
    local = [moment.astimezone(ZoneInfo("America/Chicago")).isoformat() for moment in moments]
    assert re.findall(r'datetime="([^"]*T[^"]*)"', client.get(at(statement, 1)).content.decode()) == local
    assert "Times are those of the campaign (America/Chicago)." in text(client.get(at(statement, 1)))


def test_the_data_are_the_bytes_whose_hash_the_page_names(client, statement):
    answer = data(client, statement, 1)
    digest = hashlib.sha256(answer.content).hexdigest()
    assert f'<code class="digest">{digest}</code>' in client.get(at(statement, 1)).content.decode()
    assert json.loads(answer.content) == {
        "date": "2021-04-22",
        "kind": "other",
        "quote": "I will not resign.",
        "speaker": statement.speaker_id,
        "summary": "A no.",
    }
    assert answer.content == json.dumps(json.loads(answer.content), sort_keys=True, separators=(",", ":")).encode()
    assert answer["Content-Type"] == "application/json; charset=utf-8"
    assert answer["X-Robots-Tag"] == "noindex"
    assert answer["Link"] == f'<http://testserver{statement.get_absolute_url()}>; rel="canonical"'


def test_the_words_of_a_demand_and_of_an_event_are_kept_too(client):
    demand = make.make_demand(title="Resign", text="Resign now.", language="es", translation="Now.", note="N.")
    event = make.make_event(title="A march", when="2020-06", end="2020-07", venue="Main St", summary="S.")
    assert json.loads(data(client, demand, 1).content) == {
        "language": "es",
        "note": "N.",
        "text": "Resign now.",
        "title": "Resign",
        "translation": "Now.",
    }
    assert json.loads(data(client, event, 1).content) == {
        "date": "2020-06",
        "end": "2020-07",
        "summary": "S.",
        "title": "A march",
        "venue": "Main St",
    }
    assert '<dd class="words" lang="es">Resign now.</dd>' in client.get(at(demand, 1)).content.decode()
    assert "Date June 2020 Last day July 2020 Where Main St" in text(client.get(at(event, 1)))


def test_the_list_has_them_all_newest_first_with_what_was_said_of_each_change(client, statement):
    correct(statement, quote="Never.")
    correct(statement, kind=Correction.Kind.TYPO, sentence="", quote="Never!")
    edit(statement, quote="Never?")
    words = text(client.get(at(statement)))
    assert re.findall(r"Version \d|Nothing was said of it|A slip of ours was mended|He said “never”", words) == [
        *("Version 4", "Version 3", "Nothing was said of it", "Version 2", "A slip of ours was mended"),
        *("Version 1", "He said “never”"),
    ]
    assert "On record here since" in words


def test_a_version_is_marked_for_machines_as_none_of_its_own(client, statement):
    correct(statement, quote="Never.")
    for path in (at(statement), at(statement, 1), at(statement, 2)):
        page = client.get(path).content.decode()
        assert f'<link rel="canonical" href="http://testserver{statement.get_absolute_url()}">' in page
        assert '<meta name="robots" content="noindex">' in page


def test_only_what_readers_saw_is_counted(client):
    draft = make.make_demand(state=State.DRAFT, text="One.")
    make.raise_demand(draft)
    edit(draft, text="Two.")
    draft.publish()
    draft.refresh_from_db()
    edit(draft, position=7)
    edit(draft, withdrawal_reason="Not now.")
    edit(draft, parent=make.make_demand())
    draft.withdraw("A while.")
    draft.refresh_from_db()
    edit(draft, text="Three.")
    edit(draft, text="Four.")
    draft.publish()
    assert json.loads(data(client, draft, 1).content)["text"] == "Two."
    assert json.loads(data(client, draft, 2).content)["text"] == "Four."
    assert data(client, draft, 3).status_code == 404


def test_what_stood_in_a_private_campaign_or_by_somebody_private_is_not_counted(client):
    campaign = make.make_campaign(state=State.DRAFT)
    speaker = make.make_person(campaign=campaign, state=State.DRAFT)
    statement = make.make_statement(campaign=campaign, speaker=speaker, quote="One.")
    edit(campaign, state=State.PUBLISHED)
    edit(statement, quote="Two.")
    edit(speaker, state=State.PUBLISHED)
    edit(statement, quote="Three.")
    found = [data(client, statement, number) for number in (1, 2, 3)]
    assert [json.loads(one.content)["quote"] for one in found[:2]] == ["Two.", "Three."]
    assert found[2].status_code == 404


def test_what_one_change_wrote_and_replaced_was_seen_by_nobody(client, statement):
    with change():
        edit(statement, quote="A slip.")
        edit(statement, quote="Never.")
    assert json.loads(data(client, statement, 2).content)["quote"] == "Never."
    assert data(client, statement, 3).status_code == 404


def test_the_same_words_again_are_a_version_with_the_same_hash(client, statement):
    edit(statement, quote="Never.")
    edit(statement, quote="I will not resign.")
    assert data(client, statement, 1).content == data(client, statement, 3).content
    assert "Nothing: the same words stand there again." in text(client.get(at(statement, 1)))


def test_whoever_spoke_is_called_as_today_and_not_at_all_once_private(client, statement):
    first, before = statement.speaker, data(client, statement, 1).content
    edit(statement, speaker=make.make_person(campaign=statement.campaign, name="Mayor Jones"))
    edit(first, name="Chief Smyth")
    assert "Who said it Chief Smyth" in text(client.get(at(statement, 1)))
    edit(first, state=State.DRAFT)
    page = client.get(at(statement, 1)).content.decode()
    assert ("Smyth" in page, "Chief Smith" in page) == (False, False)
    assert "Who said it somebody who is not on this record any more" in text(client.get(at(statement, 1)))
    assert data(client, statement, 1).content == before


def test_versions_answer_as_their_record_does(client, statement):
    private = make.make_statement(campaign=statement.campaign, slug="private", state=State.DRAFT)
    for number, form in ((1, "/"), (1, ".json"), ("", "")):
        path = f"versions/{number}{form}"
        hidden, absent = (client.get(f"/kc/statements/{slug}/{path}") for slug in ("private", "absents"))
        assert (hidden.status_code, absent.status_code) == (404, 404)
        assert hidden.content.replace(b"private", b"absents") == absent.content
    statement.withdraw("It was a hoax.")
    for path in (at(statement), at(statement, 1), at(statement, 1, ".json")):
        assert (client.get(path).status_code, b"It was a hoax." in client.get(path).content) == (410, True)
    assert private.state == State.DRAFT


@pytest.mark.parametrize(
    "number", ["0", "00", "01", "2", "-1", "+1", "1.0", "9" * 9, "9" * 40, "9" * 5000, "١", "x", "%00"]
)
def test_a_number_that_is_none_is_not_found(client, statement, number):
    for form in ("/", ".json"):
        assert client.get(f"/kc/statements/no/versions/{number}{form}").status_code == 404


def test_nouns_that_are_not_cited_have_no_versions(client, statement):
    assert client.get(f"/kc/people/{statement.speaker.slug}/versions/").status_code == 404
    assert client.get("/kc/outcomes/no/versions/").status_code == 404


def test_what_must_not_be_read_any_more_answers_with_the_corrections_sentence(client, statement):
    edit(statement, quote="I live at 7 Elm St.")
    edit(statement, quote="I live at 7 Elm Street.")
    correct(statement, "A home address was taken out.", hides=True, quote="I live [in the city].")
    edit(statement, quote="I live [in town].")
    for number in (1, 2, 3):
        for form in ("/", ".json"):
            gone = client.get(at(statement, number, form))
            assert (gone.status_code, b"Elm" in gone.content) == (410, False)
            assert "A home address was taken out." in text(gone)
    assert [data(client, statement, number).status_code for number in (4, 5)] == [200, 200]
    words = text(client.get(at(statement)))
    assert ("Elm" in words, words.count("Not shown any more A home address was taken out.")) == (False, 3)
    assert "Elm" not in client.get(at(statement, 4)).content.decode()


def test_a_correction_of_something_else_than_the_words_hides_those_before_too(client, statement):
    edit(statement, quote="Never.")
    correct(statement, "An address was in a source.", hides=True)
    assert [data(client, statement, number).status_code for number in (1, 2)] == [410, 200]


def test_a_correction_written_past_the_history_hides_all_but_the_newest_words(client, statement):
    edit(statement, quote="Never.")
    made = Correction.of(statement, Correction.Kind.CORRECTION, "Gone.")
    made.hides_earlier = True
    Correction.objects.bulk_create([made])
    assert [data(client, statement, number).status_code for number in (1, 2)] == [410, 200]


def test_cite_this_names_the_version_now_shown(client, statement):
    assert f"version 1: http://testserver{at(statement, 1)}" in text(client.get(statement.get_absolute_url()))
    edit(statement, quote="Never.")
    assert f"version 2: http://testserver{at(statement, 2)}" in text(client.get(statement.get_absolute_url()))
    assert json.loads(client.get(f"{statement.get_absolute_url()}cite.json").content)[0]["version"] == "2"
    assert "  version = {2}," in client.get(f"{statement.get_absolute_url()}cite.bib").content.decode()


def test_no_number_is_named_for_words_that_the_history_does_not_say(client, statement):
    Statement.objects.filter(pk=statement.pk).update(quote="Past it.")
    page = client.get(statement.get_absolute_url()).content.decode()
    assert ("Past it." in page, f"{at(statement)}1/" in page) == (True, False)
    assert "version" not in json.loads(client.get(f"{statement.get_absolute_url()}cite.json").content)[0]


def test_a_correction_leads_to_what_stood_before(client, statement):
    correct(statement, quote="Never.")
    correct(statement.speaker, name="C. Smith")
    link = f'<a href="{at(statement)}">What stood'
    for path in (statement.get_absolute_url(), "/kc/corrections/"):
        assert client.get(path).content.decode().count(link) == 1


def test_the_number_of_queries_does_not_grow_with_the_versions(client, statement, django_assert_num_queries):
    def counted():
        found = []
        for path in (at(statement), at(statement, 1), at(statement, 1, ".json"), statement.get_absolute_url()):
            with CaptureQueriesContext(connection) as captured:
                assert client.get(path).status_code == 200
            found.append(len(captured))
        return found

    correct(statement, quote="Never.")
    few = counted()
    for number in range(30):
        correct(statement, f"S{number}.", quote=f"Never {number}.")
    assert counted() == few == [6, 7, 6, few[3]]


def test_many_versions_are_listed_in_windows(client, statement):
    for number in range(2, 121):
        statement.quote = f"Never {number}."
        with change():
            remember([statement], "~")
    statement.save()
    page = client.get(at(statement)).content.decode()
    assert re.findall(r">Version (\d+)<", page) == [str(number) for number in range(120, 70, -1)]
    assert re.findall(r">Version (\d+)<", client.get(f"{at(statement)}?after=70").content.decode())[-1] == "1"
    assert json.loads(data(client, statement, 60).content)["quote"] == "Never 60."


@pytest.mark.django_db(transaction=True)
def test_a_version_is_up_to_date_right_after_a_correction(client, statement):
    first = client.get(at(statement, 1))
    assert client.get(at(statement, 1), headers={"If-None-Match": first["ETag"]}).status_code == 304
    kept = data(client, statement, 1)
    correct(statement, quote="Never.")
    again = client.get(at(statement, 1), headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, "Replaced:" in text(again)) == (200, True)
    assert data(client, statement, 1)["ETag"] == kept["ETag"]
    correct(statement, "Gone.", hides=True, quote="Never!")
    assert client.get(at(statement, 1), headers={"If-None-Match": again["ETag"]}).status_code == 410


def test_every_public_column_of_a_record_is_a_part_of_its_words_or_left_out_for_a_reason():
    left_out = {
        *("id", "campaign", "state", "recorded_at", "updated_at"),  # no words
        "slug",  # it stays once published, and stands in the address
        "position",  # no page says it
        *("parent", "predecessor"),  # what they link to has versions of its own, or is private
    }
    for model, names in SAID.items():
        partial = {name: value for name, value in vars(model).items() if isinstance(value, Partial)}
        said = {column for name in names if name in partial for column in (partial[name].date, partial[name].precision)}
        said |= {name.removesuffix("_id") for name in names if name not in partial}
        assert said == {*PUBLIC[model._meta.model_name].split()} - left_out
