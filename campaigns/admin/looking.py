"""Checks on the pages of what they are about, and the line of a statement's form that notes a reported silence."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from campaigns.admin.editing.base import InCampaignSelect, InCampaignSelects, LinkInline, site
from campaigns.admin.editing.date_field import PartialDateField
from campaigns.admin.editing.forms import RecordForm
from campaigns.models import Actor, Check, Citation, Demand, Response, Source, Statement
from campaigns.staff.permissions import can_edit

__all__ = ["CheckForm", "DemandLooks", "LetterLooks", "SilenceForm"]

#: What somebody reports, and nobody finds by looking.
_REPORTS = [choice for choice in Check.Found.choices if choice[0] != Check.Found.NOTHING_FOUND]
_NEEDED = _lazy("For what somebody reports; your own look needs none. Readers see it once the source is published.")


def _sent(form: forms.BaseForm, rows: str, name: str) -> bool:
    """Say whether a form came with a row of links, not to be removed, in which that field is filled."""
    found = (re.fullmatch(rf"({rows}-\d+)-{name}", key) for key in form.data)
    return any(one and form.data[one[0]] and not form.data.get(f"{one[1]}-DELETE") for one in found)


class CheckForm(RecordForm):
    """A check; what somebody reports needs its source."""

    when = PartialDateField(label=_lazy("looked on"))

    def clean(self) -> Any:
        """Refuse a report without a source, and a check of nothing: the record keeps then what it is about."""
        data = super().clean()
        # A row stands on the page of what it is about, and on a letter's page it has no field for a demand.
        if "demand" in self.fields and not data.get("demand") and not data.get("letter"):
            self.add_error("demand", _("A check is about one demand or about a whole letter; not both."))
            data.pop("letter", None)
        if _is_report(data) and not self.is_sourced():
            self.add_error("found", _("A report needs the source that has it: choose the source, too."))
        return data

    def is_sourced(self) -> bool:
        """Say whether a source came with the form: among the links below it."""
        return _sent(self, "citations", "source")


def _is_report(data: Any) -> bool:
    return data.get("found") not in (None, "", Check.Found.NOTHING_FOUND) or bool(data.get("reported_by"))


class _LookForm(CheckForm):
    """A check as a row, its first source in the row as well."""

    source = forms.ModelChoiceField(Source.objects.none(), label=_lazy("source"), required=False, help_text=_NEEDED)
    words = forms.CharField(
        label=_lazy("the source’s words"), required=False, widget=forms.Textarea(attrs={"rows": 2, "cols": 36})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Show the first source of the check, and offer those of the campaign."""
        super().__init__(*args, **kwargs)
        rows = self.instance.citations.all() if self.instance.pk else ()
        self.cited: Citation | None = next((one for one in rows if not one.about), None)
        known = {}
        if self.cited is not None:
            self.initial["source"], self.initial["words"] = self.cited.source_id, self.cited.quote
            known = {str(self.cited.source_id): str(self.cited.source)}
        _offer(self, "source", Citation, known)

    def is_sourced(self) -> bool:
        """Say whether a source stands in the row."""
        return bool(self.cleaned_data.get("source"))

    def clean(self) -> Any:
        """Refuse words of no source; and tell two reports of one silence apart by their source."""
        data = super().clean()
        if data.get("words") and not data.get("source"):
            self.add_error("source", _("Choose the source whose words these are."))
        self.instance.reported_in = data.get("source")
        return data

    def save(self, commit: bool = True) -> Any:
        """Save the check, and its source with it."""
        check = super().save(commit)
        if commit:
            self._cite(check)
        return check

    def _cite(self, check: Check) -> None:
        source, words = self.cleaned_data.get("source"), self.cleaned_data.get("words", "")
        if source is None:
            if self.cited is not None:
                self.cited.delete()
            return
        citation = self.cited or Citation(look=check)
        if (citation.source_id, citation.quote) != (source.pk, words):
            citation.source, citation.quote = source, words
            citation.save()


def _offer(form: Any, name: str, model: Any, known: dict[str, str]) -> None:
    """Give a field the search box that the model's field of that name has, over the campaign's records."""
    field = form.fields[name]
    several = isinstance(field, forms.ModelMultipleChoiceField)
    key = model._meta.get_field({"silent": "addressee", "silence_about": "demand"}.get(name, name))
    field.widget = (InCampaignSelects if several else InCampaignSelect)(key, site)
    field.widget.campaign, field.widget.known, field.widget.is_required = form.campaign, known, several
    field.queryset = field.queryset.model.objects.filter(campaign=form.campaign)


