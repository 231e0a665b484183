"""The timeline's filters: a form that reads GET, narrows a stream, and counts what each choice would leave.

Every filter narrows the same public `Stream`; a filter that says nothing about events or outcomes leaves none of
them. A value that is not among the choices is an error that names the valid ones, never an empty page and never
everything: who reads an address shows entries of a valid form only, and leads to `TimelineFilter.moved` before.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, cast
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import slug_re
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from campaigns.actors.namesakes import tell_apart
from campaigns.models import (
    Actor,
    Campaign,
    Demand,
    Event,
    Issuance,
    Official,
    Outcome,
    PartialDate,
    Response,
    Stance,
    Statement,
    overlapping,
)
from campaigns.search import Query, records
from campaigns.timeline.facets import COUNTED, Facets, Given, Links, counted
from campaigns.timeline.stream import Kind, Stream
from campaigns.verdicts import rulings

__all__ = ["KINDS", "OneOfField", "TimelineFilter"]

KINDS = {
    Kind.ISSUANCE: _lazy("demand raised"),
    Kind.RESPONSE: _lazy("answer"),
    Kind.STATEMENT: _lazy("other statement"),
    Kind.EVENT: _lazy("event"),
    Kind.OUTCOME: _lazy("outcome"),
}


class KnownField(forms.Field):
    """One of what the record knows, by slug or name; the cleaned value is what it stands for, or None."""

    def __init__(self, label: Any, records: Mapping[str, Any] | None = None) -> None:
        """Take the valid values; those of one campaign are set by the form."""
        super().__init__(required=False, label=label)
        self.records: Mapping[str, Any] = records or {}

    def clean(self, value: str | None) -> Any:
        """Return the record; ValidationError names the valid slugs."""
        if not value:
            return None
        if value not in self.records:
            raise _unknown(value, self.records)
        return self.records[value]


class OneOfField(forms.ChoiceField):
    """One of a fixed list, or nothing."""

    def validate(self, value: str) -> None:
        """Refuse an unknown value by naming the valid ones."""
        valid = [str(key) for key, _label in self.choices if key]  # type: ignore[misc,union-attr]
        if value and value not in valid:
            raise _unknown(value, valid)


class ChoicesField(forms.MultipleChoiceField):
    """Several of a fixed list, each once."""

    def to_python(self, value: Any) -> list[str]:
        """Return each value once, in the order of the address."""
        return list(dict.fromkeys(super().to_python(value)))

    def validate(self, value: list[str]) -> None:
        """Refuse an unknown value by naming the valid ones."""
        valid = [str(key) for key, _label in self.choices]  # type: ignore[misc,union-attr]
        for item in value:
            if item not in valid:
                raise _unknown(item, valid)


class PartialDateField(forms.CharField):
    """A day, a month or a year."""

    def clean(self, value: Any) -> PartialDate | None:
        """Return the date or None; ValidationError says what was expected."""
        text = super().clean(value)
        try:
            return PartialDate.parse(text) if text else None
        except ValueError as error:
            raise ValidationError(str(error)) from None


def _unknown(value: str, valid: Iterable[str]) -> ValidationError:
    names = list(valid)
    shown = names[:20] + ([_("%(count)d more") % {"count": len(names) - 20}] if len(names) > 20 else [])
    message = (
        _("“%(value)s” is not known here. Choose from: %(valid)s.")
        if names
        else _("“%(value)s” is not known here: there is nothing to choose from.")
    )
    return ValidationError(message, "unknown", {"value": value[:60], "valid": get_text_list(shown, _("or"))})


def _lasting(first: dt.date, last: dt.date, *, ranges: bool) -> Q:
    """Return the condition that a row's date, or its range of dates, can lie between two days, both included."""
    if not ranges:
        return overlapping(first, last)
    still = Q(end_date=None) & overlapping(first, None)
    return Q(date__lte=last) & (still | overlapping(first, None, "end_date", "end_precision"))


