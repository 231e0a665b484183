"""The public shape of every noun, field by field: the campaign file and the exports share it.

Fields stand in the order in which they are written, also where several nouns end alike: a reader of the file and a
reader of this module see the same list. A key that may be absent has a default, and a key with its default value is
not written. Whom a slug names is in its type (`Ref`). What takes more than one field to decide (does the precision
fit, does the slug exist) is decided by `campaign_file.checking.rules`.
"""

from typing import Annotated, Any

from pydantic import Discriminator, Tag, model_serializer, model_validator

from campaigns import models
from campaigns.schemas.values import (
    PRECISIONS,
    ActorSlug,
    Base,
    CampaignSlug,
    Date,
    Day,
    DemandSlug,
    Headline,
    Instant,
    Language,
    Line,
    Name,
    Order,
    OrganizationSlug,
    PersonSlug,
    Place,
    PostSlug,
    Precision,
    Prose,
    Ref,
    Slug,
    SourceSlug,
    StatementSlug,
    Text,
    Timezone,
    Url,
)

__all__ = [
    "LONG",
    "PRECISIONS",
    "SHORT",
    "Base",
    "Campaign",
    "CampaignFile",
    "Check",
    "Citation",
    "Correction",
    "Demand",
    "Dispute",
    "DisputedValue",
    "Effect",
    "Event",
    "Member",
    "Organization",
    "Outcome",
    "Partial",
    "Person",
    "PlainDate",
    "Post",
    "Raised",
    "Ref",
    "Response",
    "Role",
    "Source",
    "Statement",
]


#: The two forms of an item, as validation errors name them: no key is spelt so.
SHORT, LONG = "(slug)", "(mapping)"


def _form(value: object) -> str:
    """Tell the short form of a list item, a slug, from the long one with more to say."""
    return SHORT if isinstance(value, str) else LONG


class Partial(Base):
    """A date and how much of it is known: “2021-04” is a month."""

    date: Date
    precision: Precision

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, data: Any) -> Any:
        """Take the date alone: how much of it is known follows from its form."""
        return {"date": data} if isinstance(data, str) else data


class PlainDate(Partial):
    """The same, written as the date alone."""

    @model_serializer
    def _alone(self) -> str:
        return self.date


class Citation(Base):
    """A source with the words that matter and their place in it."""

    source: SourceSlug
    quote: Text = ""
    place: Place = ""


Cited = Annotated[Annotated[SourceSlug, Tag(SHORT)] | Annotated[Citation, Tag(LONG)], Discriminator(_form)]
Sources = list[Cited]


class DisputedValue(Base):
    """What some sources say about a disputed point."""

    value: Prose
    sources: Sources


class Dispute(Base):
    """A point on which sources disagree: each value next to its sources."""

    what: Name
    values: list[DisputedValue]


class Correction(Base):
    """Readers had seen something else: a sentence for them, or a slip of which they are told nothing."""

    at: Instant
    kind: models.Correction.Kind = models.Correction.Kind.CORRECTION
    sentence: Text = ""
    hides_earlier: bool = False


class Campaign(Base):
    """The whole record's own lines; and how its team works, which an absent key leaves as it is."""

    ABSENT = {"timezone": "UTC", "language": "en"}

    slug: CampaignSlug
    name: Name
    summary: Text = ""
    place: Line = ""
    timezone: Timezone
    started: Partial | None = None
    language: Language
    languages: list[Language] = []
    methodology: Text = ""
    licence: Line = ""
    second_reader: bool | None = None
    check_after: Order | None = None
    corrections: list[Correction] = []
    state: models.State | None = None
    withdrawal_reason: Text = ""
    recorded: Instant = ""


class Role(Base):
    """A post held by, or a plain membership of, the actor that it stands under."""

    post: Line = ""
    organization: OrganizationSlug | None = None
    start: Partial | None = None
    end: Partial | None = None
    speaks_for: bool = False
    note: Text = ""
    sources: Sources = []
    disputed: list[Dispute] = []


class Member(Base):
    """An organization that belongs to the one it stands under, with more to say than its name."""

    organization: OrganizationSlug
    start: Partial | None = None
    end: Partial | None = None
    speaks_for: bool = False
    note: Text = ""
    sources: Sources = []
    disputed: list[Dispute] = []


Members = list[Annotated[Annotated[OrganizationSlug, Tag(SHORT)] | Annotated[Member, Tag(LONG)], Discriminator(_form)]]


class Organization(Base):
    """A group with a name."""

    slug: Slug
    name: Name
    sort_name: Line = ""
    kind: models.Classification
    scope: models.Scope | None = None
    parent: OrganizationSlug | None = None
    start: Partial | None = None
    end: Partial | None = None
    aliases: list[Name] = []
    url: Url = ""
    members: Members = []
    roles: list[Role] = []
    note: Text = ""
    sources: Sources = []
    disputed: list[Dispute] = []
    corrections: list[Correction] = []
    state: models.State | None = None
    withdrawal_reason: Text = ""
    merged_into: OrganizationSlug | None = None
    recorded: Instant = ""


class Person(Base):
    """A human being."""

    ABSENT = {"roles": []}

    slug: Slug
    name: Name
    sort_name: Line = ""
    aliases: list[Name] = []
    url: Url = ""
    roles: list[Role]
    note: Text = ""
    sources: Sources = []
    disputed: list[Dispute] = []
    corrections: list[Correction] = []
    state: models.State | None = None
    withdrawal_reason: Text = ""
    merged_into: PersonSlug | None = None
    recorded: Instant = ""


