"""Two actors, one name, in the desk: search boxes and lists say which is which, and nobody is added twice unawares."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Prefetch, prefetch_related_objects
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from campaigns.actors.namesakes import described
from campaigns.admin.editing.forms import LinesField, RecordForm
from campaigns.admin.editing.publishing import record_url
from campaigns.models import Actor, Membership
from campaigns.text.folding import fold

__all__ = ["ActorForm", "in_full", "know_roles", "which"]

#: So many of the same name are shown.
_MOST = 10


def know_roles(actors: Iterable[Actor]) -> list[Actor]:
    """Return the actors with what tells them apart, drafts included, in three queries; as ``known_roles``."""
    rows = list(actors)
    roles = Prefetch("memberships", Membership.objects.in_order(), "known_roles")
    prefetch_related_objects(rows, roles, "organization", "parent")
    return rows


def which(actor: Any) -> str:
    """Return what an actor is besides its name; of those that `know_roles` returned."""
    return described(actor, actor.known_roles, actor.organization or actor.parent)


def in_full(actor: Any) -> str:
    """Return the name with what tells it from another."""
    apart = which(actor)
    return f"{actor} ({apart})" if apart else str(actor)


class ActorForm(RecordForm):
    """An actor of any kind."""

    aliases = LinesField(
        label=_lazy("other names"),
        required=False,
        help_text=_lazy("One on each line: spellings, initials, nicknames that sources use. Search finds them."),
    )
    save_anyway = forms.BooleanField(
        label=_lazy("It is somebody else of the same name: save it anyway"), required=False, widget=forms.HiddenInput
    )

    def clean(self) -> Any:
        """Warn of one that has the name already, accents and case aside, and let it be saved in spite of it."""
        data = super().clean()
        if self.instance.pk is None and self.campaign is not None and not data.get("save_anyway"):
            alike = know_roles(self._alike({fold(name) for name in [data.get("name") or "", *data.get("aliases", ())]}))
            links = format_html_join(
                ", ", '<a href="{}" target="_blank">{}</a>', ((record_url(one), in_full(one)) for one in alike)
            )
            if links:
                self.fields["save_anyway"].widget = forms.CheckboxInput()
                said = _("The record has this name already. Is it the same?")
                self.add_error("save_anyway", format_html("{} {}", said, links))
        return data

    def _alike(self, names: set[str]) -> list[Actor]:
        rows = Actor.objects.filter(campaign=self.campaign, kind=self.instance.kind).by_name()
        found = [
            pk
            for pk, name, aliases in rows.values_list("pk", "name", "aliases")
            if not names.isdisjoint(fold(one) for one in (name, *aliases))
        ]
        return list(rows.filter(pk__in=found[:_MOST]))
