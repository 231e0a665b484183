"""What the timeline's filters offer and which are in use, as a reader reads them: on its page and in frames."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from django.http import QueryDict
from django.utils.translation import gettext as _

from campaigns.actors.namesakes import named_apart
from campaigns.models import Actor, Stance
from campaigns.text.languages import language_name
from campaigns.timeline.facets import Facets
from campaigns.timeline.filters import KINDS, TimelineFilter

__all__ = ["Choice", "Problem", "choices", "in_use", "problems"]


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter, as the form offers it."""

    value: str
    label: str
    #: How many entries it would leave; None where that is not counted.
    count: int | None = None
    chosen: bool = False
    #: The filters with this choice, as they stand in an address.
    address: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with the value of a filter, and which there are."""

    label: str
    sentence: str
    choices: list[Choice]


def _valid(form: TimelineFilter, name: str) -> list[tuple[str, str]]:
    """Return every valid value of a filter with its label; none where there is no list of them."""
    match name:
        case "stance":
            return [(value, str(label)) for value, label in Stance.choices]
        case "kind":
            return [(str(value), str(label)) for value, label in KINDS.items()]
        case "order":
            return [("newest", _("newest first")), ("oldest", _("oldest first"))]
        case "unanswered":
            return [("on", str(form.fields[name].label))]
        case "demand" | "official" | "post" | "organization" | "language":
            return [(value, _label(name, record)) for value, record in form.one_of(name).records.items()]
    return []


def _label(name: str, value: Any) -> str:
    match value:
        case True:
            return ""
        case _ if name == "language":
            return language_name(value)
    return named_apart(value) if isinstance(value, Actor) else str(value)


def choices(form: TimelineFilter, facets: Facets | None) -> dict[str, list[Choice]]:
    """Return what the form offers, by filter; the years are those in which something is left."""
    offered, data = {}, cast(QueryDict, form.data)
    for name in ("demand", "official", "post", "organization", "kind", "stance", "language", "year"):
        counts = facets.counts.get(name, {}) if facets else None
        chosen = data.getlist(name) if name in ("kind", "stance") else [data.get(name, "")]
        valid = _valid(form, name)
        if name == "year":
            years = sorted({*(counts or ()), *(year for year in chosen if re.fullmatch(r"[1-9]\d{3}", year, re.ASCII))})
            valid = [(year, year) for year in reversed(years)]
        offered[name] = [
            Choice(value, label, None if counts is None else counts.get(value, 0), value in chosen)
            for value, label in valid
        ]
    return offered


def in_use(form: TimelineFilter) -> Iterator[Choice]:
    """Yield each value in use, with the address without it."""
    for name, value in form.active.items():
        label = str(form.fields[name].label)
        if isinstance(value, list):
            for one in value:
                rest = [other for other in value if other != one]
                yield Choice(label, dict(_valid(form, name))[one], address=form.address(**{name: rest}))
        else:
            yield Choice(label, _label(name, value), address=form.address(**{name: None}))


def problems(form: TimelineFilter) -> Iterator[Problem]:
    """Yield what is wrong with each filter, with the values that are valid."""
    for name, errors in form.errors.as_data().items():
        label = str(form.fields[name].label)
        for error in errors:
            if error.code != "unknown":
                yield Problem(label, error.messages[0], [])
                continue
            choices = [
                Choice(value, label, address=form.address(**{name: value})) for value, label in _valid(form, name)
            ]
            yield Problem(label, _("“%(value)s” is not known here.") % error.params, choices)
