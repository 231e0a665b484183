"""Two editors at once: what a colleague saved meanwhile, what stands in the form, and a form that holds both.

A form carries, beside the version that it was made from, all its values from then. So for each field it is known who
changed it: what only the colleague changed is taken over, what somebody typed stays, and what both changed is shown.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.models import InlineForeignKeyField
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from campaigns.text.numbers import as_number

__all__ = ["Conflict", "Difference", "reconcile", "snapshot"]

Values = dict[str, str]


@dataclass(frozen=True, slots=True)
class Difference:
    """One field in which the two versions differ, in words."""

    place: str
    theirs: str
    mine: str
    #: What stands in the form now, and why.
    kept: str
    #: Whether both changed it, so that somebody has to choose.
    both: bool = False


@dataclass(frozen=True, slots=True)
class Conflict:
    """Everything that a stale form and the record as it stands now do not agree on."""

    differences: list[Difference]
    #: The form again: what was typed, and what only the colleague changed.
    data: QueryDict
    #: The values of the record as it stands now, for the next attempt.
    base: str


def _fields(form: forms.BaseForm) -> Iterator[forms.BoundField]:
    """Yield what somebody can type into: neither the row's own key nor that of its parent."""
    for bound in form:
        fixed = bound.field.disabled or isinstance(bound.field, InlineForeignKeyField)
        if bound.name not in ("id", "DELETE") and not fixed:
            yield bound


def _text(bound: forms.BoundField) -> str:
    """Return a value as the browser would send it back."""
    value = bound.value()
    if isinstance(bound.field, forms.BooleanField):
        return "on" if value not in (None, False, "", "False") else ""
    shown: Any = bound.field.widget.format_value(value)
    if isinstance(shown, list | tuple):
        shown = shown[0] if shown else ""
    return _line_ends("" if shown is None else str(shown))


def _line_ends(text: str) -> str:
    return text.replace("\r\n", "\n")


def _values(form: forms.BaseForm) -> Values:
    return {bound.name: _text(bound) for bound in _fields(form)}


def _rows(formset: Any) -> dict[str, forms.BaseForm]:
    return {str(form.instance.pk): form for form in formset.initial_forms}


def snapshot(form: forms.BaseForm, formsets: Iterable[Any]) -> str:
    """Return all values of an unbound form and its rows, to be sent back with it."""
    rows = {f.prefix: {pk: _values(row) for pk, row in _rows(f).items()} for f in formsets}
    return json.dumps({"form": _values(form), "rows": rows}, ensure_ascii=False)


def _base(text: str) -> tuple[Values, dict[str, dict[str, Values]]]:
    """Read a snapshot; one that is missing or broken knows nothing, so that every difference is shown."""
    try:
        read = json.loads(text)
        form, rows = dict(read["form"]), {prefix: dict(found) for prefix, found in read["rows"].items()}
    except (ValueError, TypeError, KeyError, AttributeError):
        return {}, {}
    return form, rows


def _words(bound: forms.BoundField, text: str) -> str:
    """Return a value as people read it."""
    field: Any = bound.field
    if isinstance(field, forms.BooleanField):
        return _("yes") if text else _("no")
    if isinstance(field, forms.ModelChoiceField):
        rows: Any = field.queryset
        found = rows.filter(pk=as_number(text)).first() if as_number(text) else None
        return str(found or text or "–")
    if isinstance(field, forms.ChoiceField):
        return str(dict(field.choices).get(text, text) or "–")  # type: ignore[arg-type]
    return text or "–"


