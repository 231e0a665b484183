"""A campaign with every field filled goes into its file and comes back whole: rows are compared, and then bytes."""

import datetime as dt
import io
from itertools import count
from typing import Any, cast

import pytest
import yaml
from django.core.exceptions import ValidationError
from django.db import models, transaction

from campaigns.campaign_file import BadFile, campaign_data, import_campaign, write_json, write_yaml
from campaigns.campaign_file.existing import LINKS, links_of
from campaigns.models import (
    TRACKED,
    Actor,
    Campaign,
    Check,
    Citation,
    Clearance,
    Correction,
    Demand,
    Effect,
    Event,
    Issuance,
    Membership,
    Outcome,
    Participant,
    Party,
    Relation,
    Response,
    Source,
    State,
    Statement,
    history_of,
)
from tests import factories as make

pytestmark = pytest.mark.django_db

#: What belongs to one installation and not to the record, or follows from other columns.
LEFT_BEHIND = {"id", "version", "updated_at", "recorded_by", "edited_by", "by", "folded_name"}
#: Only the order matters, and rows are compared in it.
IN_ORDER = {Membership, Participant, Relation, Party, Issuance, Response, Effect, Citation, Demand}
_number = count(1)
RECORDED = dt.datetime(2024, 5, 6, 7, 8, 9, 123456, tzinfo=dt.UTC)


def value_of(field: "models.Field[Any, Any]", model: type[models.Model]) -> Any:
    """Return a value for a field that is neither its default nor anybody else's."""
    n = next(_number)
    if field.choices:
        return next(value for value, _ in field.flatchoices if value and value != field.get_default())
    by_name: dict[str, Any] = {
        "slug": f"slug-{n}",
        "timezone": "America/Chicago",
        "language": "pt-BR",
        "languages": ["es", "ar"],
        "aliases": [f"Alias {n}", "=1+1"],
        "name": f"Name – {n}",
        "signatories_incomplete": True,
        "second_reader": True,
        "check_after": 0,
        "withdrawal_reason": "",
        "at": RECORDED + dt.timedelta(days=n),
        "hides_earlier": True,
        "speaks_for": True,
    }
    if field.name in by_name:
        return by_name[field.name]
    if isinstance(field, models.URLField):
        return f"https://example.org/{n}?a=1&b=%20#x"
    if isinstance(field, models.TextField):
        return f"  Words {n}, slips and “spaces” kept: ñ 漢 #1 \n\n- so, it goes\ton "
    if isinstance(field, models.CharField):
        return f"Line {n}: 'No' & yes"
    if isinstance(field, models.PositiveSmallIntegerField | models.PositiveIntegerField):
        return n % 100 + 1
    if isinstance(field, models.DateTimeField):
        return RECORDED + dt.timedelta(seconds=n)
    if isinstance(field, models.DateField):
        return dt.date(2022, 3, 4)
    raise AssertionError(f"{model.__name__}.{field.name} needs a value here")


def filled(model: type[Any], **given: Any) -> Any:
    """Create a row of which every column that is no link is filled; partial dates are months and days by turns."""
    row = model()
    for field in model._meta.concrete_fields:
        name = field.name
        dated = name.removesuffix("_precision").removesuffix("precision")
        if name in LEFT_BEHIND or name in given or isinstance(field, models.ForeignKey):
            continue
        if name.endswith("precision"):
            date = f"{dated}_date" if dated else "date"
            setattr(row, name, 10)
            setattr(row, date, dt.date(2023 if dated in ("end", "deadline") else 2021, 4, next(_number) % 28 + 1))
        elif not (isinstance(field, models.DateField) and name.removesuffix("date") + "precision" in columns(model)):
            setattr(row, name, value_of(field, model))
    for name, value in given.items():
        setattr(row, name, value)
    row.save(force_insert=True)
    return row


def columns(model: type[models.Model]) -> set[str]:
    return {field.name for field in model._meta.concrete_fields}


