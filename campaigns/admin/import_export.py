"""Files in and out: a whole campaign, or one kind of record as a spreadsheet; first what would change, then the change.

Between the two steps the file stands in the page itself, compressed and signed for the one who uploaded it: there is
no copy on the server to leak or to forget, and the second step checks everything again.
"""

import base64
import io
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from campaigns.admin.editing.corrections import proposed, question
from campaigns.campaign_file import (
    KINDS,
    BadFile,
    Document,
    Problem,
    Report,
    Tally,
    apply,
    campaign_data,
    read,
    read_sheet,
    rows_of,
    write_csv,
    write_json,
    write_xlsx,
    write_yaml,
)
from campaigns.history.changes import Change, change_at, seen_by_readers
from campaigns.history.correction_note import Answer
from campaigns.history.database_errors import trouble
from campaigns.models import (
    Actor,
    Campaign,
    Correction,
    Demand,
    Event,
    Organization,
    Outcome,
    Person,
    Post,
    Source,
    State,
    Statement,
    history_of,
)
from campaigns.saving.gate import Proposed, save, tried
from campaigns.staff.login_forms import kept_fields
from campaigns.staff.reauthentication import asks_proof

__all__ = ["ImportsAdmin"]

if TYPE_CHECKING:
    _Admin = admin.ModelAdmin[Any]
    _Form = forms.Form
else:  # Django's own class takes no type when it runs
    _Admin = admin.ModelAdmin
    _Form = forms.Form

MOST_BYTES = 5 * 2**20
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: What the page may carry to the second step; Django takes no larger form.
MOST_KEPT = 4 * 2**20
#: How long an upload can be applied, in seconds.
FRESH = 3600
#: Changed records that are shown field by field.
SHOWN = 50
SHEETS = {
    "people": _lazy("officials and other people"),
    "organizations": _lazy("organizations"),
    "sources": _lazy("sources"),
    "statements": _lazy("statements"),
}
#: What the desk calls the sections of a file; the report has the words for links in the reader's language already.
SECTIONS = {
    "campaign": Campaign._meta.verbose_name,
    "organizations": Organization._meta.verbose_name_plural,
    "people": Person._meta.verbose_name_plural,
    "posts": Post._meta.verbose_name_plural,
    "sources": Source._meta.verbose_name_plural,
    "demands": Demand._meta.verbose_name_plural,
    "statements": Statement._meta.verbose_name_plural,
    "events": Event._meta.verbose_name_plural,
    "outcomes": Outcome._meta.verbose_name_plural,
    "corrections": Correction._meta.verbose_name_plural,
}
_NOUNS = (Actor, Source, Demand, Statement, Event, Outcome)


class UploadForm(_Form):
    """Which file, and what is in it."""

    what = forms.ChoiceField(label=_lazy("What is in it"), widget=forms.RadioSelect, initial="campaign")
    campaign: Any = forms.ModelChoiceField(
        Campaign.objects.none(), label=_lazy("For a spreadsheet: of which campaign"), required=False
    )
    file = forms.FileField(
        label=_lazy("File"),
        help_text=_lazy(
            "A campaign file in YAML or JSON, or a table in CSV (UTF-8) or XLSX; up to 5 MB. Nothing changes before you"
            " have seen what would."
        ),
    )

    def __init__(self, *args: Any, campaigns: Any, **kwargs: Any) -> None:
        """Offer these campaigns."""
        super().__init__(*args, **kwargs)
        self.fields["campaign"].queryset = campaigns  # type: ignore[attr-defined]
        choices = [("campaign", _("a whole campaign file")), *SHEETS.items()]
        self.fields["what"].choices = choices  # type: ignore[attr-defined]

    def clean_file(self) -> bytes:
        """Read it, up to the size that we take."""
        data: bytes = self.cleaned_data["file"].read(MOST_BYTES + 1)
        if len(data) > MOST_BYTES:
            raise ValidationError(_("The file is larger than 5 MB."))
        return data

    def clean(self) -> Any:
        """Ask for the campaign of a spreadsheet."""
        super().clean()
        if self.cleaned_data.get("what") in SHEETS and not self.cleaned_data.get("campaign"):
            self.add_error("campaign", _("Say to which campaign the spreadsheet belongs."))
        return self.cleaned_data


@dataclass(slots=True)
class Outlook:
    """What an import did or would do."""

    report: Report
    #: Changed records, with their changes; the first few of them.
    changed: list[tuple[Any, Change]] = field(default_factory=list)
    #: How many records changed in all.
    total: int = 0
    #: Published records of which readers would see another version, and to whom the file says nothing about it.
    noticed: list[Any] = field(default_factory=list)

    @property
    def held(self) -> list[str]:
        """What the file calls published and a second person has to publish; a template cannot ask the report."""
        labels = (label.partition(": ") for label in self.report.held)
        return [f"{SECTIONS.get(kind, kind)}: {label}" for kind, _colon, label in labels]

    @property
    def tallies(self) -> list[tuple[str, Tally]]:
        """What the report counts, by the desk's word for it."""
        return [(str(SECTIONS.get(kind, kind)), tally) for kind, tally in self.report.tallies.items()]


