"""Statements: what was said, who said it, when and where, from which source, to which demands; on one form."""

from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from campaigns.admin.demand import DemandFilter
from campaigns.admin.editing.base import LinkInline, RecordAdmin, site
from campaigns.admin.editing.date_field import PartialDateField
from campaigns.admin.editing.forms import AddressField, RecordForm, free_slug
from campaigns.admin.editing.publishing import record_url
from campaigns.admin.looking import LetterLooks, SilenceForm
from campaigns.admin.source import CitationInline
from campaigns.models import Campaign, Citation, Issuance, Participant, Relation, Response, Source, Statement
from campaigns.models.validators import validate_line
from campaigns.text.numbers import as_number

__all__ = ["StatementAdmin", "find_source"]


def _spellings(url: str) -> list[str]:
    """Return the ways in which the same page is addressed: http or https, with www. or without, a slash at the end."""
    parts = urlsplit(url)
    query = urlencode([pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0][:4] != "utm_"])
    host, path = parts.netloc.lower().removeprefix("www."), parts.path.rstrip("/")
    return [
        url,
        *(
            urlunsplit((scheme, www + host, path + slash, query, ""))
            for scheme in ("https", "http")
            for www in ("", "www.")
            for slash in ("", "/")
        ),
    ]


def find_source(campaign: Campaign, url: str) -> Source | None:
    """Return the campaign's source at an address, however spelled, or with a copy there; the oldest of several."""
    sources = Source.objects.filter(campaign=campaign).order_by("pk")
    spellings = _spellings(url)
    return sources.filter(url__in=spellings).first() or sources.filter(archive_url__in=spellings).first()


class StatementForm(SilenceForm):
    """A statement, with its source pasted as an address."""

    when = PartialDateField(label=_lazy("when"))
    end = PartialDateField(
        label=_lazy("until"), required=False, help_text=_lazy("Only where it lasted: the last day, month or year.")
    )
    deadline = PartialDateField(
        label=_lazy("asks for an answer by"), required=False, help_text=_lazy("Only where the letter itself says so.")
    )
    source_url = AddressField(
        label=_lazy("address of the source"),
        required=False,
        max_length=2000,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"size": 72}),
        help_text=_lazy("Paste it. If the record has this source already it is used, otherwise a new one is made."),
    )
    source_title = forms.CharField(
        label=_lazy("its headline"),
        required=False,
        max_length=1000,
        validators=[validate_line],
        widget=forms.TextInput(attrs={"size": 72}),
        help_text=_lazy("Only for a new source."),
    )
    source_publisher = forms.CharField(
        label=_lazy("its publisher"), required=False, max_length=300, validators=[validate_line]
    )
    source_published = PartialDateField(label=_lazy("published on"), required=False)
    save_anyway = forms.BooleanField(
        label=_lazy("It is another statement: save it anyway"), required=False, widget=forms.HiddenInput
    )

    #: The source at the pasted address; None where a new one will be made.
    found: Source | None = None

    def slug_words(self) -> list[str]:
        """Return the day and who spoke."""
        data = self.cleaned_data
        when = data.get("when")
        return [when.isoformat() if when else "", str(data.get("speaker") or data.get("speaker_label") or "")]

    def clean(self) -> Any:
        """Find the source, and warn of a statement that may be the same."""
        data = super().clean()
        url = data.get("source_url")
        if url and self.campaign is not None:
            self.campaign.lock()  # else two who paste the same address at once make two sources
            self.found = find_source(self.campaign, url)
        if self.instance.pk is None and data.get("when") and not data.get("save_anyway"):
            same = Statement.objects.filter(date=data["when"].first, precision=data["when"].precision)
            # Whoever presses twice, or goes back and saves again, sends the same words once more.
            words = {name: data.get(name) or "" for name in ("quote", "summary", "speaker_label")}
            if self.found:
                said = _("The record has a statement of that day from this source already: is it the same?")
                self._warn_of(same.filter(citations__source=self.found), said)
            elif words["quote"] or words["summary"]:
                said = _("The record has a statement of that day in the same words already: is it the same?")
                self._warn_of(same.filter(campaign=self.campaign, speaker=data.get("speaker"), **words), said)
        return data

    def _warn_of(self, alike: Any, said: str) -> None:
        """Show what the record has of the same day, and let the form be saved in spite of it."""
        links = format_html_join(
            ", ",
            '<a href="{}" target="_blank">{}</a>',
            ((record_url(one), f"{one} ({one.slug})") for one in alike.select_related("speaker").distinct()[:10]),
        )
        if not links:
            return
        self.fields["save_anyway"].widget = forms.CheckboxInput()
        self.add_error("save_anyway", format_html("{} {}", said, links))

    def save_source(self, statement: Statement, user: Any) -> Source | None:
        """Let the statement rest on the pasted source, made where it was not found; return a new one."""
        data, source = self.cleaned_data, self.found
        if not data.get("source_url"):
            return None
        if source is None:
            source = Source(
                campaign=statement.campaign, url=data["source_url"], title=data["source_title"],
                publisher=data["source_publisher"], accessed=statement.campaign.today(),
                recorded_by=user, edited_by=user,
            )  # fmt: skip
            source.published = data["source_published"]
            host = urlsplit(source.url).hostname or ""
            source.slug = free_slug(source, " ".join([source.publisher or host, source.title or str(source.accessed)]))
            source.save()
        position = Citation.objects.filter(statement=statement).count()
        Citation.objects.get_or_create(statement=statement, source=source, about="", defaults={"position": position})
        return source if self.found is None else None