def everything() -> Campaign:
    """Return a campaign in which every column of every row is filled, links included, in every state."""
    withdrawn = {"state": State.WITHDRAWN, "withdrawal_reason": "We were wrong. "}
    campaign: Any = filled(Campaign, **withdrawn)
    whole: dict[str, Any] = {"campaign": campaign, "state": State.PUBLISHED}

    def noun(model: Any, **given: Any) -> Any:
        return filled(model, **whole | given)

    empty: dict[str, Any] = {
        "classification": "",
        "scope": "",
        "parent": None,
        "organization": None,
        "speaks_for": False,
    }
    nobody = empty | {"kind": "person", "start": None, "end": None}
    sources = [noun(Source), noun(Source, published=None, title_from=""), noun(Source, state=State.DRAFT)]
    top = noun(Actor, **empty | {"kind": "organization", "classification": "government"})
    group = noun(Actor, **empty | {"kind": "organization", "classification": "other", "scope": "local", "parent": top})
    post = noun(Actor, **empty | {"kind": "post", "organization": top, "speaks_for": True})
    person = noun(Actor, **nobody)
    gone = noun(Actor, **nobody | {"merged_into": person} | withdrawn)
    memberships = [
        filled(Membership, member=group, organization=top, post=None, position=0),
        filled(Membership, member=person, organization=top, post=post, position=0),
        filled(Membership, member=person, organization=group, post=None, position=1, end=None),
    ]
    letter = noun(
        Statement, state=State.DRAFT, speaker=person, on_behalf_of=top, when=make.when("2021-04"), end=None, position=2
    )
    reply = noun(Statement, state=State.DRAFT, speaker=None, on_behalf_of=None)
    for place, role in enumerate(Participant.Role):
        filled(Participant, statement=letter, role=role, actor=post, label="", position=place)
        filled(Participant, statement=letter, role=role, actor=None, position=place)
    for place, kind in enumerate(Relation.Kind):
        filled(Relation, statement=reply, to=letter, kind=kind, position=place)
    old = noun(Demand, position=0)
    above = noun(Demand, position=1)
    demand = noun(Demand, position=2, parent=above, predecessor=old)
    for model in (Source, Demand, Statement, Event):
        further: dict[str, Any] = {"speaker": person, "on_behalf_of": None} if model is Statement else {}
        noun(model, **withdrawn | further | ({"position": 3} if model is Demand else {}))
    noun(Demand, position=4, state=State.IN_REVIEW)
    noun(Outcome, demand=old, assessor=None, **withdrawn)
    old_ones = [filled(Issuance, demand=one, statement=None, when=make.when("2018")) for one in (old, above)]
    for place, part in enumerate(Party.Role):
        filled(Party, demand=demand, role=part, actor=post, position=place)
    issuances = [
        *old_ones,
        filled(Issuance, demand=demand, statement=letter, when=letter.when, position=0),
        filled(Issuance, demand=demand, statement=None, when=make.when("2019"), position=1),
    ]
    filled(Response, statement=reply, demand=demand, letter=None, position=0)
    filled(Response, statement=reply, demand=None, letter=letter, position=1)
    event = noun(Event, state=State.DRAFT, when=make.when("2021-04"))
    filled(Effect, event=event, demand=demand, position=0)
    outcome = noun(Outcome, state=State.DRAFT, demand=demand, assessor=group, when=make.when("2021"))
    looks = [
        filled(Check, demand=demand, letter=None, addressee=post, reported_by=None, found="nothing_found"),
        filled(Check, demand=demand, letter=None, addressee=post, reported_by=group, when=make.when("2021-04")),
        filled(Check, demand=None, letter=letter, addressee=None, reported_by=None, found="declined"),
    ]
    filled(Citation, source=sources[0], about="", says="", look=looks[0])
    cited = [letter, reply, event, outcome, demand, person, *issuances, *memberships, *looks[1:]]
    for row in cited:
        arc = {{"check": "look"}.get(row._meta.model_name, row._meta.model_name): row}
        for place, source in enumerate(sources[:2]):
            filled(Citation, source=source, about="", says="", position=place, **arc)
            filled(Citation, source=source, about="how many", says=f"{place}", position=place, **arc)
    for row in (letter, event, outcome):
        row.state = State.PUBLISHED
        row.save()
    for row in (campaign, person, gone, sources[0], letter, demand, event, outcome):
        name = Correction.arc(row)
        for what, sentence in (("correction", "It was the 4th. "), ("correction", "“No”: yes"), ("typo", "")):
            end = {name: row} if name else {}
            filled(Correction, campaign=campaign, kind=what, sentence=sentence, hides_earlier=sentence != "", **end)
    return cast(Campaign, campaign)