class ImportsAdmin(_Admin):
    """The part of the campaigns' pages that takes files in and gives them out."""

    def get_urls(self) -> Any:
        wrap = self.admin_site.admin_view
        return [
            path("import/", wrap(self.import_view), name="campaigns_campaign_import"),
            path("<path:object_id>/export/<slug:name>.<slug:form>", wrap(self.export_view), name="campaigns_export"),
            *super().get_urls(),
        ]

    def _mine(self, request: HttpRequest) -> list[Campaign]:
        """Return the campaigns that the user may change as a whole."""
        return [one for one in self.get_queryset(request) if self.has_change_permission(request, one)]

    @asks_proof(lambda request: "kept" in request.POST)
    def import_view(self, request: Any) -> HttpResponse:
        """Take a file, show what it would change, then change it."""
        mine = self._mine(request)
        if not mine and not self.has_add_permission(request):
            raise PermissionDenied
        campaigns = Campaign.objects.filter(pk__in=[one.pk for one in mine])
        form = UploadForm(request.POST or None, request.FILES or None, campaigns=campaigns)
        if request.method == "POST" and "kept" in request.POST:
            return self._second_step(request, campaigns)
        if request.method != "POST" or not form.is_valid():
            return self._page(request, "import.html", {"form": form, "campaigns": mine, "sheets": SHEETS.items()})
        given = form.cleaned_data
        return self._first_step(request, given["what"], given["campaign"], given["file"])

    def _first_step(self, request: Any, what: str, campaign: Campaign | None, data: bytes) -> HttpResponse:
        """Do it, look, and take it back."""
        problems: list[Problem] = []
        outlook = None
        try:
            document = self._document(request, what, campaign, data)
            with tried(request.user) as now:
                outlook = _outlook(apply(document, by=request.user), now.at)
        except BadFile as error:
            problems = error.problems
        except OperationalError as error:
            return self._not_taken(request, error)
        kept = _keep(request, what, campaign, data) if outlook and outlook.report.changed else ""
        if len(kept) > MOST_KEPT:
            problems = [Problem(0, "", _("The file is too large to be kept between the steps: take it apart."))]
        return self._look(request, outlook, problems, kept)

    def _second_step(self, request: Any, campaigns: Any) -> HttpResponse:
        """Apply what was looked at, with a word to the readers where they will notice."""
        try:
            what, pk, data = _kept(request)
        except (signing.BadSignature, ValueError, zlib.error):
            messages.error(request, _("That was too long ago, or somebody else’s. Upload the file again."))
            return HttpResponseRedirect(reverse("admin:campaigns_campaign_import"))
        campaign = campaigns.filter(pk=pk).first() if pk else None
        if what in SHEETS and campaign is None:
            raise PermissionDenied
        refusal = ""
        outlook = None
        try:
            document = self._document(request, what, campaign, data)
            with save(request.user, Answer.of(request.POST), fit=False) as now:
                outlook = _outlook(apply(document, by=request.user), now.at)
        except BadFile as error:
            return self._look(request, None, error.problems, "")
        except Proposed as error:
            return proposed(request, error.proposal)
        except ValidationError as error:
            refusal = " ".join(error.messages)
            return self._look(request, outlook, [], request.POST["kept"], refusal)
        except OperationalError as error:
            return self._not_taken(request, error)
        return self._page(request, "imported.html", {"outlook": outlook, "tallies": outlook.tallies})

    def _document(self, request: HttpRequest, what: str, campaign: Campaign | None, data: bytes) -> Document:
        """Read the file; raise PermissionDenied where it is about a campaign that is not the user's."""
        if what in SHEETS and campaign is not None:
            return read_sheet(data, what, campaign_data(campaign))
        document = read(io.BytesIO(data))
        head = document.data.get("campaign")
        slug = head.get("slug") if isinstance(head, dict) else None
        known = slug in [one.slug for one in self._mine(request)]
        if not known and not self.has_add_permission(request):
            raise BadFile([document.problem(("campaign", "slug"), _("this campaign is not yours"), _("one of yours"))])
        return document

    def _look(
        self, request: Any, outlook: Outlook | None, problems: list[Problem], kept: str, refusal: str = ""
    ) -> HttpResponse:
        noticed = outlook.noticed if outlook else []
        context = {
            "outlook": outlook,
            "would_change": outlook is not None and outlook.report.changed,
            "problems": problems[:500],
            "problem_count": len(problems),
            "kept": kept if not problems else "",
            "refusal": refusal,
            "correction": question(noticed[0], request.user, request.POST) | {"may_hide": False} if noticed else None,
            "more": outlook.total - len(outlook.changed) if outlook else 0,
            "tallies": outlook.tallies if outlook else [],
        }
        return self._page(request, "import_check.html", context)

    def _not_taken(self, request: HttpRequest, error: OperationalError) -> HttpResponse:
        """Say why the database did not take it, with a button that sends the same again; an upload is chosen anew."""
        found = trouble(error)
        again = kept_fields(request) if "kept" in request.POST else []
        response = self._page(request, "import_check.html", {"refusal": found.sentence, "again": again})
        response.status_code = found.status
        return response

    def _page(self, request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
        shared = {**self.admin_site.each_context(request), "opts": self.opts, "media": self.media}
        title = {"title": _("Import and export")}
        return TemplateResponse(request, f"admin/campaigns/{template}", shared | title | context)

    @asks_proof(lambda _request: True)
    def export_view(self, request: HttpRequest, object_id: str, name: str, form: str) -> HttpResponse:
        """Give the whole campaign, drafts included, or one kind of record as a table."""
        campaign = self.get_object(request, unquote(object_id))
        if campaign is None:
            raise Http404
        if not self.has_change_permission(request, campaign):
            raise PermissionDenied
        data = campaign_data(campaign)
        content: str | bytes
        if name == "campaign" and form in ("yaml", "json"):
            text = io.StringIO()
            (write_yaml if form == "yaml" else write_json)(data, text)
            content, kind = text.getvalue(), f"application/{form}; charset=utf-8"
        elif name in KINDS and form in ("csv", "xlsx"):
            rows = rows_of(data, name)
            content = write_xlsx(rows) if form == "xlsx" else write_csv(rows, safe=False)
            kind = "text/csv; charset=utf-8" if form == "csv" else _XLSX
        elif name.removesuffix("-spreadsheet") in KINDS and form == "csv":
            content = "\ufeff" + write_csv(rows_of(data, name.removesuffix("-spreadsheet")), safe=True)
            kind = "text/csv; charset=utf-8"
        else:
            raise Http404
        disposition = f'attachment; filename="{campaign.slug}-{name}.{form}"'
        return HttpResponse(content, content_type=kind, headers={"Content-Disposition": disposition})


def _salt(request: Any) -> str:
    return f"campaigns.import.{request.user.pk}"


def _keep(request: Any, what: str, campaign: Campaign | None, data: bytes) -> str:
    """Return the upload as the page carries it."""
    packed = base64.urlsafe_b64encode(zlib.compress(data)).decode()
    return signing.TimestampSigner(salt=_salt(request)).sign(f"{what}:{campaign.pk if campaign else ''}:{packed}")


def _kept(request: Any) -> tuple[str, str, bytes]:
    """Read back what `_keep` made; raise BadSignature or ValueError for anything else."""
    text = signing.TimestampSigner(salt=_salt(request)).unsign(request.POST["kept"], max_age=FRESH)
    what, pk, packed = text.split(":", 2)
    return what, pk, zlib.decompress(base64.urlsafe_b64decode(packed))


def _outlook(report: Report, at: Any) -> Outlook:
    """Return what an import has changed; inside its transaction."""
    outlook = Outlook(report)
    told = {_corrected(version) for version in history_of(Correction).filter(history_date=at, history_type="+")}
    for model in (Campaign, *_NOUNS):
        touched = history_of(model).filter(history_date=at, history_type="~").values_list("id", flat=True)
        manager: Any = model._base_manager
        joined: tuple[str, ...] = ("campaign",) if model is not Campaign else ()
        joined += {Statement: ("speaker",), Outcome: ("demand",)}.get(model, ())
        rows = manager.filter(pk__in=list(touched)).select_related(*joined).order_by("pk")
        for record in rows:
            outlook.total += 1
            was_seen = _was_published(record, at)
            if len(outlook.changed) >= SHOWN and not was_seen:
                continue
            made = change_at(record, at)
            if made is None:
                continue
            if len(outlook.changed) < SHOWN:
                outlook.changed.append((record, made))
            said = (Correction.arc(record), record.pk) in told
            if was_seen and not said and record.state == State.PUBLISHED and seen_by_readers(made):
                outlook.noticed.append(record)
    return outlook


def _corrected(version: Any) -> tuple[str, int]:
    """Return which record a correction is of: under which foreign key it stands, and its primary key."""
    found = ((name, getattr(version, f"{name}_id")) for name in Correction.SUBJECTS)
    return next(((name, pk) for name, pk in found if pk is not None), ("", version.campaign_id))


def _was_published(record: Any, at: Any) -> bool:
    before = history_of(type(record)._meta.concrete_model).filter(id=record.pk, history_date__lt=at)
    return bool(before.values_list("state", flat=True).first() == State.PUBLISHED)
