"""The answer board."""

import re

import pytest
import time_machine

from campaigns.models import Stance
from campaigns.views import answers as board
from tests.factories import (
    answer,
    check,
    make_campaign,
    make_demand,
    make_membership,
    make_organization,
    make_person,
    make_statement,
    raise_demand,
)
from tests.pages import text

pytestmark = pytest.mark.django_db


def rows(response) -> list[str]:
    """Return the words of each row of the table's bodies."""
    page = response.content.decode().partition("</thead>")[2].partition("</table>")[0]
    words = [re.sub(r"<[^>]+>", " ", re.sub(r"(?s)<svg.*?</svg>", "", row)) for row in page.split("<tr>")[1:]]
    return [re.sub(r" (?=,)", "", re.sub(r"\s+", " ", row)).strip() for row in words]


@time_machine.travel("2022-01-01T12:00:00Z", tick=False)
def test_a_row_says_the_verdict_the_latest_answer_and_the_last_look(client):
    one, other, third = make_person(name="Ada"), make_person(name="Ben"), make_organization(name="The Board")
    demand = make_demand([one, other, third], title="Remove the chief")
    raise_demand(demand, make_statement(when="2021-04", addressees=[one, other, third]))
    answer(demand, Stance.ACCEPTS, speaker=one, when="2021-05-01")
    answer(demand, Stance.REJECTS, speaker=one, when="2021-06-01")
    check(demand, other, "2021-05-03")
    found = rows(client.get(f"/{demand.campaign.slug}/answers/"))
    assert found[0] == (
        "Remove the chief Ada rejects Answered on June 1, 2021: rejects. Put to them in April 2021. The first"
        " position came 1 to 30 days later. Latest answer rejects June 1, 2021 all 2 answers"
    )
    assert found[1] == (
        "Ben no answer found No answer found up to May 3, 2021, 3 to 32 days after they were asked."
        " Nobody has looked since. Put to them in April 2021. none on record Last looked May 3, 2021"
    )
    # Nobody has looked for the board's answer: its row does not say that it lets anybody wait.
    assert found[2] == (
        "The Board not looked up yet Not looked up yet: nobody has looked for an answer. Put to them in April 2021. —"
    )


def test_an_answer_from_within_is_marked_as_one(client):
    board, member = make_organization(), make_person(name="A Member")
    make_membership(member, board)
    demand = make_demand([board])
    raise_demand(demand, make_statement(when="2021-04-22", addressees=[board]))
    answer(demand, Stance.REJECTS, speaker=member, when="2021-05-01")
    [row] = rows(client.get(f"/{demand.campaign.slug}/answers/"))
    assert (
        "rejects, said by their own people No answer of their own."
        " From their own ranks, A Member answered on May 1, 2021: rejects." in row
    )
    assert row.endswith("rejects May 1, 2021 by their own people")


def test_where_nobody_looked_the_table_has_no_column_for_it(client):
    demand = make_demand([make_person()])
    raise_demand(demand)
    path = f"/{demand.campaign.slug}/answers/"
    assert "Last looked" not in text(client.get(path))
    check(demand, None)
    assert "Last looked" in text(client.get(path))


def test_each_row_leads_to_its_place_on_the_demands_page(client):
    person = make_person(slug="ada")
    demand = make_demand([person], slug="remove")
    page = client.get(f"/{demand.campaign.slug}/answers/").content.decode()
    assert f'href="/{demand.campaign.slug}/demands/remove/#to-ada"' in page
    assert 'id="to-ada"' in client.get(demand.get_absolute_url()).content.decode()


def test_an_answer_to_the_whole_letter_is_marked(client):
    person = make_person(name="Ada")
    demand, letter = make_demand([person]), make_statement(when="2021-04-22")
    raise_demand(demand, letter)
    answer(letter=letter, stance=Stance.DEFLECTS, speaker=person, when="2021-05-01")
    assert "deflects May 1, 2021 to the whole letter" in text(client.get(f"/{demand.campaign.slug}/answers/"))


def test_the_figures_have_their_denominator_and_their_method(client):
    one, other = make_person(), make_person()
    demand = make_demand([one, other])
    raise_demand(demand)
    answer(demand, speaker=one)
    words = text(client.get(f"/{demand.campaign.slug}/answers/"))
    assert (
        "Of 2 lines in all 1 took a position 0 replied without a position 0 declined to take a position"
        " 0 announced an answer 0 no answer found 1 not looked up yet"
    ) in words
    assert "A position is yes, no or a part of it; it does not mean granted." in words
    assert "Each demand counts once" not in words  # here each line does


@pytest.mark.parametrize(
    ("order", "first"), [("", "One"), ("demand", "One"), ("wait", "Two"), ("state", "Three"), ("latest", "Three")]
)
def test_it_is_sorted_as_the_address_asks(client, order, first):
    for position, title in enumerate(("One", "Two", "Three")):
        person = make_person()
        demand = make_demand([person], title=title, position=position)
        raise_demand(demand, make_statement(when=f"2021-0{3 - position}", addressees=[person]))
        if title == "Three":
            answer(demand, Stance.REJECTS, speaker=person, when="2021-04")
        else:
            check(demand, person, "2021-05-03")
    response = client.get(f"/{demand.campaign.slug}/answers/", {"order": order} if order else {})
    assert rows(response)[0].startswith(first)


@pytest.mark.parametrize("order", ["oldest", "-updated_at", "' OR 1=1", "\x00", "x" * 5000])
def test_an_unknown_order_is_refused_by_naming_the_valid_ones(client, order):
    demand = make_demand([make_person()])
    response = client.get(f"/{demand.campaign.slug}/answers/", {"order": order})
    assert response.status_code == 400
    assert "is not known here. Choose from: demand, wait, state or latest." in text(response)
    assert '<a href="?order=wait">' in response.content.decode()


def test_a_campaign_without_demands_and_one_whose_demands_are_put_to_nobody_are_finished_pages(client):
    campaign = make_campaign()
    assert "No demand on record was put to anybody yet." in text(client.get(f"/{campaign.slug}/answers/"))
    make_demand(campaign=campaign, title="Open the archive")
    words = text(client.get(f"/{campaign.slug}/answers/"))
    assert "Addressed to nobody, as far as is on record Open the archive" in words


def test_many_demands_come_a_window_at_a_time_in_the_chosen_order(client, monkeypatch):
    monkeypatch.setattr(board, "WINDOW", 2)
    for number in range(5):
        demand = make_demand([make_person()], title=f"Demand {number}", position=number)
        raise_demand(demand, when=f"2021-0{9 - number}")
    path, seen = f"/{demand.campaign.slug}/answers/?order=wait", []
    while path:
        response = client.get(path)
        seen.append(re.findall(r"Demand \d", " ".join(rows(response))))
        following = re.search(r'class="pager-more" href="([^"]+)"', response.content.decode())
        assert "Of 5 lines in all" in text(response)
        path = f"/{demand.campaign.slug}/answers/{following[1].replace('&amp;', '&')}" if following else ""
    assert seen == [["Demand 4", "Demand 3"], ["Demand 2", "Demand 1"], ["Demand 0"]]


@pytest.mark.parametrize("after", ["-1", "x", "999", "²", "9" * 5000])
def test_a_window_that_is_not_there_is_the_first_one(client, after):
    demand = make_demand([make_person(name="Ada")])
    assert "Ada" in rows(client.get(f"/{demand.campaign.slug}/answers/", {"after": after}))[0]
