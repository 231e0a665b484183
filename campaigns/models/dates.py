"""The date with its precision: a day, a month or a year, and arithmetic that never pretends to know more.

A date is stored as its first day beside its precision. The precision's number is the length of the date's
ISO 8601 reduced form (``2021`` = 4, ``2021-04`` = 7, ``2021-04-22`` = 10), so that the form can be cut from the
first day by SQL and by Python alike, and so that sorting by it puts the vaguer date first.
"""

import datetime as dt
import re
from calendar import monthrange
from dataclasses import dataclass
from typing import Any, Generic, Self, TypeVar, cast

from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Substr
from django.db.models.lookups import GreaterThanOrEqual
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

__all__ = [
    "DayRange",
    "Partial",
    "PartialDate",
    "Precision",
    "days_between",
    "ends_after_start",
    "iso_text",
    "optional_precision_field",
    "overlapping",
    "precision_field",
    "precision_fits",
]

_ISO = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)


class Precision(models.IntegerChoices):
    """How much of a date is known; the value is the length of its ISO 8601 form."""

    YEAR = 4, _lazy("year")
    MONTH = 7, _lazy("month")
    DAY = 10, _lazy("day")


@dataclass(frozen=True, order=True, slots=True)
class PartialDate:
    """A day, a month or a year of the Gregorian calendar (ISO 8601 reduced precision).

    Ordered by first day, then vaguer before sharper: 2021 < 2021-01 < 2021-01-01 < 2021-02.
    """

    first: dt.date
    precision: Precision = Precision.DAY

    def __post_init__(self) -> None:
        """Refuse a first day that is not the first of its month or year."""
        if self.first != self._start(self.first, self.precision):
            raise ValueError(f"{self.first} is not the first day of a {self.precision.label}")

    @staticmethod
    def _start(day: dt.date, precision: Precision) -> dt.date:
        if precision == Precision.YEAR:
            return day.replace(month=1, day=1)
        return day.replace(day=1) if precision == Precision.MONTH else day

    @classmethod
    def of(cls, day: dt.date, precision: Precision = Precision.DAY) -> Self:
        """Return the day, or the month or year that holds it."""
        return cls(cls._start(day, precision), precision)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``2021``, ``2021-04`` or ``2021-04-22``; anything else is a ValueError that says what was expected."""
        match = _ISO.fullmatch(text)
        if match is None:
            raise ValueError(_("“%(text)s” is not a date: write 2021-04-22, 2021-04 or 2021.") % {"text": text[:40]})
        year, month, day = match.groups()
        try:
            first = dt.date(int(year), int(month or 1), int(day or 1))
        except ValueError:
            raise ValueError(_("“%(text)s” is not in the calendar.") % {"text": text}) from None
        return cls(first, Precision(len(text)))

    @property
    def last(self) -> dt.date:
        """The last day that it can mean."""
        if self.precision == Precision.YEAR:
            return self.first.replace(month=12, day=31)
        if self.precision == Precision.MONTH:
            return self.first.replace(day=monthrange(self.first.year, self.first.month)[1])
        return self.first

    def isoformat(self) -> str:
        """Return the ISO 8601 form at its own precision: ``2021-04`` for April 2021."""
        return self.first.isoformat()[: self.precision]

    def words(self) -> str:
        """Return the date in the active language's words and order: “22 April 2021”, “April 2021”, “2021”."""
        if self.precision == Precision.YEAR:
            return str(self.first.year)
        kind = "DATE_FORMAT" if self.precision == Precision.DAY else "YEAR_MONTH_FORMAT"
        return formats.date_format(self.first, kind)

    def overlaps(self, first: dt.date, last: dt.date) -> bool:
        """Say whether any day that it can mean lies within first to last, both included."""
        return self.first <= last and self.last >= first

    def __str__(self) -> str:
        """Return the words."""
        return self.words()


def _grouped(number: int) -> str:
    """Return the number with the active language's separator between thousands: 2,364."""
    return str(formats.number_format(number, use_l10n=True, force_grouping=True))


@dataclass(frozen=True, slots=True)
class DayRange:
    """A number of days that is only known to lie between two bounds, both included; ``least <= most``."""

    least: int
    most: int

    @property
    def exact(self) -> bool:
        """Whether both bounds are one number."""
        return self.least == self.most

    def words(self) -> str:
        """Return “325 days” or “296 to 325 days” in the active language."""
        if self.exact:
            return ngettext("%(days)s day", "%(days)s days", self.most) % {"days": _grouped(self.most)}
        return _("%(least)s to %(most)s days") % {"least": _grouped(self.least), "most": _grouped(self.most)}

    def __str__(self) -> str:
        """Return the words."""
        return self.words()


