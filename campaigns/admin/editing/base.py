"""What the pages of every noun have in common: the campaign, the version, autocompletes, lists that stay fast."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.admin import StackedInline, TabularInline
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.contrib.admin.widgets import AutocompleteSelect, RelatedFieldWidgetWrapper
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, OperationalError, models, transaction
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from campaigns.admin.editing.conflicts import reconcile, snapshot
from campaigns.admin.editing.corrections import CorrectionsAdmin
from campaigns.admin.editing.forms import AddressField, RecordForm, WordsField
from campaigns.admin.editing.history import HistoryAdmin
from campaigns.admin.editing.paged_formsets import RowsFormSet, in_pages
from campaigns.admin.editing.preview import PreviewAdmin
from campaigns.admin.editing.private_details import PrivateAdmin
from campaigns.admin.editing.publishing import Transitions
from campaigns.admin.editing.repeated_links import refuse_twins
from campaigns.admin.editing.scoping import ScopedAdmin, ScopedInline
from campaigns.admin.site import site
from campaigns.history.changes import campaign_of
from campaigns.history.database_errors import trouble
from campaigns.history.restore import database_refusal
from campaigns.models import UNREADY, Campaign, Publishable, Searchable, SearchEntry, State
from campaigns.search import Query, matching
from campaigns.text.numbers import as_number, is_beyond

__all__ = ["InCampaignSelect", "InCampaignSelects", "LinkInline", "RecordAdmin", "StackedLinkInline", "site"]

if TYPE_CHECKING:
    _Base = BaseModelAdmin[Any]
    _Inline = TabularInline[Any, Any]
    _Stacked = StackedInline[Any, Any]
else:  # Django's own classes take no type when they run
    _Base, _Inline, _Stacked = BaseModelAdmin, TabularInline, StackedInline


class InCampaignSelect(AutocompleteSelect):
    """A search box that offers only records of the page's campaign, and needs no query for a name that is known."""

    campaign: Campaign | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Know no names yet."""
        super().__init__(*args, **kwargs)
        self.known: dict[str, str] = {}

    def get_url(self) -> str:
        return super().get_url() + (f"?campaign={self.campaign.pk}" if self.campaign else "")

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        chosen = [str(one) for one in value if as_number(str(one)) is not None]  # a form that was sent may say anything
        if not all(pk in self.known for pk in chosen):
            return super().optgroups(name, chosen, attr)
        options = [] if self.is_required else [self.create_option(name, "", "", False, 0)]
        options += [self.create_option(name, pk, self.known[pk], True, 1) for pk in chosen]
        return [(None, options, 0)]


class InCampaignSelects(InCampaignSelect, forms.SelectMultiple):
    """The same for several records."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """Return what was chosen; a number that no column holds as a text, which the field refuses as no choice."""
        return [f"“{one}”" if is_beyond(one) else one for one in super().value_from_datadict(data, files, name) or ()]


class InCampaignWrapper(RelatedFieldWidgetWrapper):
    """The links beside a search box: what is added in place is added to the page's campaign."""

    campaign: Campaign | None = None

    def get_context(self, name: str, value: Any, attrs: Any) -> Any:
        context = super().get_context(name, value, attrs)
        if self.campaign is not None:
            context["url_params"] += f"&campaign={self.campaign.pk}"
        return context


class InCampaign(_Base):
    """Fields that lead to other records: all in the campaign of the page, all with a search box."""

    formfield_overrides = {
        models.URLField: {"form_class": AddressField, "assume_scheme": "https"},
        models.TextField: {"form_class": WordsField, "widget": forms.Textarea(attrs={"rows": 4, "cols": 72})},
    }

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        campaign = getattr(request, "campaign", None)
        if db_field.name in self.get_autocomplete_fields(request):
            widget = InCampaignSelect(db_field, self.admin_site)
            widget.campaign = campaign
            kwargs["widget"] = widget
        field: Any = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if campaign is not None and field is not None and hasattr(db_field.remote_field.model, "campaign"):
            field.queryset = field.queryset.filter(campaign=campaign)
        return field

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        field: Any = super().formfield_for_dbfield(db_field, request, **kwargs)
        wrapper = getattr(field, "widget", None)
        if isinstance(wrapper, RelatedFieldWidgetWrapper):
            field.widget = InCampaignWrapper(
                wrapper.widget, wrapper.rel, wrapper.admin_site,
                can_add_related=wrapper.can_add_related, can_change_related=wrapper.can_change_related,
            )  # fmt: skip
            field.widget.campaign = getattr(request, "campaign", None)
        return field


