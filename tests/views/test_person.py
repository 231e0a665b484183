"""A person's page, which is also an official's."""

import re

import pytest

from campaigns.models import Classification, Relation, State
from tests import factories as make
from tests.pages import text

pytestmark = pytest.mark.django_db


def page_of(client, person, under="people", query=""):
    return client.get(f"/{person.campaign.slug}/{under}/{person.slug}/{query}")


def test_roles_stand_in_their_order_with_honest_dates_and_sources(client):
    person = make.make_person(name="Don Wagner", aliases=["D. Wagner"], note="Left early.")
    board = make.make_organization(name="Board", classification=Classification.GOVERNMENT)
    first = make.make_membership(person, board, end="2020-12")
    make.make_membership(person, post=make.make_post(name="President", organization=board), start="2021")
    make.cite(first, make.make_source(publisher="Star"))
    words = text(page_of(client, person))
    assert "Also known as D. Wagner Left early." in words
    assert re.search(r"Board, until December 2020; start unknown Sources Star.*President, from 2021; no end", words)


def test_what_was_put_to_them_has_state_and_clock_by_name_and_by_post(client):
    post = make.make_post(name="Chief of Police")
    person = make.make_person()
    make.make_membership(person, post=post, start="2017-08")
    named, inherited = make.make_demand([person], title="By name"), make.make_demand([post], title="By post")
    make.raise_demand(named, make.make_statement(when="2021-04-22", addressees=[person]))
    make.raise_demand(inherited, make.make_statement(when="2020-06", addressees=[post]))
    make.answer(named, speaker=person, when="2021-05-02")
    make.check(inherited, post)
    words = text(page_of(client, person)).partition("What was put to them")[2]
    assert "By name Answered on May 2, 2021: rejects. Put to them on April 22, 2021. The position came 10 days" in words
    assert (
        "By post Put to the post: Chief of Police"
        " No answer found up to May 3, 2021, 307 to 336 days after they were asked. Nobody has looked since."
    ) in words


def test_who_left_a_post_before_it_was_asked_was_never_asked(client):
    post = make.make_post()
    person = make.make_person()
    make.make_membership(person, post=post, end="2021-03")
    make.raise_demand(make.make_demand([post]), when="2021-04-22")
    assert "No demand on record was put to them, by name or by post." in text(page_of(client, person))


def test_what_they_said_and_what_was_said_for_them_is_apart_from_what_was_addressed_to_them(client):
    person = make.make_person()
    make.make_statement(speaker=person, summary="Own words.", when="2021-01-01")
    make.make_statement(on_behalf_of=person, summary="Words of a spokesman.", when="2021-01-02")
    make.make_statement(addressees=[person], summary="Words to them.", when="2021-01-03")
    _head, said, addressed = re.split(
        "What they said, or had|What was addressed to them", text(page_of(client, person))
    )
    assert re.findall("Own words|Words of a spokesman|Words to them", said) == ["Words of a spokesman", "Own words"]
    assert re.findall("Own words|Words of a spokesman|Words to them", addressed) == ["Words to them"]


def test_an_officials_page_has_one_canonical_address(client):
    official, pastor = make.make_official(), make.make_person()
    canonical = re.compile(rb'rel="canonical" href="([^"]+)"')
    addresses = [canonical.findall(page_of(client, official, under).content) for under in ("people", "officials")]
    own = f"http://testserver/{official.campaign.slug}/officials/{official.slug}/".encode()
    assert addresses == [[own], [own]]
    assert canonical.findall(page_of(client, pastor).content) == [
        f"http://testserver/{pastor.campaign.slug}/people/{pastor.slug}/".encode()
    ]


def test_whoever_is_no_official_has_no_page_among_the_officials(client):
    pastor = make.make_person()
    hidden = make.make_organization(classification=Classification.GOVERNMENT, state=State.DRAFT)
    secretly = make.make_person()
    make.make_membership(secretly, hidden)
    answers = [page_of(client, person, "officials") for person in (pastor, secretly)]
    absent = client.get(f"/{pastor.campaign.slug}/officials/nobody/")
    assert [(a.status_code, a.content) for a in answers] == [(404, absent.content)] * 2


def test_a_withdrawn_person_is_gone_from_the_officials_only_where_readers_saw_an_official(client):
    seen, hidden = make.make_official(), make.make_person()
    make.make_membership(hidden, make.make_organization(classification=Classification.GOVERNMENT, state=State.DRAFT))
    for person in (seen, hidden):
        person.withdraw("Asked to be removed.")
    assert [page_of(client, person, "officials").status_code for person in (seen, hidden)] == [410, 404]


def test_in_whose_name_they_spoke_is_counted(client):
    person, chief, police = (
        make.make_person(),
        make.make_person(name="The Chief"),
        make.make_organization(name="The Police"),
    )
    make.make_statement(speaker=person, on_behalf_of=chief)
    for _number in range(2):
        make.make_statement(speaker=person, on_behalf_of=police)
    make.make_statement(speaker=person, on_behalf_of=police, state=State.DRAFT)
    make.make_statement(speaker=person, on_behalf_of=make.make_person(name="A secret", state=State.DRAFT))
    make.make_statement(speaker=person)
    words = text(page_of(client, person))
    assert "Spoke on behalf of The Chief (1 statement), The Police (2 statements)" in words
    assert "secret" not in words


@pytest.mark.parametrize("kind", Relation.Kind)
def test_words_that_changed_or_stand_against_others_stand_side_by_side_with_their_sources(client, kind):
    mayor, chief = make.make_person(name="The Mayor"), make.make_person(name="The Chief")
    first = make.make_statement([make.make_source(publisher="Star")], speaker=mayor, when="2020", quote="Never.")
    second = make.make_statement(
        speaker=make.make_person(name="A clerk"), on_behalf_of=chief, when="2021-04", summary="At once."
    )
    Relation.objects.create(statement=second, to=first, kind=kind)
    for person in (mayor, chief):
        _before, found, turns = text(page_of(client, person)).partition("Words that changed, or stand against others ")
        assert bool(found) == (kind not in (Relation.Kind.REPLIES_TO, Relation.Kind.REPEATS))
        if found:
            assert turns.startswith("2020, The Mayor Never. Sources Star, A report")
            label = Relation.Kind(kind).label.capitalize()
            assert f"{label} April 2021, A clerk on behalf of The Chief At once. Sources The Example" in turns


def test_many_turns_come_a_window_at_a_time(client):
    person = make.make_person()
    first = make.make_statement(speaker=person, when="2019")
    for day in range(21):
        said = make.make_statement(when=f"2020-01-{day + 1:02}", quote=f"No {day:02}.")
        Relation.objects.create(statement=said, to=first, kind=Relation.Kind.REBUTS)
    page = page_of(client, person)
    following = re.search(r'href="(\?turns_after=[0-9]+)"', page.content.decode())
    assert following is not None
    pages = [text(page), text(page_of(client, person, query=following[1]))]
    found = [re.findall(r"No (\d\d)\.", one.partition("stand against others")[2]) for one in pages]
    assert found == [[f"{day:02}" for day in range(20)], ["20"]]


def test_the_page_says_how_to_ask_for_a_correction(client):
    person = make.make_person()
    assert f'/{person.campaign.slug}/about/#correction"' in page_of(client, person).content.decode()
