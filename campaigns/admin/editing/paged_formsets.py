"""Long lists of links in a form: so many rows at a time, and the way to the others. A form of 300 rows takes seconds.

Which rows stand in a form is in its address, so that it comes back with them. What was sent is looked for by its own
key, not by its place: a colleague may have added a row before it.
"""

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.forms.models import BaseInlineFormSet

from campaigns.text.numbers import as_number

__all__ = ["RowsFormSet", "in_pages"]

if TYPE_CHECKING:
    _FormSet = BaseInlineFormSet[Any, Any, Any]
else:  # Django's own class takes no type when it runs
    _FormSet = BaseInlineFormSet


class RowsFormSet(_FormSet):
    """The rows of one page of a list; `in_pages` makes a subclass for each request."""

    #: How many rows stand in a form at once.
    most = 50
    request: Any = None

    def get_queryset(self) -> Any:
        """Return the rows of the page; of a form that was sent, those that it was sent with."""
        if not hasattr(self, "_rows"):
            found = super().get_queryset()
            if self.is_bound:
                self._rows = list(found.filter(pk__in=self._sent)) if self._sent else []
            else:
                self._rows = list(found[self.start : self.start + self.most + 1])
                self.longer = self.start > 0 or len(self._rows) > self.most
                self._rows = self._rows[: self.most]
                if lost := set(self._sent) - {row.pk for row in self._rows}:
                    self._rows += found.filter(pk__in=lost)
        return self._rows

    @property
    def _key(self) -> str:
        return f"{self.prefix}-page"

    @cached_property
    def page(self) -> int:
        """The number of the page that the address asks for."""
        return as_number(self.request.GET.get(self._key)) or 1 if self.request else 1

    @property
    def start(self) -> int:
        """How many rows stand before the page."""
        return (self.page - 1) * self.most

    @cached_property
    def _sent(self) -> list[int]:
        sent = self.request.POST if self.request else {}
        total = min(as_number(sent.get(f"{self.prefix}-INITIAL_FORMS")) or 0, 1000)
        return [pk for pk in (as_number(sent.get(f"{self.prefix}-{n}-id")) for n in range(total)) if pk]

    @cached_property
    def total(self) -> int:
        """How many rows there are in all; asked only where they do not all stand in the form."""
        if not self.is_bound:
            self.get_queryset()
            if not self.longer:
                return len(self._rows)
        if self.instance.pk is None:
            return 0
        model: Any = self.model
        return int(model._default_manager.filter(**{self.fk.name: self.instance}).count())

    def pages(self) -> Iterator[tuple[int, int, str]]:
        """Yield of each page its first and last row and its address, empty for this one; none where one holds all."""
        if self.total <= self.most:
            return
        for number, first in enumerate(range(0, self.total, self.most), 1):
            query = self.request.GET.copy()
            query[self._key] = str(number)
            address = "" if number == self.page else f"?{query.urlencode()}"
            yield first + 1, min(first + self.most, self.total), address


def in_pages(formset: type[RowsFormSet], request: Any, most: int) -> type[RowsFormSet]:
    """Return the formset as it is for one request, with so many rows at once."""
    return type(formset.__name__, (formset,), {"request": request, "most": most})
