"""What an export writes: the same bytes for the same records, in a form that a person can read and edit."""

import io
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns import schemas
from campaigns.campaign_file import campaign_data, import_campaign, write_json, write_yaml
from campaigns.campaign_file.reading.parsing import Items, parse
from campaigns.models import Actor, Campaign, Demand, Membership, Person, Post, Source, State
from tests import factories

DATA = Path(__file__).parent.parent / "data"


def load(name: str, **switches: Any) -> Campaign:
    with (DATA / name).open("rb") as file:
        import_campaign(file, **switches)
    return Campaign.objects.get()


def as_yaml(data: dict[str, Any]) -> str:
    stream = io.StringIO(newline="")
    write_yaml(data, stream)
    return stream.getvalue()


def plain(value: Any) -> Any:
    """Return what was read as Python's own types."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, Items) else value


# Any text comes back


PIECES = [
    *(
        "\x85",
        "\u2028",
        "\u2029",
        "\t",
        " ",
        "\n",
        "\r",
        "\r\n",
        "\x80",
        "\x9f",
        "\ufeff",
        "\ufffe",
        "\uffff",
        "\U0001fffe",
    ),
    *(
        "\u00a0",
        "\u200b",
        "\u200d",
        "\u202e",
        "'",
        '"',
        "“",
        "’",
        "-",
        "--",
        "---",
        "...",
        "?",
        ":",
        ",",
        "[",
        "]",
        "{",
        "}",
    ),
    *(
        "#",
        "&",
        "*",
        "!",
        "|",
        ">",
        "%",
        "@",
        "`",
        "\\",
        "\\n",
        "<<",
        "=",
        "~",
        "- ",
        " #",
        ": ",
        ":\t",
        "&a ",
        "*a ",
        "!!str ",
    ),
    *(
        "? ",
        "{a: b}",
        "  ",
        "   ",
        "No",
        "null",
        "Null",
        "true",
        "2021",
        "2021-04",
        "2021-04-22",
        "1e3",
        "0x1F",
        "012",
        "1_000",
    ),
    *(".5", ".nan", "12:30", "y", "on", "é", "e\u0301", "ñ", "א", "ب", "漢", "😀", "👩\u200d👧", "﷽"),
    "a line that is long enough to be broken when two or three of them stand beside each other ",
]
# What the models' validators let through: no control characters but tabs and line breaks, no half surrogates.
LETTERS = st.characters(
    exclude_categories=["Cs"], exclude_characters=[chr(code) for code in (*range(9), 11, 12, *range(14, 32), 127)]
)
texts = st.one_of(st.lists(st.sampled_from(PIECES), max_size=30).map("".join), st.text(LETTERS))
items = st.fixed_dictionaries({"x": texts, "y": st.fixed_dictionaries({"z": texts})})
shapes = st.fixed_dictionaries({"a": texts, "b": st.lists(texts), "c": st.lists(items)})


@given(shapes)
@settings(max_examples=500, deadline=None)
def test_any_text_is_read_back_byte_for_byte(data):
    text = as_yaml(data)
    read, problems = parse(text.encode())
    assert (plain(read), problems) == (data, [])
    # By a reader that is not ours, too.
    assert yaml.safe_load(text) == data
    stream = io.StringIO(newline="")
    write_json(data, stream)
    read, problems = parse(stream.getvalue().encode())
    assert (plain(read), problems) == (data, [])


READABLE = """
campaign:
  slug: a
  empty: []
  none: null
  truth: true
  number: 1

dates:
- "2021-04-22"
- "2021-04"
- "2021"
- "No"
- "n"
- "~"
- "null"
- "-1"
- "+1"
- "1e3"
- "="
- "<<"
- ""

texts:
- "plain: not quite"
- it's
- naïve 😀
- "- dash"
- "# hash"
- '"quoted", it''s said'
- |-
  two
    lines

  and more
- |
  ends
- "two  \\n\\
  \\ lines\\n"
- "hidden \\u200b mark"
- "long long long long long long long long long long long long long long long long long long long long long long
  long long long long long long long long long long long long long long long long long long "