def name_known(form: Any) -> None:
    """Tell the search boxes of a form the names that were fetched with its record, so that none asks for its own."""
    for name, field in form.fields.items():
        select = getattr(field.widget, "widget", field.widget)
        column = isinstance(select, InCampaignSelect) and name not in form.declared_fields
        if column and form.instance._meta.get_field(name).is_cached(form.instance):
            found = getattr(form.instance, name)
            select.known = {str(found.pk): str(found)} if found is not None else {}


class _LinkFormSet(RowsFormSet):
    """Rows whose search boxes know their names, and of which none says what another one says."""

    def validate_unique(self) -> None:
        """Compare all rows that stay, by what tells each kind of link from another; Django knows fewer kinds."""
        gone = set(self.deleted_forms) if self.can_delete else set()
        refuse_twins((form for form in self.forms if form not in gone), self.fk.name)

    def add_fields(self, form: Any, index: Any) -> None:
        super().add_fields(form, index)
        if form.instance.pk is not None:
            setattr(form.instance, self.fk.name, self.instance)  # else each row fetches the record that it stands on
        for field in form.fields.values():
            # In a table the head of the column is no label.
            getattr(field.widget, "widget", field.widget).attrs.setdefault("aria-label", field.label)
        name_known(form)


class _Links(InCampaign, ScopedInline):
    """Rows that belong to the record on whose page they stand: those of drafts can be removed."""

    form: Any = RecordForm
    formset: Any = _LinkFormSet
    extra = 1
    formfield_overrides = {
        **InCampaign.formfield_overrides,
        models.TextField: {"form_class": WordsField, "widget": forms.Textarea(attrs={"rows": 2, "cols": 36})},
    }
    #: What is fetched along with the rows, so that a long list asks no more than a short one.
    related: tuple[str, ...] = ()
    #: How many rows stand in a form at once.
    most = 50

    def get_queryset(self, request: HttpRequest) -> "models.QuerySet[Any]":
        return super().get_queryset(request).select_related(*self.related)

    def get_formset(self, request: Any, obj: Any = None, **kwargs: Any) -> Any:
        return in_pages(super().get_formset(request, obj, **kwargs), request, self.most)  # type: ignore[misc]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        removable = getattr(obj, "state", State.DRAFT) in UNREADY
        return removable and super().has_delete_permission(request, obj)


class LinkInline(_Links, _Inline):
    """Short links, one on a line."""

    template = "admin/campaigns/tabular.html"
    #: Whether a row is too long for a table beside the menu of a small screen: it is laid out as a form there.
    wide = False


class StackedLinkInline(_Links, _Stacked):
    """Links with more to say."""

    template = "admin/campaigns/stacked.html"
    most = 20


