"""The sources, and everything that rests on each."""

from django.http import HttpRequest, HttpResponse

from campaigns.http.pages import CORRECTIONS, find, public_campaign, render_page
from campaigns.http.paging import cursor, slice_after
from campaigns.models import Campaign, Citation, Correction, Source
from campaigns.timeline.stream import Stream
from campaigns.verdicts import marks

__all__ = ["source", "sources"]

#: Entries on a source's page.
WINDOW = 20


@public_campaign
def sources(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """List the sources, newest first and undated last, with how many records rest on each."""
    found = Source.objects.published().filter(campaign=campaign).select_related("campaign")
    page = slice_after(request, found, found.NEWEST_FIRST)
    uses = Citation.objects.uses(page.rows)
    rows = [{"source": source, "uses": uses.get(source.pk, 0)} for source in page.rows]
    return render_page(request, "campaigns/sources.html", {"campaign": campaign, "rows": rows, "page": page})


@public_campaign
def source(request: HttpRequest, campaign: Campaign, slug: str) -> HttpResponse:
    """Show one source whole, and everything that rests on it."""
    source = find(Source.objects.filter(campaign=campaign).select_related("campaign"), slug=slug)
    window = Stream.of(campaign).citing(source).oldest(WINDOW, cursor(request, "entries_after"))
    context = {
        "campaign": campaign,
        "source": source,
        "uses": Citation.objects.uses([source]).get(source.pk, 0),
        "beside": slice_after(request, Citation.objects.of_published().beside_timeline(source), ("pk",)),
        "window": window,
        "corrections": Correction.objects.published().of(source)[:CORRECTIONS],
        "marks": marks(entry.record for entry in window.entries),
    }
    return render_page(request, "campaigns/source.html", context)
