"""The Atom feeds of a campaign, its newest entries and its corrections, read by people and partners who follow it."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from campaigns.http.pages import public_campaign
from campaigns.models import Campaign, Correction, Event, Issuance, Outcome, Publishable, Statement
from campaigns.timeline.stream import Entry, Stream
from campaigns.verdicts import concluded, rulings, subjects

__all__ = ["corrections_feed", "feed"]

#: How many entries a feed holds.
LIMIT = 50


class _Feed(Atom1Feed):
    """Atom whose date does not depend on when it is asked for, even when it is empty."""

    def latest_post_date(self) -> dt.datetime:
        changed: dt.datetime = max((item["updateddate"] for item in self.items), default=self.feed["changed"])
        return changed


@public_campaign
def feed(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Return the newest entries as Atom. Every address starts with the site's own origin, never with a Host header."""
    atom = _of(campaign, campaign.name, campaign.get_absolute_url(), "feed")
    entries = Stream.of(campaign).newest(LIMIT).entries[::-1]
    about = subjects(entry.record for entry in entries)
    demands = {demand.pk: demand for group in about for demand in group}
    found = rulings(list(demands.values()), campaign.today(), history=0)
    for entry, group in zip(entries, about, strict=True):
        _add(atom, entry, concluded([found[demand.pk] for demand in group]))
    return HttpResponse(atom.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


@public_campaign
def corrections_feed(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Return the newest corrections as Atom, in the form of the other feed."""
    title = _("Corrections: %(campaign)s") % {"campaign": campaign}
    atom = _of(campaign, title, reverse("corrections", args=[campaign.slug]), "corrections_feed")
    found = Correction.objects.published().filter(campaign=campaign).with_subject()
    for correction in found.order_by(*found.NEWEST_FIRST)[:LIMIT]:
        address = settings.SITE_ORIGIN + correction.get_absolute_url()
        atom.add_item(
            title=_said(correction) % {"record": _named(correction)},
            link=settings.SITE_ORIGIN + correction.subject.get_absolute_url(),  # type: ignore[attr-defined]
            unique_id=address,
            description=f"<p>{escape(correction.sentence)}</p>",
            pubdate=correction.at,
            updateddate=correction.at,
        )
    return HttpResponse(atom.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


def _said(correction: Correction) -> str:
    return _("Withdrawn: %(record)s") if correction.kind == correction.Kind.WITHDRAWAL else _("Corrected: %(record)s")


def _named(correction: Any) -> str:
    """Return the record that was corrected; of one that was withdrawn since, only its noun."""
    subject = correction.subject
    return str(subject) if correction.stands else _("%(noun)s, withdrawn since") % {"noun": subject.noun()}


def _of(campaign: Campaign, title: str, page: str, name: str) -> _Feed:
    """Return an empty feed of a campaign under that name."""
    return _Feed(
        title=title,
        description=campaign.summary,
        subtitle=campaign.summary or None,
        link=settings.SITE_ORIGIN + page,
        feed_url=settings.SITE_ORIGIN + reverse(name, args=[campaign.slug]),
        language=campaign.language,
        author_name=campaign.name,
        feed_copyright=campaign.licence or None,
        changed=campaign.updated_at,
    )


def _add(atom: _Feed, entry: Entry, verdicts: list[str]) -> None:
    """Add one entry, with what the record concludes of the demands that it is about.

    Its id is its permanent address; it was published when it was recorded, not when it happened.
    """
    title, words, author, page, dated = _parts(entry)
    address = settings.SITE_ORIGIN + page
    atom.add_item(
        title=f"{capfirst(title)} ({entry.when}{f' – {entry.end}' if entry.end else ''})",
        link=address,
        unique_id=address,
        description="".join(f"<p>{escape(text)}</p>" for text in (*words, *verdicts) if text),
        author_name=author,
        pubdate=dated.recorded_at,
        updateddate=dated.updated_at,
    )


def _parts(entry: Entry) -> tuple[str, list[str], str | None, str, Publishable]:
    """Return title, paragraphs, whoever said it, address, and the record whose dates count."""
    match entry.record:
        case Statement() as said:
            who = said.speaker_label or str(said.speaker)
            title = _("%(kind)s: %(who)s") % {"kind": said.get_kind_display(), "who": said.said_by()}
            quote = _("“%(words)s”") % {"words": said.quote} if said.quote else ""
            return title, [said.summary, quote], who, said.get_absolute_url(), said
        case Event() as event:
            return event.title, [event.summary], None, event.get_absolute_url(), event
        case Outcome() as outcome:
            title = f"{outcome.demand}: {outcome.get_status_display()}"
            return title, [outcome.reason], None, outcome.get_absolute_url(), outcome
        case Issuance() as raised:
            title = _("Raised: %(demand)s") % {"demand": raised.demand}
            page = f"{raised.demand.get_absolute_url()}#{entry.anchor}"
            return title, [raised.text or raised.demand.text], None, page, raised.demand
