"""One text field for a date as exact as its source: “April 2021”, “2021-04-22”, “22 April 2021”, “2021”.

The names of months and days are Django's own, in every language of the site, so a field also reads what it has shown.
"""

import datetime as dt
import re
from functools import cache
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import dates, translation
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from campaigns.models import PartialDate, Precision
from campaigns.text.folding import fold

__all__ = ["PartialDateField", "parse_date", "understood", "understood_view"]

_TOKEN = re.compile(r"\d+|[^\W\d_]+")
#: What stands between the parts of a date and says nothing: 22nd of April, 22 de abril del 2021.
_FILLING = frozenset({"st", "nd", "rd", "th", "of", "the", "de", "del", "el", "a", "o"})


@cache
def _names() -> dict[str, tuple[str, int]]:
    """Return what the folded names mean: (“month”, 1–12) or (“weekday”, 0–6), in every language of the site."""
    found: dict[str, tuple[str, int]] = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for names in (dates.MONTHS, dates.MONTHS_3, dates.MONTHS_AP, dates.MONTHS_ALT):
                found.update((fold(str(name)).strip("."), ("month", number)) for number, name in names.items())
            for names in (dates.WEEKDAYS, dates.WEEKDAYS_ABBR):
                for number, name in names.items():
                    found.setdefault(fold(str(name)).strip("."), ("weekday", number))
    return found


def parse_date(text: str) -> PartialDate:
    """Read a date as people write it; a ValueError says what was expected.

    A day and a month that are both numbers are refused unless the year comes first: 4/5/2021 is two days.
    """
    text = " ".join(text.split())
    if re.fullmatch(r"[\d-]+", text, re.ASCII):
        return PartialDate.parse(text)
    parts: dict[str, list[int]] = {"year": [], "month": [], "day": [], "weekday": []}
    unknown = re.search(r"[^\w\s.,/ºª°’'-]", text) is not None
    for token in _TOKEN.findall(fold(text)):
        if token.isdecimal():
            parts["year" if len(token) == 4 else "day" if len(token) < 3 else "weekday"].append(int(token))
            unknown |= len(token) not in (1, 2, 4)
        elif token in _names():
            kind, number = _names()[token]
            parts[kind].append(number)
        else:
            unknown |= token not in _FILLING
    counts = tuple(len(parts[name]) for name in ("year", "month", "day"))
    if counts == (1, 0, 2) and not unknown:
        raise ValueError(
            _("“%(text)s” can be two different days: write the month as a word, or 2021-04-22.") % {"text": text[:40]}
        )
    if unknown or counts not in ((1, 0, 0), (1, 1, 0), (1, 1, 1)) or (parts["weekday"] and not parts["day"]):
        raise ValueError(
            _("“%(text)s” is not a date that we can read: write 22 April 2021, 2021-04-22, April 2021 or 2021.")
            % {"text": text[:40]}
        )
    precision = {1: Precision.YEAR, 2: Precision.MONTH, 3: Precision.DAY}[sum(counts)]
    try:
        day = dt.date(parts["year"][0], *parts["month"] or [1], *parts["day"] or [1])
    except ValueError:
        raise ValueError(_("“%(text)s” is not in the calendar.") % {"text": text[:40]}) from None
    if any(weekday != day.weekday() for weekday in parts["weekday"]):
        raise ValueError(
            _("%(date)s was a %(weekday)s: look at the date again.")
            % {"date": PartialDate(day), "weekday": dates.WEEKDAYS[day.weekday()]}
        )
    return PartialDate(day, precision)


def understood(text: str) -> str:
    """Return how a text was read, or what is wrong with it; empty for no text."""
    if not text.strip():
        return ""
    try:
        date = parse_date(text)
    except ValueError as error:
        return str(error)
    if date.precision == Precision.YEAR:
        return _("Understood as the year %(date)s, any day of it.") % {"date": date}
    if date.precision == Precision.MONTH:
        return _("Understood as the month %(date)s, any day of it.") % {"date": date}
    return _("Understood as %(weekday)s, %(date)s.") % {"weekday": dates.WEEKDAYS[date.first.weekday()], "date": date}


def understood_view(request: HttpRequest) -> HttpResponse:
    """Answer with how a text would be read, for the script beside the field."""
    return HttpResponse(understood(request.GET.get("text", "")[:100]), content_type="text/plain; charset=utf-8")


class PartialDateInput(forms.TextInput):
    """A text input that says beneath it how it understands what stands in it."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Return the input with the sentence that the script renews while somebody types."""
        attrs = {"size": 24, "autocomplete": "off", "data-ask": reverse("admin:campaigns_date"), **(attrs or {})}
        said = understood(value) if isinstance(value, str) else ""
        field = super().render(name, value, attrs, renderer)
        return format_html('{}<span class="understood" aria-live="polite">{}</span>', field, said)


class PartialDateField(forms.CharField):
    """A date with its precision; the form keeps the attribute of the record that has the field's name."""

    widget = PartialDateInput

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Say what can be written, unless the field has something better to say."""
        kwargs.setdefault("help_text", _lazy("As exact as the source: 22 April 2021, 2021-04-22, April 2021 or 2021."))
        super().__init__(*args, **kwargs)

    def clean(self, value: Any) -> Any:
        """Return a PartialDate, or None where nothing was written."""
        text = super().clean(value)
        if not text:
            return None
        try:
            return parse_date(text)
        except ValueError as error:
            raise ValidationError(str(error), code="date") from None

    def prepare_value(self, value: Any) -> Any:
        """Return the words in which a date stands in the field."""
        return value.words() if isinstance(value, PartialDate) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Say whether the text means another date, however it is written."""
        try:
            return (parse_date(data) if data and data.strip() else None) != (initial or None)
        except ValueError:
            return True