class _RaisedForm(RecordForm):
    """A demand that the statement raises: on its own date."""

    def clean(self) -> Any:
        if self.instance.pk is None:
            self.instance.when = self.fields["statement"].parent_instance.when  # type: ignore[attr-defined]
        return super().clean()

    def _get_validation_exclusions(self) -> set[str]:
        return super()._get_validation_exclusions() | {"date", "precision"}


class RaisedInline(LinkInline):
    """The demands that it raises."""

    model = Issuance
    form = _RaisedForm
    fk_name = "statement"
    verbose_name = _lazy("demand that it raises")
    verbose_name_plural = _lazy("demands that it raises: who asks")
    fields = ["demand", "text"]
    autocomplete_fields = ["demand"]
    related = ("demand", "statement__speaker")
    show_change_link = True


class _AnswerForm(RecordForm):
    """An answer, and when what it promises falls due."""

    due = PartialDateField(
        label=_lazy("promised for"),
        required=False,
        help_text=_lazy("Only where a promise names when it will be done."),
    )


class AnsweredInline(LinkInline):
    """The demands that it answers."""

    model = Response
    form = _AnswerForm
    fk_name = "statement"
    verbose_name = _lazy("demand that it answers")
    verbose_name_plural = _lazy("demands that it answers: what was said about each")
    fields = ["demand", "letter", "stance", "due", "note"]
    autocomplete_fields = ["demand", "letter"]
    related = ("demand", "letter__speaker")
    wide = True


class ParticipantInline(LinkInline):
    """Who else took part."""

    model = Participant
    verbose_name_plural = _lazy("who else took part: co-speakers, addressees, signatories")
    fields = ["role", "actor", "label", "position"]
    autocomplete_fields = ["actor"]
    related = ("actor",)
    classes = ["collapse"]


class RelationInline(LinkInline):
    """Which statements it refers to."""

    model = Relation
    fk_name = "statement"
    verbose_name_plural = _lazy("statements that it refers to")
    fields = ["kind", "to"]
    autocomplete_fields = ["to"]
    related = ("to__speaker",)
    classes = ["collapse"]


class _AnswersFilter(DemandFilter):
    title = _lazy("answers the demand")
    path = "responses__demand"


