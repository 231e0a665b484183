"""What the pages of every noun have in common."""

from typing import TYPE_CHECKING, Any

from django.contrib.admin import ModelAdmin, TabularInline, site
from django.db import models
from django.http import HttpRequest

__all__ = ["LinkInline", "RecordAdmin", "site"]

if TYPE_CHECKING:
    _Admin = ModelAdmin[Any]
    _Inline = TabularInline[Any, Any]
else:  # these classes take no parameters when the code runs
    _Admin, _Inline = ModelAdmin, TabularInline


class RecordAdmin(_Admin):
    """A noun of the record: staff withdraw it, they never delete it."""

    list_per_page = 50
    show_full_result_count = False
    save_on_top = True
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class LinkInline(_Inline):
    """Rows that belong to the record on whose page they stand."""

    extra = 1