"""


def test_the_yaml_is_for_people_to_read():
    data = {
        "campaign": {"slug": "a", "empty": [], "none": None, "truth": True, "number": 1},
        "dates": ["2021-04-22", "2021-04", "2021", "No", "n", "~", "null", "-1", "+1", "1e3", "=", "<<", ""],
        "texts": [
            *("plain: not quite", "it's", "naïve 😀", "- dash", "# hash", '"quoted", it\'s said'),
            *("two\n  lines\n\nand more", "ends\n", "two  \n lines\n", "hidden \u200b mark", "long " * 40),
        ],
    }
    text = as_yaml(data)
    assert text.split("import_campaign FILE\n")[1] == READABLE
    assert yaml.safe_load(text) == data


def test_no_line_is_longer_than_it_must_be():
    text = as_yaml({"a": "word " * 1000 + "end", "b": "“word” " * 1000})
    assert max(map(len, text.splitlines())) <= 125


# What is in it


def shape_of(schema: type[schemas.Base], data: dict[str, Any]) -> None:
    """Check that a mapping has its keys in the order of its schema, and so on inside it."""
    order = list(schema.model_fields)
    assert list(data) == sorted(data, key=order.index)
    read = schema.model_validate(data)
    for key, value in data.items():
        for item, model in zip(
            value if isinstance(value, list) else [value],
            getattr(read, key) if isinstance(value, list) else [getattr(read, key)],
            strict=True,
        ):
            if isinstance(item, dict):
                shape_of(type(model), item)


@pytest.mark.django_db
@pytest.mark.parametrize("public", [False, True])
def test_keys_are_those_of_the_schemas_in_their_order(public):
    shape_of(schemas.CampaignFile, campaign_data(load("agua-limpia.yaml"), public=public))


@pytest.mark.django_db
def test_an_optional_key_is_absent_where_it_would_be_empty():
    data = campaign_data(load("well.yaml"))
    assert list(data) == ["campaign", "organizations", "people", "posts", "demands", "statements", "events", "sources"]
    assert list(data["statements"][0]) == [
        "slug",
        "date",
        "precision",
        "kind",
        "speaker",
        "summary",
        "sources",
        "recorded",
    ]
    assert list(data["sources"][0]) == ["slug", "url", "published", "recorded"]
    assert list(data["people"][0]) == ["slug", "name", "roles", "recorded"]


@pytest.mark.django_db
def test_things_stand_in_the_order_of_time():
    data = campaign_data(load("agua-limpia.yaml"))
    slugs = [statement["slug"] for statement in data["statements"]]
    assert slugs == ["borrador", "carta-2019", "oficio-2020", "desmentida-2020", "carta-2021"]
    assert [event["slug"] for event in data["events"]] == ["sequia", "marcha"]


@pytest.mark.django_db
def test_a_record_of_a_later_hand_is_exported_as_well():
    """Rows that the admin can make and no file did: nothing may be lost or stop the export."""
    campaign = load("well.yaml")
    town, ada = Actor.objects.get(slug="town"), Person.objects.get(slug="ada")
    judge = Post.objects.create(campaign=campaign, slug="judge", name="Judge", organization=town)
    Membership.objects.create(member=ada, post=judge)
    Membership.objects.create(member=judge, organization=town)
    # Past every validator, as a script might.
    Source.objects.filter(slug="paper").update(title="a\x01b", url="https://u:p@example.org/")
    data = campaign_data(campaign)
    assert data["people"][0]["roles"][1:] == [{"post": "Judge", "organization": "town"}]
    assert data["posts"][1]["roles"] == [{"organization": "town"}]
    assert data["sources"][0]["title"] == "a\x01b"


# What readers may have


@pytest.mark.django_db
def test_the_public_file_has_what_is_published_and_no_word_about_states():
    load("agua-limpia.yaml")
    campaign = Campaign.objects.get()
    data = campaign_data(campaign, public=True)
    text = as_yaml(data)
    assert "state:" not in text
    assert "withdrawal_reason" not in text
    secrets = ["borrador", "desmentida", "Nadie Conocido", "Radio Puerto", "filtros", "Filtros", "marcha", "perdida"]
    for secret in [*secrets, "perforadora se rompió", "Sin acceso", "Era otra persona"]:
        assert secret not in text
    assert [outcome["status"] for outcome in data["demands"][0]["outcomes"]] == ["proposed", "under_way"]
    # What the drought did to a demand that nobody may see is left out, and the rest of it stays.
    assert data["events"][0]["affects"] == [{"demand": "pozo", "effect": "sets_back", "note": "Bajó la napa."}]


@pytest.mark.django_db
def test_the_public_file_can_be_imported_and_published():
    data = campaign_data(load("agua-limpia.yaml"), public=True)
    stream = io.StringIO()
    write_json(data | {"campaign": data["campaign"] | {"slug": "copy"}}, stream)
    import_campaign(io.BytesIO(stream.getvalue().encode()), publish=True)
    again = campaign_data(Campaign.objects.get(slug="copy"), public=True)
    assert again | {"campaign": None} == data | {"campaign": None}


@pytest.mark.django_db
def test_a_campaign_that_is_not_published_has_an_empty_public_file():
    campaign = load("agua-limpia.yaml")
    Campaign.objects.update(state=State.DRAFT)
    assert list(campaign_data(campaign, public=True)) == ["campaign"]


@pytest.mark.django_db
def test_nothing_private_comes_along_with_what_is_public():
    """A published record that names a draft, as no import and no editor can make it, gives nothing away."""
    said = factories.make_statement(slug="said")
    campaign = said.campaign
    kept: dict[str, Any] = {"campaign": campaign, "state": State.DRAFT}
    hidden = factories.make_person(slug="hidden-person", **kept)
    group = factories.make_organization(slug="hidden-group", **kept)
    demand = factories.make_demand([hidden], [group], campaign=campaign, slug="asked")
    secret = factories.make_demand(slug="hidden-demand", **kept)
    letter = factories.make_statement(slug="hidden-letter", **kept)
    paper = factories.make_source(slug="hidden-paper", **kept)
    town = factories.make_organization(campaign=campaign, slug="town")
    Demand.objects.filter(pk=demand.pk).update(parent=secret, predecessor=secret)
    Actor.objects.filter(pk=town.pk).update(parent=group)
    factories.make_membership(hidden, town)
    factories.make_membership(town, group)
    said.participants.create(role="addressee", actor=hidden)
    said.relations.create(kind="replies_to", to=letter)
    factories.answer(secret, statement=said)
    factories.answer(letter=letter, statement=said)
    factories.raise_demand(demand, letter)
    factories.raise_demand(secret, said)
    factories.check(demand, hidden)
    factories.make_outcome(demand, campaign=campaign, assessor=hidden, reason="hidden reason")
    factories.cite(said, paper)
    text = as_yaml(campaign_data(campaign, public=True))
    assert "said" in text
    assert "asked" in text
    assert "hidden" not in text
    assert "hidden" in as_yaml(campaign_data(campaign))