class RecordAdmin(InCampaign, Transitions, HistoryAdmin, PreviewAdmin, PrivateAdmin, CorrectionsAdmin, ScopedAdmin):
    """A noun of the record: staff withdraw it, they never delete it, and nobody saves over a colleague."""

    class Media:
        js = ["js/desk.js", "js/drafts.js"]

    form = RecordForm
    list_per_page = 50
    show_full_result_count = False
    save_on_top = True
    view_on_site = False
    #: What a page or a list shows of other records, fetched along.
    related: tuple[str, ...] = ("campaign",)

    def get_queryset(self, request: HttpRequest) -> "models.QuerySet[Any]":
        return super().get_queryset(request).select_related(*self.related)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """Find by the columns, and by the words of the record where its noun is in the index."""
        campaign = as_number(request.GET.get("campaign"))
        if campaign and hasattr(self.model, "campaign"):
            queryset = queryset.filter(campaign=campaign)
        found, twice = super().get_search_results(request, queryset, search_term)
        if not search_term or not issubclass(self.model, Searchable):
            return found, twice
        pks: set[int] = set()
        for one in self.campaigns(request):
            if query := Query.parse(search_term, one):
                rows = SearchEntry.objects.of_noun(self.model).matching(matching(query, one)).newest(200)
                pks |= {SearchEntry.split(row.pk)[1] for row in rows}
        return (found | queryset.filter(pk__in=pks) if pks else found), twice

    def campaigns(self, request: HttpRequest) -> list[Campaign]:
        """Return the campaigns in which the user works, the first few of them."""
        return list(self.admin_site.get_model_admin(Campaign).get_queryset(request)[:4])

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        known = {"campaign": getattr(request, "campaign", None), "user": request.user}
        known["refusal"] = getattr(request, "refusal", "")
        return type(form.__name__, (form,), known)

    def changeform_view(
        self, request: Any, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show the form, or save it, in one transaction with its links, if nobody else has saved meanwhile."""
        if object_id is None:
            request.campaign = None
            if self.model is not Campaign and (asked := self._ask_campaign(request)) is not None:
                return asked
        if request.method != "POST":
            return super().changeform_view(request, object_id, form_url, extra_context)
        response = self._save(request, object_id, form_url, extra_context)
        self.ask_for_private(request)  # here, because what a refused save writes is taken back with it
        return response

    def _save(self, request: Any, object_id: str | None, form_url: str, extra_context: Any) -> HttpResponse:
        status = 200
        try:
            with transaction.atomic():
                if object_id is not None:
                    self._claim(request, object_id)
                elif request.campaign is not None:
                    request.campaign.lock()  # two who add the same at once would both find its slug free
                response = super().changeform_view(request, object_id, form_url, extra_context)
                if "adminform" in (getattr(response, "context_data", None) or {}):
                    transaction.set_rollback(True)  # the form came back, so its version is still to be had
                return response
        except IntegrityError as error:
            request.refusal = database_refusal(error)
        except OperationalError as error:
            found = trouble(error)
            request.refusal, status = found.sentence, found.status
        with transaction.atomic():
            response = super().changeform_view(request, object_id, form_url, extra_context)
            response.status_code = status
            return response

    def get_object(self, request: Any, object_id: str, from_field: str | None = None) -> Any:
        obj = super().get_object(request, object_id, from_field)
        if obj is not None:
            request.campaign = campaign_of(obj)
        return obj

    def _ask_campaign(self, request: Any) -> HttpResponse | None:
        """Note to which campaign a new record belongs; where there are several and none is named, ask."""
        campaigns = self.admin_site.get_model_admin(Campaign).get_queryset(request)
        named = as_number(request.GET.get("campaign"))
        found = list(campaigns.filter(pk=named) if named else campaigns[:50])
        if not self.has_add_permission(request):
            raise PermissionDenied
        if len(found) == 1:
            request.campaign = found[0]
            return None
        query = request.GET.copy()
        choices = []
        for campaign in found:
            query["campaign"] = str(campaign.pk)
            choices.append((campaign.name, f"?{query.urlencode()}"))
        return self._ask(request, _("In which campaign?"), choices)

    def _ask(self, request: HttpRequest, question: str, choices: list[tuple[str, str]]) -> HttpResponse:
        """Return a page with a question and a link for each answer."""
        context = {
            **self.admin_site.each_context(request),
            "title": question,
            "choices": choices,
            "opts": self.opts,
            "is_popup": "_popup" in request.GET,
        }
        return TemplateResponse(request, "admin/campaigns/choose.html", context)

    def _claim(self, request: Any, object_id: str) -> None:
        """Take the next version for this save; where another save has taken it, make the form a fresh one."""
        obj = self.get_object(request, unquote(object_id))
        if obj is None or not self.has_change_permission(request, obj):
            return
        expected = as_number(request.POST.get("version")) or 0
        if self.model.claim(obj.pk, expected):
            request.version = expected
            return
        obj.refresh_from_db()
        fields = flatten_fieldsets(self.get_fieldsets(request, obj))
        form = self.get_form(request, obj, change=True, fields=fields)(instance=obj)
        conflict = reconcile(request.POST, form, self._unbound_formsets(request, obj))
        request.POST, request.version, request.base = conflict.data, obj.version, conflict.base
        request.conflict = conflict
        if getattr(obj, "edited_by_id", None) == request.user.pk:
            request.refusal = _(
                "Not saved: the record has changed since this page was opened, and it was you who changed it last, here"
                " or in another window. Nothing is lost."
            )
        else:
            request.refusal = _(
                "Not saved: somebody else saved this record while you were writing. Nothing of yours is lost."
            )

    def _unbound_formsets(self, request: HttpRequest, obj: Any) -> list[Any]:
        """Return the inlines of the record as it stands in the database."""
        return [
            formset(instance=obj, prefix=formset.get_default_prefix(), queryset=inline.get_queryset(request))
            for formset, inline in self.get_formsets_with_inlines(request, obj)
        ]

    def render_change_form(self, request: Any, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        form, obj = context["adminform"].form, context.get("original")
        name_known(form)
        if obj is None and request.method == "GET":
            first = next(name for name in flatten_fieldsets(context["adminform"].fieldsets) if name in form.fields)
            widget = form.fields[first].widget
            getattr(widget, "widget", widget).attrs["autofocus"] = True
        if obj is not None:
            formsets = [inline.formset for inline in context["inline_admin_formsets"]]
            typed = request.method == "POST"
            context["version"] = getattr(request, "version", obj.version)
            context["base"] = getattr(request, "base", request.POST.get("base", "")) if typed else None
            if context["base"] is None and self.has_change_permission(request, obj):
                context["base"] = snapshot(form, formsets)
            context["conflict"] = getattr(request, "conflict", None)
            context["zone"] = request.campaign.timezone
            context["publication"] = self.publication(request, obj)
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        if isinstance(obj, Publishable) and (form.changed_data or not change):
            obj.edited_by = request.user
            if not change:
                obj.recorded_by = request.user
        super().save_model(request, obj, form, change)