def days_between(start: PartialDate, end: PartialDate) -> DayRange:
    """Return how many days lie between two dates, as the honest range of what is known.

    June 2020 to 22 April 2021 is 296 to 325 days. Where the two overlap the least is 0: the order of the days is
    not known. An end that lies wholly before the start gives 0 to 0: nobody has waited.
    """
    least = max((end.first - start.last).days, 0)
    return DayRange(least, max((end.last - start.first).days, least))


T = TypeVar("T", bound=PartialDate | None)


class Partial(Generic[T]):
    """A model attribute that joins a DateField and its precision field into one PartialDate.

    ``Partial[PartialDate]`` for columns that are never empty, ``Partial[PartialDate | None]`` for optional ones.
    """

    def __init__(self, date: str, precision: str) -> None:
        """Name the two columns."""
        self.date, self.precision = date, precision

    def __get__(self, instance: models.Model | None, owner: type[models.Model]) -> T:
        """Return the PartialDate, or None where the columns are empty."""
        if instance is None:
            return cast(T, self)
        first, precision = getattr(instance, self.date), getattr(instance, self.precision)
        return cast(T, None if first is None or precision is None else PartialDate(first, Precision(precision)))

    def __set__(self, instance: models.Model, value: PartialDate | None) -> None:
        """Write both columns."""
        setattr(instance, self.date, value.first if value else None)
        setattr(instance, self.precision, value.precision if value else None)


def precision_field(**options: Any) -> "models.PositiveSmallIntegerField[Any, Any]":
    """Return the field that stands beside a DateField and says how much of it is known."""
    return models.PositiveSmallIntegerField(
        _lazy("precision"), choices=Precision, **({"default": Precision.DAY} | options)
    )


def optional_precision_field() -> "models.PositiveSmallIntegerField[Any, Any]":
    """Return the precision of a date that may be missing."""
    return precision_field(null=True, blank=True, default=None)


def iso_text(date: str, precision: Combinable) -> Substr:
    """Return the SQL of a date's text cut to a precision: plain text functions, so any tool can check the table."""
    return Substr(Cast(F(date), models.TextField()), 1, Cast(precision, models.IntegerField()))


def precision_fits(name: str, date: str = "date", precision: str = "precision") -> models.CheckConstraint:
    """Return the constraint that both columns are set or neither is, and that the day is the first of its period."""
    # A check passes where its condition is NULL, so both columns are asked about before they are compared.
    fits = Q(**{date: None, precision: None}) | Q(**{f"{date}__isnull": False, f"{precision}__isnull": False}) & (
        Q(**{precision: Precision.DAY})
        | Q(**{precision: Precision.MONTH, f"{date}__endswith": "-01"})
        | Q(**{precision: Precision.YEAR, f"{date}__endswith": "-01-01"})
    )
    return models.CheckConstraint(
        condition=fits,
        name=name,
        violation_error_message=_lazy("A month is stored as its first day and a year as its first of January."),
    )


def ends_after_start(
    name: str,
    start: str = "date",
    end: str = "end_date",
    end_precision: str = "end_precision",
    message: Any = None,
) -> models.CheckConstraint:
    """Return the constraint that the last day the end can mean is not before the first day of the start."""
    ends_later = GreaterThanOrEqual(iso_text(end, F(end_precision)), iso_text(start, F(end_precision)))
    return models.CheckConstraint(
        condition=Q(**{end: None}) | Q(**{start: None}) | Q(ends_later),
        name=name,
        violation_error_message=message or _lazy("The end lies before the start."),
    )


def overlapping(first: dt.date | None, last: dt.date | None, date: str = "date", precision: str = "precision") -> Q:
    """Return the condition that a stored date can mean a day from first to last, both included; None is open."""
    condition = Q() if last is None else Q(**{f"{date}__lte": last})
    if first is None:
        return condition
    return condition & (
        Q(**{precision: Precision.DAY, f"{date}__gte": first})
        | Q(**{precision: Precision.MONTH, f"{date}__gte": first.replace(day=1)})
        | Q(**{precision: Precision.YEAR, f"{date}__gte": first.replace(month=1, day=1)})
    )
