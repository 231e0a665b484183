"""The citation of a statement, a demand or an event as a file."""

import json

import pytest

from campaigns.models import State
from tests.factories import make_campaign, make_demand, make_event, make_person, make_statement, raise_demand
from tests.pages import text

pytestmark = pytest.mark.django_db

MAKERS = {"statements": make_statement, "demands": make_demand, "events": make_event}


@pytest.mark.parametrize(("plural", "make"), MAKERS.items())
@pytest.mark.parametrize(
    ("form", "media", "start"),
    [("json", "application/vnd.citationstyles.csl+json", "["), ("bib", "application/x-bibtex", "@misc{")],
)
def test_each_record_has_both_files_linked_from_its_page_with_the_headers_of_data(
    client, plural, make, form, media, start
):
    record = make(slug="a-record")
    path = f"{record.get_absolute_url()}cite.{form}"
    assert f'href="{path}"' in client.get(record.get_absolute_url()).content.decode()
    response = client.get(path)
    assert (response.status_code, response["Content-Type"]) == (200, f"{media}; charset=utf-8")
    name = f"{record.campaign.slug}-{plural[:-1]}-a-record.{form}"
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'
    assert (response["Access-Control-Allow-Origin"], response["X-Robots-Tag"]) == ("*", "noindex")
    assert response.content.decode().startswith(start)
    assert f"http://testserver{record.get_absolute_url()}" in response.content.decode()


def test_the_page_says_it_in_words_and_leaves_the_day_of_reading_to_the_reader(client):
    demand = make_demand(title="Remove the chief", campaign=make_campaign(name="The Record"))
    raise_demand(demand, make_statement(speaker=make_person(name="Grant"), when="2020-06"))
    words = text(client.get(demand.get_absolute_url())).partition("Cite this ")[2]
    assert words.startswith("Grant: Remove the chief, June 2020. In: The Record, recorded on ")
    assert f"http://testserver{demand.get_absolute_url()} The address is permanent. Add the day" in words


def test_a_first_raising_that_is_not_published_names_nobody(client):
    demand = make_demand()
    raise_demand(demand, make_statement(speaker=make_person(name="Secret"), when="2019", state=State.DRAFT))
    raise_demand(demand, make_statement(speaker=make_person(name="Grant"), when="2020"))
    (found,) = json.loads(client.get(f"{demand.get_absolute_url()}cite.json").content)
    assert (found["author"], found["issued"]) == ([{"literal": "Grant"}], {"date-parts": [[2020]]})


@pytest.mark.parametrize("form", ["xml", "JSON", "json-x"])
def test_another_format_is_not_there(client, form):
    assert client.get(f"{make_statement().get_absolute_url()}cite.{form}").status_code == 404


@pytest.mark.parametrize("make", MAKERS.values())
def test_a_draft_is_not_there_and_a_withdrawn_record_says_why(client, make):
    draft, withdrawn = make(state=State.DRAFT), make(state=State.WITHDRAWN, withdrawal_reason="Recorded twice.")
    assert client.get(f"{draft.get_absolute_url()}cite.bib").status_code == 404
    response = client.get(f"{withdrawn.get_absolute_url()}cite.bib")
    assert (response.status_code, "Recorded twice." in text(response)) == (410, True)
