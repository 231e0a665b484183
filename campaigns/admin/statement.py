"""Statements, with whom and what they refer to."""

from django.contrib import admin

from campaigns.admin.record import LinkInline, RecordAdmin, site
from campaigns.admin.source import CitationInline
from campaigns.models import Issuance, Participant, Relation, Response, Statement

__all__ = ["StatementAdmin"]


class IssuanceInline(LinkInline):
    """The demands that it raises."""

    model = Issuance
    autocomplete_fields = ["demand"]


class ResponseInline(LinkInline):
    """The demands that it answers."""

    model = Response
    fk_name = "statement"
    autocomplete_fields = ["demand", "letter"]


class ParticipantInline(LinkInline):
    """Who else took part."""

    model = Participant
    autocomplete_fields = ["actor"]


class RelationInline(LinkInline):
    """Which statements it refers to."""

    model = Relation
    fk_name = "statement"
    autocomplete_fields = ["to"]


@admin.register(Statement, site=site)
class StatementAdmin(RecordAdmin):
    """Statements."""

    list_display = ["slug", "date", "speaker", "campaign", "state"]
    list_select_related = ["speaker", "campaign"]
    search_fields = ["slug", "speaker__name", "speaker_label", "summary"]
    autocomplete_fields = ["campaign", "speaker", "on_behalf_of"]
    inlines = [IssuanceInline, ResponseInline, CitationInline, ParticipantInline, RelationInline]
