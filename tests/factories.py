"""Records for tests: published by default, each with what publication needs; every field can be given."""

from itertools import count
from typing import Any, TypeVar

from django.contrib.auth.models import User
from django.db.models import Model

from campaigns.models import (
    Actor,
    Campaign,
    Check,
    Citation,
    Classification,
    Correction,
    Demand,
    Effect,
    Event,
    Issuance,
    Membership,
    Organization,
    Outcome,
    PartialDate,
    Participant,
    Party,
    Person,
    Post,
    ProposedChange,
    Relation,
    Response,
    Role,
    Source,
    Stance,
    State,
    Statement,
    Status,
    TeamMember,
)

M = TypeVar("M", bound=Model)
S = TypeVar("S", Statement, Event, Outcome)

_number = count(1)


def when(text: str) -> PartialDate:
    """Read a partial date: when("2021-04")."""
    return PartialDate.parse(text)


def make_campaign(**fields: Any) -> Campaign:
    n = next(_number)
    return Campaign.objects.create(
        **{"slug": f"campaign-{n}", "name": f"Campaign {n}", "state": State.PUBLISHED} | fields
    )


def _fields(noun: str, fields: dict[str, Any]) -> dict[str, Any]:
    """Fill in what every noun has."""
    n = next(_number)
    fields.setdefault("slug", f"{noun}-{n}")
    fields.setdefault("state", State.PUBLISHED)
    if "campaign" not in fields:
        fields["campaign"] = Campaign.objects.first() or make_campaign()
    for name in ("when", "end", "start", "published"):
        if isinstance(fields.get(name), str):
            fields[name] = when(fields[name])
    return fields


def _create(model: type[M], fields: dict[str, Any]) -> M:
    """Create a row; partial dates are attributes, not columns, so they are set after the constructor."""
    partial = {name: fields.pop(name) for name in ("when", "end", "start", "published") if name in fields}
    record = model(**fields)
    for name, value in partial.items():
        setattr(record, name, value)
    record.save()
    return record


def _create_sourced(model: type[S], fields: dict[str, Any], sources: list[Source] | None) -> S:
    """Create a draft, cite its sources (one is made where none is given), then give it its state."""
    state = fields.pop("state")
    record = _create(model, fields)
    for position, source in enumerate([make_source(campaign=record.campaign)] if sources is None else sources):
        Citation.objects.create(source=source, position=position, **{str(model._meta.model_name): record})
    if state != State.DRAFT:
        record.state = state
        record.save()
    return record


def make_person(**fields: Any) -> Person:
    fields = _fields("person", fields)
    return _create(Person, {"name": f"Person {fields['slug']}"} | fields)


def make_organization(**fields: Any) -> Organization:
    fields = _fields("organization", fields)
    defaults = {"name": f"Organization {fields['slug']}", "classification": Classification.OTHER}
    return _create(Organization, defaults | fields)


def make_post(**fields: Any) -> Post:
    fields = _fields("post", fields)
    if "organization" not in fields:
        fields["organization"] = make_organization(
            campaign=fields["campaign"], classification=Classification.GOVERNMENT
        )
    return _create(Post, {"name": f"Post {fields['slug']}"} | fields)


def make_membership(member: Actor, organization: Organization | None = None, **fields: Any) -> Membership:
    for name in ("start", "end"):
        if isinstance(fields.get(name), str):
            fields[name] = when(fields[name])
    if organization is None and "post" in fields:
        organization = fields["post"].organization
    return _create(Membership, {"member": member, "organization": organization} | fields)


def make_official(**fields: Any) -> Person:
    """A person who belongs to a public body."""
    person = make_person(**fields)
    make_membership(person, make_organization(campaign=person.campaign, classification=Classification.GOVERNMENT))
    return person


def make_source(**fields: Any) -> Source:
    fields = _fields("source", fields)
    defaults = {"url": f"https://news.example.org/{fields['slug']}", "publisher": "The Example", "title": "A report"}
    return _create(Source, defaults | fields)


def make_demand(addressees: list[Actor] | None = None, deciders: list[Actor] | None = None, **fields: Any) -> Demand:
    fields = _fields("demand", fields)
    demand = Demand.objects.create(**{"title": f"Demand {fields['slug']}", "text": "Do it"} | fields)
    for role, actors in ((Party.Role.ADDRESSEE, addressees), (Party.Role.DECISION_MAKER, deciders)):
        for position, actor in enumerate(actors or []):
            Party.objects.create(demand=demand, role=role, actor=actor, position=position)
    return demand


