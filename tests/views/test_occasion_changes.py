"""What changed from one occasion to the next: the words, and who signed."""

import pytest

from campaigns.models import Issuance
from campaigns.text.diff import Change
from campaigns.views.occasion_changes import occasions
from tests.factories import make_demand, make_organization, make_statement, raise_demand


def raised(*steps: tuple[str, str, list[str]], incomplete: int = -1) -> list[Issuance]:
    """Raise a demand on consecutive days: (wording, language, names of the signatories), as the view fetches it."""
    names = sorted({name for _, _, signed in steps for name in signed})
    organizations = {name: make_organization(name=name) for name in names if name[0].isupper()}
    demand = make_demand()
    for day, (text, language, signed) in enumerate(steps):
        statement = make_statement(
            when=f"2021-01-{day + 1:02}",
            signatories=[organizations.get(name, name) for name in signed],
            signatories_incomplete=day == incomplete,
        )
        raise_demand(demand, statement, text=text, language=language)
    return list(Issuance.objects.published().with_statement().filter(demand=demand))


def names(parts) -> list[str]:
    return [str(part) for part in parts]


def test_each_wording_is_compared_with_the_latest_before_it_in_its_language(db):
    found = occasions(
        raised(
            ("Fire him", "", []), ("", "", []), ("Despídanlo", "es", []), ("Fire him", "", []), ("Fire them", "", [])
        )
    )
    assert [one.since.when.isoformat() if one.since else None for one in found] == [
        None, None, None, "2021-01-01", "2021-01-04",
    ]  # fmt: skip
    assert [one.same_words for one in found] == [False, False, False, True, False]
    assert [(piece.change, piece.text) for piece in found[4].changed] == [
        (Change.KEPT, "Fire "), (Change.DELETED, "him"), (Change.INSERTED, "them"),
    ]  # fmt: skip
    assert [one.reworded for one in found] == [False] * 5


def test_who_joined_and_who_is_no_longer_there_is_told_of_lists_with_somebody_in_common(db):
    found = occasions(
        raised(
            ("", "", ["League", "Union"]),
            ("", "", []),
            ("", "", ["a pastor"]),
            ("", "", ["League", "NAACP", "a pastor"]),
        )
    )
    assert [(names(one.joined), names(one.missing)) for one in found] == [
        ([], []),
        ([], []),
        ([], []),  # a letter by others: nobody has left
        (["League", "NAACP"], []),
    ]
    assert found[3].signed_since == found[2].issuance


def test_who_left_is_named(db):
    found = occasions(raised(("", "", ["League", "Union"]), ("", "", ["League"])))
    assert (names(found[1].joined), names(found[1].missing), found[1].incomplete) == ([], ["Union"], False)


@pytest.mark.parametrize("incomplete", [0, 1])
def test_absence_from_an_incomplete_list_proves_nothing(db, incomplete):
    found = occasions(raised(("", "", ["League", "Union"]), ("", "", ["League"]), incomplete=incomplete))
    assert found[1].incomplete is True


def test_a_window_goes_on_from_the_occasion_before_it(db):
    first, second = raised(("Fire him", "", ["League"]), ("Fire them", "", ["League", "Union"]))
    (found,) = occasions([second], first)
    assert (found.since, names(found.joined)) == (first, ["Union"])
