"""What the lane chart shows of the record: when each demand was raised, what was said to it, and what was done.

Three queries, whatever the size of the record, and a handful of columns: no object of the record is made.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from django.db.models import Count, Exists, F, IntegerField, Min, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce, Least, NullIf

from campaigns.models import (
    Demand,
    Issuance,
    Outcome,
    PartialDate,
    Participant,
    Precision,
    Relation,
    Response,
    Stance,
    Statement,
    Status,
    iso_text,
    on_record_by,
    spoken_by,
)

__all__ = ["COARSE", "Fact", "Family", "facts"]

#: Statements in a campaign from which the database counts by month instead of naming each one: what is drawn from
#: more would be clusters anyway.
COARSE = 5000


class Family(StrEnum):
    """What a fact is. Said and done share neither a value nor a shape."""

    RAISED = "raised"
    SAID = "said"
    DONE = "done"


class Fact(NamedTuple):
    """Something on record about a demand; with a ``number`` over 1, so many things of one kind in one month or year."""

    demand: int
    family: Family
    #: A Stance or a Status; empty where the demand was raised, and for a bare reply to a whole letter.
    value: str
    when: PartialDate
    end: PartialDate | None = None
    position: int = 0
    #: Of the statement, else of the issuance or the outcome; one of them for a count.
    pk: int = 0
    #: Of the statement; empty where there is none.
    slug: str = ""
    who: str = ""
    behalf: str = ""
    number: int = 1
    #: Who spoke along.
    along: tuple[str, ...] = ()

    @property
    def last(self) -> dt.date:
        """The last day that it can mean."""
        return max(self.when.last, self.end.last) if self.end else self.when.last

    @property
    def key(self) -> tuple[PartialDate, int, Family, int]:
        """Its place in the order of the record."""
        return self.when, self.position, self.family, self.pk

    @property
    def spoken(self) -> str:
        """Who spoke, for whom, and along with whom, in the active language."""
        return spoken_by(self.who, self.behalf, self.along)

    @property
    def word(self) -> str:
        """The stance or the status in the active language; empty where the value is."""
        if not self.value:
            return ""
        return str(Stance(self.value).label if self.family == Family.SAID else Status(self.value).label)


def facts(demands: Sequence[Demand], at: dt.date, known: dt.datetime | None = None) -> list[Fact]:
    """Return what every reader may see of these demands of one campaign up to a day, in the order of the record.

    With ``known``, a moment, only as far as it was on record by then. In a campaign of more than ``COARSE`` statements
    a fact stands for all of one kind in a month. Three queries.
    """
    if not demands:
        return []
    coarse = Statement.objects.filter(campaign=demands[0].campaign_id).count() > COARSE
    raised = Issuance.objects.published().filter(on_record_by(known, "statement"), demand__in=demands, date__lte=at)
    letters = {"issuances__demand__in": demands, "issuances__date__lte": at}
    then = on_record_by(known, "statement") & Q(statement__date__lte=at)
    said = Response.objects.published().filter(then)
    to_letters = said.filter(on_record_by(known, "letter"), **{f"letter__{key}": one for key, one in letters.items()})
    to_letters = to_letters.annotate(raises=F("letter__issuances__demand"))
    # What is said to the demand itself wins over what the same statement says to its letter.
    direct = Response.objects.filter(statement=OuterRef("statement"), demand=OuterRef("raises"))
    replies = Relation.objects.published().replies_of_others().filter(then, on_record_by(known, "to"))
    replies = replies.filter(**{f"to__{key}": one for key, one in letters.items()})
    replies = replies.exclude(statement__in=Response.objects.published().values("statement"))
    done = Outcome.objects.published().filter(on_record_by(known), demand__in=demands, date__lte=at)
    tables = [
        _rows(raised, Family.RAISED, Value(""), "demand", coarse),
        _rows(said.filter(demand__in=demands), Family.SAID, F("stance"), "demand", coarse),
        _rows(to_letters.exclude(Exists(direct)), Family.SAID, F("stance"), "raises", coarse),
        _rows(replies, Family.SAID, Value(""), "to__issuances__demand", coarse),
        _rows(done, Family.DONE, F("status"), "demand", coarse),
    ]
    found = sorted((_fact(row) for row in tables[0].union(*tables[1:], all=coarse)), key=lambda fact: fact.key)
    along: dict[int, list[str]] = defaultdict(list)
    spoke = Participant.objects.published().filter(
        role=Participant.Role.CO_SPEAKER, statement__campaign=demands[0].campaign_id
    )
    for statement, name, label in spoke.values_list("statement", "actor__name", "label"):
        along[statement].append(name or label)
    return [fact._replace(along=tuple(along[fact.pk])) if fact.slug and fact.pk in along else fact for fact in found]


def _rows(records: "QuerySet[Any]", family: Family, value: Combinable, demand: str, coarse: bool) -> "QuerySet[Any]":
    """Return the columns of a fact, with plain types, so that both databases join the tables to one."""
    outcome = family == Family.DONE
    dated = "statement__" if family == Family.SAID else ""  # an issuance has a date of its own
    keys: dict[str, Any] = {
        "lane": F(demand),
        "family": _text(Value(str(family))),
        "value": _text(value),
        "first": _text(_iso(dated + "date", dated + "precision", coarse)),
    }
    details: dict[str, Any] = {
        "until": _text(_iso("statement__end_date", "statement__end_precision") if dated else Value("")),
        "place": F(dated + "position") if dated or outcome else Value(0, output_field=IntegerField()),
        "key": F("statement") if dated else F("pk"),
        "page": _text(Value("") if outcome else F("statement__slug")),
        "who": _text(F("assessor__name"))
        if outcome
        else _text(NullIf(_text(F("statement__speaker_label")), Value("")), F("statement__speaker__name")),
        "behalf": _text(Value("") if outcome else F("statement__on_behalf_of__name")),
    }
    number: Combinable = Value(1, output_field=IntegerField())
    if coarse:
        details = {name: Min(column) for name, column in details.items()}
        number = Count("statement" if dated else "pk", distinct=True)
    rows = records.order_by().annotate(**keys).values(*keys)
    found: QuerySet[Any] = rows.annotate(**details, number=number).values_list(*keys, *details, "number")
    return found


def _text(*columns: Combinable) -> Coalesce:
    """Return the first of the columns that is not NULL, as text; empty where all are."""
    return Coalesce(*(Cast(column, TextField()) for column in columns), Value(""), output_field=TextField())


def _iso(date: str, precision: str, coarse: bool = False) -> Combinable:
    return iso_text(date, Least(F(precision), Precision.MONTH) if coarse else F(precision))


def _fact(row: tuple[Any, ...]) -> Fact:
    demand, family, value, first, until, *rest = row
    end = PartialDate.parse(until) if until else None
    return Fact(demand, Family(family), value, PartialDate.parse(first), end, *rest)