def make_statement(
    sources: list[Source] | None = None,
    addressees: list[Actor] | None = None,
    signatories: list[Actor | str] | None = None,
    co_speakers: list[Actor] | None = None,
    replies_to: Statement | None = None,
    **fields: Any,
) -> Statement:
    fields = _fields("statement", fields)
    fields.setdefault("when", when("2021-04-22"))
    fields.setdefault("summary", f"Says something ({fields['slug']}).")
    if "speaker" not in fields and "speaker_label" not in fields:
        fields["speaker"] = make_person(campaign=fields["campaign"])
    statement = _create_sourced(Statement, fields, sources)
    roles = Participant.Role
    taken = ((roles.ADDRESSEE, addressees), (roles.SIGNATORY, signatories), (roles.CO_SPEAKER, co_speakers))
    for role, actors in taken:
        for position, who in enumerate(actors or []):
            named = {"label": who} if isinstance(who, str) else {"actor": who}
            Participant.objects.create(statement=statement, role=role, position=position, **named)
    if replies_to is not None:
        Relation.objects.create(statement=statement, to=replies_to)
    return statement


def raise_demand(demand: Demand, statement: Statement | None = None, **fields: Any) -> Issuance:
    """Raise the demand by a statement, on its date, or on a bare ``when``."""
    if isinstance(fields.get("when"), str):
        fields["when"] = when(fields["when"])
    fields.setdefault("when", statement.when if statement else when("2021-04-22"))
    return _create(Issuance, {"demand": demand, "statement": statement} | fields)


def answer(
    demand: Demand | None = None,
    stance: Stance = Stance.REJECTS,
    *,
    letter: Statement | None = None,
    note: str = "",
    **fields: Any,
) -> Response:
    """Answer a demand, or a whole letter, by a new statement with these fields."""
    subject = demand or letter
    assert subject is not None
    statement = fields.pop("statement", None) or make_statement(**{"campaign": subject.campaign} | fields)
    return Response.objects.create(statement=statement, demand=demand, letter=letter, stance=stance, note=note)


def make_event(sources: list[Source] | None = None, **fields: Any) -> Event:
    fields = _fields("event", fields)
    fields.setdefault("when", when("2021-05-20"))
    fields.setdefault("title", f"Event {fields['slug']}")
    return _create_sourced(Event, fields, sources)


def affect(event: Event, demand: Demand, kind: Effect.Kind = Effect.Kind.ADVANCES, **fields: Any) -> Effect:
    return Effect.objects.create(event=event, demand=demand, kind=kind, **fields)


def make_outcome(demand: Demand, sources: list[Source] | None = None, **fields: Any) -> Outcome:
    fields = {"state": State.PUBLISHED, "campaign": demand.campaign, "demand": demand, "status": Status.DONE} | fields
    fields.setdefault("reason", "The vote shows it.")
    fields.setdefault("when", "2021-05-20")
    if isinstance(fields["when"], str):
        fields["when"] = when(fields["when"])
    return _create_sourced(Outcome, fields, sources)


def check(
    demand: Demand | None = None,
    addressee: Actor | None = None,
    date: str = "2021-05-03",
    sources: list[Source] | None = None,
    **fields: Any,
) -> Check:
    """Note that somebody looked, about a demand or a ``letter``; a report has its ``sources``."""
    made = Check(demand=demand, addressee=addressee, **fields)
    made.when = when(date)
    made.save()
    for source in sources or []:
        cite(made, source)
    return made


def cite(record: Any, source: Source | None = None, **fields: Any) -> Citation:
    """Let a record rest on a source; ``about`` and ``says`` where sources disagree."""
    source = source or make_source(campaign=getattr(record, "campaign", None) or Campaign.objects.first())
    noun = "actor" if isinstance(record, Actor) else str(record._meta.model_name)
    noun = "look" if isinstance(record, Check) else noun
    return Citation.objects.create(source=source, **{noun: record}, **fields)


def correct(record: Any, kind: str = Correction.Kind.CORRECTION, sentence: str = "The date was wrong.") -> Correction:
    correction = Correction.of(record, kind, sentence if kind == Correction.Kind.CORRECTION else "")
    correction.save()
    return correction


def propose(record: Any, **fields: Any) -> ProposedChange:
    """Propose another note on a record."""
    was = {column.attname: getattr(record, column.attname) for column in record._meta.concrete_fields}
    rows = [{"model": record._meta.model_name, "pk": record.pk, "before": was, "after": was | {"note": "Proposed."}}]
    values: dict[str, Any] = {"campaign": record.campaign, "noun": record._meta.model_name, "record": record.pk}
    values |= {"label": str(record), "rows": rows, "kind": "correction", "sentence": "A note was missing."}
    return ProposedChange.objects.create(**values | {"by": fields.pop("by", None) or make_user()} | fields)


def make_user(**fields: Any) -> User:
    """Somebody of the staff, in no team; log in with ``force_login``."""
    given: dict[str, Any] = {"username": f"user-{next(_number)}", "is_staff": True} | fields
    return User.objects.create_user(**given)


def make_member(campaign: Campaign, role: Role = Role.CONTRIBUTOR, **fields: Any) -> User:
    """Somebody of the staff, in the team of the campaign."""
    user = make_user(**fields)
    TeamMember.objects.create(campaign=campaign, user=user, role=role)
    return user