class _Looks(LinkInline):
    """Who looked for an answer, or which source reports that there was none."""

    model = Check
    form = _LookForm
    verbose_name = _lazy("look for an answer")
    verbose_name_plural = _lazy("looks for an answer: who looked and found none, or which source says so")
    fields = ["addressee", "when", "found", "source", "words", "reported_by", "note"]
    autocomplete_fields = ["addressee", "reported_by"]
    related = ("addressee", "reported_by")
    ordering = ["-date", "-precision", "-pk"]
    show_change_link = True
    wide = True
    classes = ["collapse"]

    def get_queryset(self, request: HttpRequest) -> "models.QuerySet[Any]":
        return super().get_queryset(request).prefetch_related("citations__source")

    def get_formset(self, request: Any, obj: Any = None, **kwargs: Any) -> Any:
        known = {"campaign": getattr(request, "campaign", None)}
        return super().get_formset(request, obj, form=type(self.form.__name__, (self.form,), known), **kwargs)

    def source(self, obj: Check) -> str:
        """Return the sources, for whoever may only read the row."""
        return ", ".join(str(one.source) for one in obj.citations.all()) or "–"

    def words(self, obj: Check) -> str:
        """Return the sources' words, for whoever may only read the row."""
        return " … ".join(one.quote for one in obj.citations.all() if one.quote) or "–"


class DemandLooks(_Looks):
    """Looks for an answer to one demand."""

    fk_name = "demand"


class LetterLooks(_Looks):
    """Looks for an answer to a whole letter."""

    fk_name = "letter"


class SilenceForm(RecordForm):
    """One line of a statement's form: the same source says that somebody else did not answer."""

    silent = forms.ModelChoiceField(
        Actor.objects.none(),
        label=_lazy("who"),
        required=False,
        help_text=_lazy("Empty: everybody to whom it was put."),
    )
    silence = forms.ChoiceField(label=_lazy("what the source says"), required=False, choices=[("", "–"), *_REPORTS])
    silence_about = forms.ModelMultipleChoiceField(
        Demand.objects.none(), label=_lazy("to which demands"), required=False,
        help_text=_lazy("Empty: to the whole letter that stands on this page."),
    )  # fmt: skip
    silence_words = forms.CharField(
        label=_lazy("in its words"), required=False, widget=forms.Textarea(attrs={"rows": 2, "cols": 36})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the campaign's actors and demands."""
        super().__init__(*args, **kwargs)
        _offer(self, "silent", Check, {})
        _offer(self, "silence_about", Response, {})

    def clean(self) -> Any:
        """Refuse a silence about nothing, without a source, or about what the user may not change."""
        data = super().clean()
        if not data.get("silence"):
            if data.get("silent") or data.get("silence_about") or data.get("silence_words"):
                self.add_error("silence", _("Choose what the source says."))
            return data
        if not data.get("source_url") and not _sent(self, "citations", "source"):
            self.add_error("silence", _("Name the source that says so, in this form."))
        if not data.get("silence_about") and not _sent(self, "issuances", "demand"):
            said = _("This statement raises no demand: choose the demands to which they said nothing.")
            self.add_error("silence_about", said)
        for demand in data.get("silence_about") or ():
            if not can_edit(self.user, demand.campaign_id, demand.state):
                said = _("“%(demand)s” is published: an editor notes what is said of it.")
                self.add_error("silence_about", ValidationError(said, params={"demand": demand}))
        return data

    def save_silence(self, statement: Statement, source: Source | None) -> None:
        """Note a check for each demand, or one for the letter, on the day of the source; once, however often sent.

        ``source`` is the one that was pasted; where none was, it is the statement's newest.
        """
        data = self.cleaned_data
        if not data.get("silence"):
            return
        if source is None:
            source = statement.citations.select_related("source").latest("position", "pk").source
        when = source.published or statement.when
        about: list[dict[str, Any]] = [{"demand": demand} for demand in data["silence_about"]]
        for one in about or [{"letter": statement}]:
            check = Check(**one, addressee=data["silent"], found=data["silence"])
            check.when = when
            said = {name: getattr(check, name) for name in ("addressee", "date", "precision", "found")}
            if Check.objects.filter(**one, **said, citations__source=source).exists():
                continue
            check.full_clean()
            check.save()
            Citation.objects.create(look=check, source=source, quote=data["silence_words"])