def facts(campaign: Campaign) -> dict[str, list[dict[str, Any]]]:
    """Return every column of every row of a campaign; a link is the name of what it leads to."""

    def name_of(row: Any) -> Any:
        if row is None or getattr(row, "slug", None):
            return row and row.slug
        return " ".join(f"{key}={value}" for key, value in plain(row).items())

    def plain(row: Any) -> dict[str, Any]:
        skipped = LEFT_BEHIND | ({"position"} if type(row) in IN_ORDER else set())
        fields = [field for field in row._meta.concrete_fields if field.name not in skipped]
        return {
            field.name: name_of(getattr(row, field.name))
            if isinstance(field, models.ForeignKey)
            else getattr(row, field.name)
            for field in fields
        }

    found = {}
    for model in TRACKED:
        if model in LINKS:
            rows = links_of(model, campaign)
        else:
            rows = model._default_manager.filter(**{"pk" if model is Campaign else "campaign": campaign.pk})
        rows = rows.order_by(*(["position"] if model in IN_ORDER else []), "pk")
        found[model.__name__] = sorted((plain(row) for row in rows), key=str)
    return found


def exported(campaign: Campaign, *, public: bool = False) -> str:
    text = io.StringIO(newline="")
    write_yaml(campaign_data(campaign, public=public), text)
    return text.getvalue()


def moved(text: str) -> Campaign:
    import_campaign(io.BytesIO(text.encode()))
    return Campaign.objects.get()


def elsewhere() -> tuple[str, dict[str, Any]]:
    """Return the file of a full campaign and what was in it; the database is empty again."""
    with transaction.atomic():
        campaign = everything()
        text, before = exported(campaign), facts(campaign)
        transaction.set_rollback(True)
    assert not Campaign.objects.exists()
    return text, before


def test_the_campaign_of_these_tests_has_every_column_of_every_table_filled():
    everything()
    empty = {
        f"{model.__name__}.{field.name}"
        for model in TRACKED
        if model is not Clearance  # what staff said of private details stays where they said it
        for field in model._meta.concrete_fields
        if field.name not in LEFT_BEHIND | {"position"}
        and not model._default_manager.exclude(**{field.name: field.get_default()}).exists()
    }
    assert empty == set()


def test_nothing_that_staff_enter_is_lost_on_the_way():
    text, before = elsewhere()
    campaign = moved(text)
    after = facts(campaign)
    assert after.keys() == before.keys()
    for noun, rows in before.items():
        assert after[noun] == rows, noun
    assert exported(campaign) == text


def test_json_carries_the_same():
    text, before = elsewhere()
    stream = io.StringIO()
    write_json(yaml.safe_load(text), stream)
    campaign = moved(stream.getvalue())
    assert (facts(campaign), exported(campaign)) == (before, text)


def test_coming_back_once_more_changes_nothing():
    campaign = moved(elsewhere()[0])
    text, versions = exported(campaign), {model: history_of(model).count() for model in TRACKED}
    report = import_campaign(io.BytesIO(text.encode()))
    assert not report.changed
    assert len(report["corrections"].unchanged) == 24
    assert {model: history_of(model).count() for model in TRACKED} == versions


# What the file would refuse, the desk's forms refuse too: what is in the record can be read back


def refusal(row: models.Model) -> list[str]:
    with pytest.raises(ValidationError) as caught:
        row.full_clean()
    return caught.value.messages


