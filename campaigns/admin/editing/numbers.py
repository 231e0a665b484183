"""Numbers that no column holds, in what a list of the desk is asked: Django hands them to the database as they are."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest, HttpResponse

from campaigns.text.numbers import as_number, is_beyond

__all__ = ["NumbersAdmin"]

if TYPE_CHECKING:
    _Admin = admin.ModelAdmin[Any]
else:  # Django's own class takes no type when it runs
    _Admin = admin.ModelAdmin


class _List(ChangeList):
    """A list whose filters are asked for nothing that the database could not even compare."""

    def get_filters(self, request: HttpRequest) -> Any:
        """Refuse such a number as Django does any filter that makes no sense."""
        asked = [value for values in self.filter_params.values() for value in values]
        if any(is_beyond(number) for value in asked for number in value.split(",")):
            raise IncorrectLookupParameters
        return super().get_filters(request)


class NumbersAdmin(_Admin):
    """The part of every list that reads numbers."""

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return _List

    def response_action(self, request: Any, queryset: Any, *args: Any) -> HttpResponse | None:
        """Leave out of what was chosen whatever is no key."""
        chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)
        request.POST = request.POST.copy()
        request.POST.setlist(ACTION_CHECKBOX_NAME, [key for key in chosen if as_number(key) is not None])
        return super().response_action(request, queryset, *args)
