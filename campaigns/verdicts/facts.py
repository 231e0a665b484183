"""The plain values that a verdict is computed from: roles, occasions, words, looks. Nothing here asks the database."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple, Self

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _lazy

from campaigns.models import Check, PartialDate, Precision, Stance, Status

__all__ = ["AnswerState", "By", "Case", "Days", "Finding", "Known", "Look", "Occasion", "Role", "Said", "Stop", "Why"]


class AnswerState(TextChoices):
    """The answer state of a demand for an addressee: the best first."""

    ANSWERED = "answered", _lazy("took a position")
    REPLIED = "replied", _lazy("replied without a position")
    DECLINED = "declined", _lazy("declined to take a position")
    ANNOUNCED = "announced", _lazy("announced an answer")
    NO_ANSWER = "no_answer", _lazy("no answer found")
    NOT_CHECKED = "not_checked", _lazy("not looked up yet")


class By(StrEnum):
    """Whose words they are for an addressee: its own, or from within: of a part, or of a member of it."""

    OWN = "own"
    PART = "part"
    MEMBER = "member"


class Why(StrEnum):
    """What ends an open question without an answer; of two on one day the first here."""

    LEFT_OFFICE = "left_office"
    DISSOLVED = "dissolved"
    DONE = "done"
    OVERTAKEN = "overtaken"
    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"


class Days(NamedTuple):
    """The days from a first to a last one, both included."""

    first: dt.date
    last: dt.date

    @classmethod
    def between(cls, start: PartialDate | None, end: PartialDate | None) -> Self:
        """Return all days that a span can hold; an end that nobody recorded is open."""
        return cls(start.first if start else dt.date.min, end.last if end else dt.date.max)

    @classmethod
    def of(cls, when: PartialDate) -> Self:
        """Return the days that a date can mean."""
        return cls(when.first, when.last)

    def meets(self, other: "Days") -> bool:
        """Say whether they have a day in common."""
        return self.first <= other.last and other.first <= self.last


@dataclass(frozen=True, slots=True)
class Known:
    """An actor, as far as verdicts ask: its kind, the body above it or around it, its life span."""

    pk: int
    kind: str
    #: Of an organization its parent, of a post its organization.
    body: int | None = None
    #: Whether it is a public body.
    public: bool = False
    start: PartialDate | None = None
    end: PartialDate | None = None


@dataclass(frozen=True, slots=True)
class Role:
    """A person's time in a body, with or without a post; ``speaks`` says that the role speaks for the body."""

    person: int
    post: int | None
    body: int | None
    start: PartialDate | None = None
    end: PartialDate | None = None
    speaks: bool = False
    days: Days = field(init=False)

    def __post_init__(self) -> None:
        """Work out the days once: every statement asks for them."""
        object.__setattr__(self, "days", Days.between(self.start, self.end))


@dataclass(frozen=True, slots=True)
class Occasion:
    """A date on which a demand was raised, by a statement or by nobody on record."""

    when: PartialDate
    statement: int | None = None
    #: Who raised it: speaker, co-speakers, whoever was spoken for, signatories.
    raisers: frozenset[int] = frozenset()
    #: In whose name: the principal where there is one, else the speaker; co-speakers; signatories.
    askers: frozenset[int] = frozenset()
    #: The actors whom the statement is addressed to.
    named: frozenset[int] = frozenset()
    #: Whether the statement is addressed to anybody, also to somebody who is only described.
    addressed: bool = False
    #: By when it asks for an answer.
    deadline: PartialDate | None = None


class Said(NamedTuple):
    """A statement that answers a demand; a plain tuple in the order of time, because a record can hold 60,000."""

    date: dt.date
    precision: int
    position: int
    statement: int
    #: Speaker, co-speakers, whoever was spoken for.
    voices: frozenset[int]
    #: None where it replies to a whole letter without taking a stance.
    stance: Stance | None = None
    #: The response; None where it only replies to a whole letter.
    response: int | None = None
    whole_letter: bool = False
    end: PartialDate | None = None
    slug: str = ""

    @property
    def when(self) -> PartialDate:
        """The date of the statement."""
        return PartialDate(self.date, Precision(self.precision))

    @property
    def days(self) -> Days:
        """The days on which it can have been said."""
        last = self.when.last
        return Days(self.date, max(last, self.end.last) if self.end else last)


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody looked for an answer, or a source reports that the addressee gave none."""

    when: PartialDate
    found: Check.Found
    #: None: everybody whom the demand was put to.
    addressee: int | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """Everything on record about one demand on a day, for its verdicts."""

    occasions: Sequence[Occasion]
    said: Sequence[Said]
    looks: Sequence[Look] = ()
    #: The current outcome; None where none is on record.
    outcome: tuple[Status, PartialDate] | None = None
    #: The first occasions of the demands that succeed this one.
    successors: Sequence[PartialDate] = ()


@dataclass(frozen=True, slots=True)
class Stop:
    """What ended an open question, and its date as sharp as the record."""

    why: Why
    when: PartialDate


@dataclass(frozen=True, slots=True)
class Finding:
    """The verdict on one demand for one addressee, in plain values."""

    #: The first occasion that reached the addressee and named it; where none did, the first that reached it.
    asked: PartialDate | None
    #: Whether some occasion that reached it names it.
    named: bool
    #: Whether it reached the addressee by taking office: the demand was older than that day.
    entered: bool
    state: AnswerState
    #: Whose words make the state; None where nobody spoke.
    by: By | None
    #: The latest position, also an earlier one that the question was asked again after.
    position: Said | None
    #: Since when the question is open; None where nothing is.
    opened: PartialDate | None
    #: By when that occasion asks for an answer.
    deadline: PartialDate | None
    ended: Stop | None
    #: The last look inside the open question: silence is claimed up to then and no further.
    silent_until: PartialDate | None
    #: What counts as the addressee's, own or within, in the order of time.
    said: Sequence[tuple[Said, By]]
    #: What the body above it said: shown beside, it changes no state.
    above: Sequence[Said]
    #: What makes the state of an open question; None where nobody spoke.
    word: Said | None
    #: Where the state rests on a report that they declined: its date.
    reported: PartialDate | None
    #: The question that was answered: from the occasion to the first position after it; None while a question is open.
    answered: tuple[PartialDate, PartialDate] | None

    @property
    def open(self) -> bool:
        """Whether the question is open and can still be answered."""
        return self.opened is not None and self.ended is None