class TimelineFilter(forms.Form):
    """The choices of one campaign's timeline, all optional, all in the address."""

    q = forms.CharField(required=False, label=_lazy("Words"))
    demand = KnownField(_lazy("Demand"))
    official = KnownField(_lazy("Official"))
    post = KnownField(_lazy("Post"))
    organization = KnownField(_lazy("Organization"))
    kind = ChoicesField(choices=list(KINDS.items()), required=False, label=_lazy("Kind of entry"))
    stance = ChoicesField(choices=Stance.choices, required=False, label=_lazy("Stance"))
    year = forms.IntegerField(required=False, min_value=1000, max_value=9999, label=_lazy("Year"))
    start = PartialDateField(required=False, label=_lazy("From"), max_length=10)
    end = PartialDateField(required=False, label=_lazy("To"), max_length=10)
    language = KnownField(_lazy("Language of the quotation"))
    unanswered = KnownField(_lazy("Only demands that still wait for an answer"), {"on": True, "1": True})
    order = KnownField(_lazy("Order"), {"newest": "newest", "oldest": "oldest"})

    def __init__(self, data: QueryDict, campaign: Campaign, at: dt.date, known: dt.datetime | None = None) -> None:
        """Load the campaign's choices: two queries. What waits for an answer does so on a day, as far as was known.

        ``moved`` is the query that the address has instead, where a chosen actor was found to be the same as another.
        """
        super().__init__(data)
        self.campaign, self.at, self.known = campaign, at, known
        self.demands = list(Demand.objects.published().filter(campaign=campaign))
        officials = Official.objects.published().filter(pk=OuterRef("pk"))
        actors = (
            Actor.objects.published()
            .filter(campaign=campaign)
            .annotate(official=Exists(officials))
            .exclude(kind=Actor.Kind.PERSON, official=False)
            .by_name()
        )
        groups: dict[str, dict[str, Actor]] = {kind.value: {} for kind in Actor.Kind}
        tell_apart(actors)
        for actor in actors:
            groups[actor.kind][actor.slug] = actor
        self.one_of("demand").records = {demand.slug: demand for demand in self.demands}
        self.one_of("official").records = groups["person"]
        self.one_of("post").records = groups["post"]
        self.one_of("organization").records = groups["organization"]
        tags = [campaign.language, *campaign.languages]
        self.one_of("language").records = {tag: tag for tag in tags}
        self.moved = self._lead_on({"official": "person", "post": "post", "organization": "organization"})

    def _lead_on(self, kinds: Mapping[str, str]) -> str:
        """Put whoever is kept in the place of whoever was merged; return the whole query then, else nothing."""
        moved = cast(QueryDict, self.data).copy()
        for name, kind in kinds.items():
            slug, valid = moved.get(name, ""), self.one_of(name).records
            if slug in valid or not slug_re.match(slug):
                continue
            kept = Actor.objects.kept_for(kind=kind, campaign=self.campaign, slug=slug)
            if kept is not None and kept.slug in valid:
                moved[name] = kept.slug
        if moved == self.data:
            return ""
        self.data = moved
        return moved.urlencode()

    def one_of(self, name: str) -> KnownField:
        """Return the field of that name, one with a list of what can be chosen."""
        return cast(KnownField, self.fields[name])

    def clean_q(self) -> Query | None:
        """Return the words as search reads them; refuse what has none to look for."""
        text = self.cleaned_data["q"]
        query = Query.parse(text, self.campaign) if text else None
        if query is not None and not query:
            raise ValidationError(_("There is no word in this to look for."))
        return query

    def clean(self) -> dict[str, Any]:
        """Refuse a range that ends before it starts."""
        cleaned = super().clean() or self.cleaned_data
        start, end = cleaned.get("start"), cleaned.get("end")
        if start and end and end.last < start.first:
            self.add_error("end", _("The range ends before it starts: %(end)s is before %(start)s.") % cleaned)
        return cleaned

    @cached_property
    def waiting(self) -> list[Demand]:
        """The demands with an open question; asked for once, for the entries and the counts."""
        demands = [one for one in self.demands if self.known is None or one.recorded_at <= self.known]
        found = rulings(demands, self.at, history=0, known=self.known)
        return [demand for demand in demands if any(verdict.open for verdict in found[demand.pk].verdicts)]

    @property
    def active(self) -> dict[str, Any]:
        """The filters in use, by name; the order leaves nothing out, so it is none."""
        return {name: value for name, value in self.cleaned_data.items() if value and name != "order"}

    def address(self, **changes: Any) -> str:
        """Return the filters and the order as they stand in an address, some of them changed; None takes one away.

        What is not understood stays as it was given: an address without it would ask for more.
        """
        values: dict[str, Any] = {}
        given = {name: cast(QueryDict, self.data).getlist(name) for name in self.errors}
        wanted = {**self.cleaned_data, **given, **changes}
        for name in self.fields:
            match value := wanted.get(name):
                case Query():
                    values[name] = value.text
                case Demand() | Actor():
                    values[name] = value.slug
                case PartialDate():
                    values[name] = value.isoformat()
                case True:
                    values[name] = "on"
                case _ if value and (name, value) != ("order", "newest"):
                    values[name] = value
        return urlencode(values, doseq=True)

    def newest_first(self) -> str:
        """Return the address of the same entries, the newest first."""
        return self.address(order=None)

    def oldest_first(self) -> str:
        """Return the address of the same entries, the oldest first."""
        return self.address(order="oldest")

    def narrow(self, stream: Stream, *, without: str = "") -> Stream:
        """Return the stream that the filters leave; ``without`` names one that is not applied."""
        active = {name: value for name, value in self.active.items() if name != without}
        if demand := active.get("demand"):
            stream = stream.about(demand)
        if active.get("unanswered"):
            stream = stream.about(*self.waiting)
        for name in ("official", "post", "organization"):
            if actor := active.get(name):
                stream = stream.by(actor)
        if stances := active.get("stance"):
            answers = Links.of_all().answers_to(active.get("demand")).filter(stance__in=stances)
            stream = _only_statements(stream, stream.statements.filter(pk__in=answers.values("statement")))
        if year := active.get("year"):
            stream = _between(stream, dt.date(year, 1, 1), dt.date(year, 12, 31))
        if "start" in active or "end" in active:
            first = active["start"].first if "start" in active else dt.date.min
            stream = _between(stream, first, active["end"].last if "end" in active else dt.date.max)
        if language := active.get("language"):
            tags = [language] + ([""] if language == self.campaign.language else [])
            stream = _only_statements(stream, stream.statements.filter(language__in=tags).exclude(quote=""))
        if query := active.get("q"):
            stream = _saying(stream, query, self.campaign)
        return _of_kinds(stream, active["kind"]) if "kind" in active else stream

    def facets(self, stream: Stream) -> Facets:
        """Return for each filter how many entries each of its choices would leave, the other filters as they are.

        One query, whatever the number of choices. A choice that would leave nothing is absent.
        """
        everything = self.narrow(stream)
        streams = {name: self.narrow(stream, without=name) if name in self.active else everything for name in COUNTED}
        demand, stances = self.active.get("demand"), self.active.get("stance", ())
        given = Given(demand.pk if demand else None, tuple(stances), self.campaign.language)
        return counted({"": everything, **streams}, given)