class Post(Base):
    """A position that persons hold one after another."""

    slug: Slug
    name: Name
    sort_name: Line = ""
    organization: OrganizationSlug | None = None
    speaks_for: bool = False
    start: Partial | None = None
    end: Partial | None = None
    aliases: list[Name] = []
    url: Url = ""
    roles: list[Role] = []
    note: Text = ""
    sources: Sources = []
    disputed: list[Dispute] = []
    corrections: list[Correction] = []
    state: models.State | None = None
    withdrawal_reason: Text = ""
    merged_into: PostSlug | None = None
    recorded: Instant = ""


class Raised(Base):
    """An occasion on which the demand was raised: in a statement, whose date it then has, or only known by its date."""

    date: Date = ""
    precision: Precision | None = None
    statement: StatementSlug | None = None
    text: Text = ""
    language: Language = ""
    translation: Text = ""
    note: Text = ""
    sources: Sources = []
    disputed: list[Dispute] = []


class Outcome(Base):
    """A dated, reasoned, sourced entry in the demand's log of what was done."""

    status: models.Status
    date: Date
    precision: Precision
    order: Order = 0
    reason: Prose
    assessor: ActorSlug | None = None
    note: Text = ""
    sources: Sources = []
    disputed: list[Dispute] = []
    corrections: list[Correction] = []
    state: models.State | None = None
    withdrawal_reason: Text = ""
    recorded: Instant = ""


class Check(Base):
    """Somebody looked for an answer by that addressee and found none: an editor, or a source that reports it."""

    addressee: ActorSlug | None = None
    date: Date
    precision: Precision
    found: models.Check.Found = models.Check.Found.NOTHING_FOUND
    source: Cited | None = None
    sources: Sources = []
    disputed: list[Dispute] = []
    reported_by: ActorSlug | None = None
    note: Text = ""


class Demand(Base):
    """What the campaign asks."""

    slug: Slug
    title: Name
    text: Text = ""
    language: Language = ""
    translation: Text = ""
    addressed_to: list[ActorSlug] = []
    decision_makers: list[ActorSlug] = []
    part_of: DemandSlug | None = None
    successor_of: DemandSlug | None = None
    raised: list[Raised] = []
    outcomes: list[Outcome] = []
    checks: list[Check] = []
    note: Text = ""
    sources: Sources = []
    disputed: list[Dispute] = []
    corrections: list[Correction] = []
    state: models.State | None = None
    withdrawal_reason: Text = ""
    recorded: Instant = ""


class Response(Base):
    """What the statement says to one demand, or to a whole letter."""

    demand: DemandSlug | None = None
    letter: StatementSlug | None = None
    stance: models.Stance
    due: PlainDate | None = None
    note: Text = ""


class Statement(Base):
    """One utterance or official act on a date."""

    ABSENT = {"kind": "other"}

    slug: Slug
    date: Date
    precision: Precision
    end: Partial | None = None
    deadline: PlainDate | None = None
    order: Order = 0
    kind: models.Statement.Kind
    speaker: ActorSlug | None = None
    speaker_label: Line = ""
    co_speakers: list[ActorSlug] = []
    co_speakers_other: list[Name] = []
    on_behalf_of: ActorSlug | None = None
    capacity: Line = ""
    signatories: list[ActorSlug] = []
    signatories_other: list[Name] = []
    signatories_incomplete: bool = False
    addressed_to: list[ActorSlug] = []
    addressed_to_other: list[Name] = []
    venue: Line = ""
    summary: Text = ""
    quote: Text = ""
    language: Language = ""
    translation: Text = ""
    sources: Sources = []
    disputed: list[Dispute] = []
    responds_to: list[Response] = []
    replies_to: list[StatementSlug] = []
    rebuts: list[StatementSlug] = []
    repeats: list[StatementSlug] = []
    clarifies: list[StatementSlug] = []
    contradicts: list[StatementSlug] = []
    retracts: list[StatementSlug] = []
    checks: list[Check] = []
    note: Text = ""
    corrections: list[Correction] = []
    state: models.State | None = None
    withdrawal_reason: Text = ""
    recorded: Instant = ""


class Effect(Base):
    """What the event did to a demand."""

    demand: DemandSlug
    effect: models.Effect.Kind
    note: Text = ""


class Event(Base):
    """Something that happened and nobody said."""

    slug: Slug
    date: Date
    precision: Precision
    end: Partial | None = None
    order: Order = 0
    title: Name
    summary: Text = ""
    venue: Line = ""
    affects: list[Effect] = []
    sources: Sources = []
    disputed: list[Dispute] = []
    note: Text = ""
    corrections: list[Correction] = []
    state: models.State | None = None
    withdrawal_reason: Text = ""
    recorded: Instant = ""


class Source(Base):
    """A published document."""

    ABSENT = {"published": None}

    slug: Slug
    url: Url = ""
    archive_url: Url = ""
    publisher: Line = ""
    title: Headline = ""
    title_from: models.Source.TitleFrom | None = None
    author: Line = ""
    language: Language = ""
    published: Partial | None
    accessed: Day = ""
    note: Text = ""
    corrections: list[Correction] = []
    state: models.State | None = None
    withdrawal_reason: Text = ""
    recorded: Instant = ""


class CampaignFile(Base):
    """A whole campaign."""

    campaign: Campaign
    organizations: list[Organization] = []
    people: list[Person] = []
    posts: list[Post] = []
    demands: list[Demand] = []
    statements: list[Statement] = []
    events: list[Event] = []
    sources: list[Source] = []