@admin.register(Statement, site=site)
class StatementAdmin(RecordAdmin):
    """What somebody said on a day."""

    form = StatementForm
    adds_looks = True
    list_display = ["who", "when_words", "kind", "excerpt", "state", "campaign"]
    list_filter = ["state", "kind", "campaign", _AnswersFilter]
    search_fields = ["slug", "speaker__name", "speaker_label"]
    ordering = ["-date", "-pk"]
    autocomplete_fields = ["speaker", "on_behalf_of"]
    related = ("campaign", "speaker", "on_behalf_of")
    inlines = [AnsweredInline, RaisedInline, CitationInline, ParticipantInline, RelationInline, LetterLooks]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Ask in the order in which an article tells it."""
        source = ["source_url", "source_title", ("source_publisher", "source_published"), "save_anyway"]
        return [
            (
                _lazy("What was said"),
                {
                    "fields": ["quote", ("language", "kind"), "summary", "translation"],
                    "description": _lazy(
                        "The words exactly as printed. In the summary say in neutral words what it amounts to;"
                        " one of the two is enough."
                    ),
                },
            ),
            (
                _lazy("Who said it, and for whom"),
                {
                    "fields": ["speaker", "speaker_label", "on_behalf_of", "capacity"],
                    "description": _lazy(
                        "A spokesperson is the speaker, and speaks on behalf of somebody. Where the source gives no"
                        " name, write how it calls them; nobody is invented."
                    ),
                },
            ),
            (_lazy("When and where"), {"fields": ["when", "venue"]}),
            (
                _lazy("From which source") if obj is None else _lazy("Add a source"),
                {"fields": source, "classes": [] if obj is None else ["collapse"]},
            ),
            (
                _lazy("Reported silence"),
                {
                    "fields": [("silent", "silence", "silence_about", "silence_words")],
                    "description": _lazy(
                        "Where the same source says that somebody else did not respond, declined to comment or could"
                        " not be reached: noted as a check on the day of the source."
                    ),
                    "classes": ["collapse"],
                },
            ),
            (
                _lazy("More"),
                {
                    "fields": ["end", "deadline", "position", "signatories_incomplete", "note", "slug"],
                    "classes": ["collapse"],
                },
            ),
        ]

    @admin.display(description=_lazy("who"), ordering="speaker__folded_name")
    def who(self, obj: Statement) -> str:
        spoke = obj.speaker_label or str(obj.speaker)
        return f"{spoke} → {obj.on_behalf_of}" if obj.on_behalf_of else spoke

    @admin.display(description=_lazy("when"), ordering="date")
    def when_words(self, obj: Statement) -> str:
        return str(obj.when)

    @admin.display(description=_lazy("what"))
    def excerpt(self, obj: Statement) -> str:
        text = obj.summary or obj.quote
        return text if len(text) < 120 else f"{text[:117]} …"

    def get_changeform_initial_data(self, request: HttpRequest) -> Any:
        """Begin with the source of the statement before, where there was one."""
        initial: dict[str, Any] = dict(super().get_changeform_initial_data(request))
        pk = as_number(str(initial.pop("source", "")))
        campaign = getattr(request, "campaign", None)
        if pk and (source := Source.objects.filter(pk=pk, campaign=campaign).first()):
            initial["source_url"] = source.url
        return initial

    def save_related(self, request: Any, form: Any, formsets: Any, change: bool) -> None:
        """Save the links, the pasted source, and the date of what it raised that day."""
        super().save_related(request, form, formsets, change)
        statement, before = form.instance, form.initial.get("when")
        if change and before is not None and before != statement.when:
            for issuance in statement.issuances.filter(date=before.first, precision=before.precision):
                issuance.when = statement.when
                issuance.save()
        if (made := form.save_source(statement, request.user)) and not (made.title and made.publisher):
            said = _("A new source was made. Write its headline, publisher and date:")
            link = format_html('{} <a href="{}">{}</a>', said, record_url(made), made)
            self.message_user(request, link, messages.WARNING)
        form.save_silence(statement, made or form.found)

    def response_add(self, request: Any, obj: Any, post_url_continue: Any = None) -> HttpResponse:
        return self._next_from_source(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request: Any, obj: Any) -> HttpResponse:
        return self._next_from_source(request, obj) or super().response_change(request, obj)

    def _next_from_source(self, request: Any, obj: Any) -> HttpResponse | None:
        """Open the next empty form with the source of this statement, where that was asked for."""
        if "_addnext" not in request.POST:
            return None
        citation = Citation.objects.filter(statement=obj).order_by("-position", "-pk").first()
        self.message_user(request, _("Saved: %(statement)s. Now the next from the same source.") % {"statement": obj})
        query = {"campaign": obj.campaign_id, **({"source": citation.source_id} if citation else {})}
        return HttpResponseRedirect(f"{reverse('admin:campaigns_statement_add')}?{urlencode(query)}")