def test_nothing_stands_above_itself_in_several_steps():
    message = "A demand is no part and no successor of itself, not in several steps either."
    first = make.make_demand()
    second = make.make_demand(parent=first, predecessor=first)
    third = make.make_demand(parent=second, predecessor=second)
    third.full_clean()
    first.parent = third
    assert refusal(first) == [message]
    first.parent, first.predecessor = None, third
    assert refusal(first) == [message]
    above = make.make_organization()
    above.parent = make.make_organization(parent=make.make_organization(parent=above))
    assert refusal(above) == ["An organization does not stand above itself, not in several steps either."]
    make.make_demand(parent=second).full_clean()


def test_nobody_has_the_same_role_twice_at_the_same_time():
    person = make.make_person()
    role = make.make_membership(person, make.make_organization(), start="2019", end="2021-04")
    role.full_clean()
    again = Membership(member=person, organization=role.organization)
    again.start, again.end = role.start, role.end
    assert refusal(again) == ["They have this role already, for the same time."]
    again.end = None
    again.full_clean()


def test_an_answer_to_a_letter_needs_one_that_asks_for_something():
    letter, reply = make.make_statement(), make.make_statement()
    response = Response(statement=reply, letter=letter, stance="rejects")
    assert refusal(response) == ["That statement raises no demand: an answer to a whole letter needs one that does."]
    make.raise_demand(make.make_demand(), letter)
    response.full_clean()


def test_a_language_stands_once():
    campaign = make.make_campaign(languages=["es", "ar", "es"])
    assert refusal(campaign) == ["The language “es” stands twice."]


# How the team works


def test_how_the_team_works_is_no_readers_business_and_stays_where_a_file_does_not_say():
    campaign = make.make_campaign(slug="kc", second_reader=True, check_after=7)
    assert "second_reader: true\n  check_after: 7" in exported(campaign)
    public = exported(campaign, public=True)
    assert "second_reader" not in public
    assert "check_after" not in public
    moved(public)
    campaign.refresh_from_db()
    assert (campaign.second_reader, campaign.check_after) == (True, 7)
    moved("campaign: {slug: kc, name: KC, second_reader: false, check_after: 0}")
    campaign.refresh_from_db()
    assert (campaign.second_reader, campaign.check_after) == (False, 0)


# Corrections

HEAD = "campaign: {slug: kc, name: KC}\n"
DIG = """demands:
- slug: dig
  title: Dig
  corrections:
  - at: 2026-05-06T07:08:09Z
    sentence: It was the 4th.
  - at: 2026-05-07T00:00:00+02:00
    kind: typo
"""


def corrections() -> list[tuple[str, str, str]]:
    rows = Correction.objects.order_by("at", "pk")
    return [(f"{row.at.astimezone(dt.UTC):%Y-%m-%dT%H:%M}", row.kind, row.sentence) for row in rows]


def told(text: str) -> list[str]:
    with pytest.raises(BadFile) as caught:
        import_campaign(io.BytesIO(text.encode()))
    return [f"{problem.line}: {problem}" for problem in caught.value.problems]


def test_a_correction_is_known_by_its_record_and_moment_whatever_the_time_zone_says():
    moved(HEAD + DIG)
    made = [("2026-05-06T07:08", "correction", "It was the 4th."), ("2026-05-06T22:00", "typo", "")]
    assert corrections() == made
    again = DIG.replace("2026-05-06T07:08:09Z", "2026-05-06T02:08:09-05:00")
    assert not import_campaign(io.BytesIO((HEAD + again).encode())).changed
    assert corrections() == made


def test_a_correction_put_right_leaves_its_record_as_it_was():
    moved(HEAD + DIG)
    demand = Demand.objects.get()
    report = import_campaign(io.BytesIO((HEAD + DIG.replace("4th", "5th")).encode()))
    tally = report["corrections"]
    assert (tally.updated, len(tally.unchanged)) == (["dig: It was the 5th."], 1)
    assert (report["demands"].updated, Demand.objects.get().version) == ([], demand.version)
    versions = history_of(Correction).filter(history_type="~")
    assert [(v.sentence, v.history_change_reason) for v in versions] == [("It was the 5th.", "import")]