def _only_statements(stream: Stream, statements: "QuerySet[Statement]") -> Stream:
    return replace(
        stream,
        issuances=stream.issuances.none(),
        statements=statements,
        events=stream.events.none(),
        outcomes=stream.outcomes.none(),
    )


def _between(stream: Stream, first: dt.date, last: dt.date) -> Stream:
    return replace(
        stream,
        issuances=stream.issuances.filter(_lasting(first, last, ranges=False)),
        statements=stream.statements.filter(_lasting(first, last, ranges=True)),
        events=stream.events.filter(_lasting(first, last, ranges=True)),
        outcomes=stream.outcomes.filter(_lasting(first, last, ranges=False)),
    )


def _saying(stream: Stream, query: Query, campaign: Campaign) -> Stream:
    """Keep what says the words: the record, the wordings of the demands it raises, the notes on its answers."""
    wordings = Issuance.objects.published().filter(pk__in=records(query, campaign, Issuance))
    notes = Response.objects.published().filter(pk__in=records(query, campaign, Response))
    said = Q(pk__in=records(query, campaign, Statement))
    return replace(
        stream,
        issuances=stream.issuances.filter(pk__in=records(query, campaign, Issuance)),
        statements=stream.statements.filter(
            said | Q(pk__in=wordings.values("statement")) | Q(pk__in=notes.values("statement"))
        ),
        events=stream.events.filter(pk__in=records(query, campaign, Event)),
        outcomes=stream.outcomes.filter(pk__in=records(query, campaign, Outcome)),
    )


def _of_kinds(stream: Stream, kinds: list[str]) -> Stream:
    """Keep the entries of some kinds, told apart as `Entry.kind` tells them."""
    wanted, links = Q(pk__in=[]), Links.of_all()
    raising, answering = links.raising(), links.answering()
    if Kind.ISSUANCE in kinds:
        wanted |= Q(raising)
    if Kind.RESPONSE in kinds:
        wanted |= Q(answering) & ~Q(raising)
    if Kind.STATEMENT in kinds:
        wanted |= ~Q(answering) & ~Q(raising)
    return replace(
        stream,
        issuances=stream.issuances if Kind.ISSUANCE in kinds else stream.issuances.none(),
        statements=stream.statements.filter(wanted),
        events=stream.events if Kind.EVENT in kinds else stream.events.none(),
        outcomes=stream.outcomes if Kind.OUTCOME in kinds else stream.outcomes.none(),
    )