class _Reconciling:
    """One stale form on its way to becoming a fresh one."""

    def __init__(self, post: QueryDict) -> None:
        self.post = post
        self.out = post.copy()
        self.differences: list[Difference] = []

    def merge(self, form: forms.BaseForm, sent: str, base: Values, place: str = "") -> Values:
        """Return the values that a form shall hold; ``sent`` is the prefix under which it was sent."""
        kept: Values = {}
        for bound in _fields(form):
            theirs, mine = _text(bound), _line_ends(self.post.get(sent + bound.name, ""))
            was = base.get(bound.name)
            taken = was is not None and mine == was
            kept[bound.name] = theirs if taken else mine
            if theirs == mine:
                continue
            if taken:
                why = _("Only your colleague changed it: taken over into the form.")
            elif theirs == was:
                why = _("Only you changed it: your text stands in the form.")
            else:
                why = _("Both of you changed it: your text stands in the form.")
            label = f"{place}: {bound.label}" if place else capfirst(str(bound.label))
            words = _words(bound, theirs), _words(bound, mine)
            self.differences.append(Difference(label, *words, why, both=not taken and theirs != was))
        return kept

    def rows(self, formset: Any, base: Mapping[str, Values]) -> None:
        """Put the rows of an inline together again: those that are there now, then those that are new."""
        prefix = formset.prefix
        total = min(as_number(self.post.get(f"{prefix}-TOTAL_FORMS")) or 0, 1000)
        sent = {self.post.get(f"{prefix}-{n}-id", ""): f"{prefix}-{n}-" for n in range(total)}
        new = [f"{prefix}-{n}-" for n in range(total) if not self.post.get(f"{prefix}-{n}-id")]
        now, noun = _rows(formset), capfirst(str(formset.model._meta.verbose_name))
        merged: list[tuple[Values, str, str]] = []
        for number, (pk, form) in enumerate(now.items(), 1):
            place = f"{noun} {number}"
            if pk in sent:
                values = self.merge(form, sent[pk], base.get(pk, {}), place)
            else:
                values = _values(form)
                self._whole(form, place, theirs=values, why=_("Your colleague added it: it stands in the form."))
            merged.append((values, pk, self.post.get(f"{sent.get(pk, '?')}DELETE", "")))
        empty = formset.empty_form
        for pk, start in sent.items():
            if pk and pk not in now:
                mine = {bound.name: _line_ends(self.post.get(start + bound.name, "")) for bound in _fields(empty)}
                changed = mine != base.get(pk)
                why = _("Your colleague removed it; you changed it, so it stands in the form as a new row.")
                self._whole(empty, noun, mine=mine, why=why if changed else _("Your colleague removed it."))
                if changed:
                    merged.append((mine, "", ""))
        names = [bound.name for bound in _fields(empty)]
        merged += [({name: self.post.get(start + name, "") for name in names}, "", "") for start in new]
        self._write(formset, merged, len(now))

    def _whole(
        self, form: forms.BaseForm, place: str, *, why: str, theirs: Values | None = None, mine: Values | None = None
    ) -> None:
        said = [
            "; ".join(_words(bound, values[bound.name]) for bound in _fields(form) if values.get(bound.name))
            if values
            else "–"
            for values in (theirs, mine)
        ]
        self.differences.append(Difference(place, said[0], said[1], why, both=mine is not None))

    def _write(self, formset: Any, rows: list[tuple[Values, str, str]], initial: int) -> None:
        prefix = formset.prefix
        for key in [key for key in self.out if key.startswith(f"{prefix}-") and key[len(prefix) + 1 :][0].isdigit()]:
            del self.out[key]
        self.out[f"{prefix}-TOTAL_FORMS"], self.out[f"{prefix}-INITIAL_FORMS"] = str(len(rows)), str(initial)
        for number, (values, pk, delete) in enumerate(rows):
            start = f"{prefix}-{number}-"
            self.out[f"{start}id"], self.out[start + formset.fk.name] = pk, str(formset.instance.pk)
            for name, value in {**values, "DELETE": delete}.items():
                if value:
                    self.out[start + name] = value


def reconcile(post: QueryDict, form: forms.BaseForm, formsets: Iterable[Any]) -> Conflict:
    """Compare a stale form with the record as it stands now, given as an unbound form and its formsets."""
    work = _Reconciling(post)
    formsets = list(formsets)
    base, rows = _base(post.get("base", ""))
    for name, value in work.merge(form, "", base).items():
        if value:
            work.out[name] = value
        else:
            work.out.pop(name, None)
    for formset in formsets:
        work.rows(formset, rows.get(formset.prefix, {}))
    return Conflict(work.differences, work.out, snapshot(form, formsets))