def test_what_readers_were_told_is_never_taken_back_by_a_file():
    moved(HEAD + DIG)
    without = HEAD + "demands:\n- {slug: dig, title: Dig}\n"
    report = import_campaign(io.BytesIO(without.encode()), prune=True)
    assert report["corrections"].kept == ["dig: It was the 4th.", "dig: typo"]
    assert len(corrections()) == 2
    assert "corrections: 2 kept, not in the file" in list(report.lines())


def test_a_dry_run_tells_of_corrections_and_makes_none():
    report = import_campaign(io.BytesIO((HEAD + DIG).encode()), dry_run=True)
    assert report["corrections"].created == ["dig: It was the 4th.", "dig: typo"]
    assert corrections() == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "    sentence: It was the 4th.\n",
            "",
            (
                "6: …[1]: the correction does not say what was corrected (expected a sentence "
                "for readers, or kind: typo)"
            ),
        ),
        (
            "    kind: typo",
            "    kind: typo\n    sentence: Nothing.",
            (
                "10: …[2] › sentence: it is a typo and says something to readers (expected no "
                "sentence, or kind: correction)"
            ),
        ),
        (
            "    kind: typo",
            "    kind: typo\n    hides_earlier: true",
            ("10: …[2] › hides_earlier: it is a typo and hides what stood there (expected false, or kind: correction)"),
        ),
        (
            "    kind: typo",
            "    kind: mistake",
            "9: …[2] › kind: there is no kind “mistake” (expected one of typo, correction, withdrawal)",
        ),
        (
            "2026-05-06T07:08:09Z",
            "2026-05-06",
            ("6: …[1] › at: “2026-05-06” has no time zone (expected a moment such as 2026-11-23T18:00:00Z)"),
        ),
        (
            "2026-05-06T07:08:09Z",
            "0001-01-01T00:00:00+14:00",
            (
                "6: …[1] › at: “0001-01-01T00:00:00+14:00” is not a moment (expected a moment "
                "such as 2026-11-23T18:00:00Z)"
            ),
        ),
        (
            "2026-05-07T00:00:00+02:00",
            "2026-05-06T09:08:09+02:00",
            ("8: …[2]: “2026-05-06T07:08:09+00:00” stands twice; it is item 1 too (expected each once)"),
        ),
        (
            "  - at: 2026-05-06T07:08:09Z\n    sentence",
            "  - sentence",
            ("6: …[1] › at: the key “at” is missing (expected a moment such as 2026-11-23T18:00:00Z)"),
        ),
    ],
)
def test_a_bad_correction_is_named_with_its_line(old, new, message):
    assert DIG.count(old) == 1
    assert told(HEAD + DIG.replace(old, new)) == [message.replace("…", "demands[1] dig › corrections")]
    assert not Campaign.objects.exists()


def test_readers_take_the_corrections_with_them_and_nothing_about_drafts_or_slips():
    demand = make.make_demand(slug="dig")
    campaign = demand.campaign
    make.correct(demand, sentence="Told.")
    make.correct(campaign, sentence="Told of the campaign.")
    make.correct(demand, "typo")
    make.correct(make.make_demand(slug="draft", state=State.DRAFT), sentence="Secret.")
    withdrawn = make.make_demand(slug="gone", state=State.WITHDRAWN, withdrawal_reason="Not ours.")
    make.correct(withdrawn, sentence="Secret too.")
    make.correct(make.make_outcome(demand, state=State.DRAFT), sentence="Secret three.")
    data = campaign_data(campaign, public=True)
    text = exported(campaign, public=True)
    assert [one["sentence"] for one in data["campaign"]["corrections"]] == ["Told of the campaign."]
    (only,) = data["demands"]
    assert [(sorted(one), one["sentence"]) for one in only["corrections"]] == [(["at", "sentence"], "Told.")]
    assert "Secret" not in text
    assert "typo" not in text
    assert exported(campaign).count("Secret") == 3
