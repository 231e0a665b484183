"""Which pages have a frame, and where it is: read by the pages, which announce it, and by what answers about it.

A page's path and query become a frame's by putting /embed before the path; the overview stands for the timeline.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, quote, urlencode

from django.conf import settings
from django.http import QueryDict
from django.urls import reverse

from campaigns.timeline.filters import TimelineFilter

__all__ = ["FRAMES", "LOOKS", "PAGES", "Embeddable"]

#: Names of pages, with the name of the frame that shows the same.
FRAMES = {
    "campaign": "embed_timeline",
    "timeline": "embed_timeline",
    "demand": "embed_demand",
    "official": "embed_official",
    "organization": "embed_organization",
    "answers": "embed_answers",
}
#: What an address may say about a frame's look.
LOOKS = ("theme", "accent", "density", "lang", "limit", "as_of")
#: What an address may say about what a frame shows, by the frame's name.
CHOICES = {"embed_timeline": tuple(TimelineFilter.base_fields), "embed_answers": ("order",)}


@dataclass(frozen=True, slots=True)
class Embeddable:
    """Something that has a page and a frame. The query holds only what a frame understands."""

    page: str
    frame: str
    arguments: Mapping[str, str]
    query: str = ""

    @classmethod
    def at(cls, name: str, arguments: Mapping[str, str], query: str, fragment: str = "") -> "Embeddable | None":
        """Return what stands at the address of a page or a frame; None where that has no frame."""
        frame = name if name in PAGES else FRAMES.get(name)
        if name == "campaign" and fragment == "lanes":
            frame = "embed_lanes"
        if frame is None:
            return None
        known = (*CHOICES.get(frame, ()), *LOOKS)
        given = QueryDict(query)
        kept = urlencode([(key, value) for key in given if key in known for value in given.getlist(key)])
        return cls(PAGES[frame] if name in PAGES else name, frame, arguments, kept)

    def looking(self, look: str) -> "Embeddable":
        """Return the same with another look, given as a query."""
        kept = urlencode([(key, value) for key, value in parse_qsl(self.query) if key not in LOOKS])
        return replace(self, query="&".join(filter(None, (kept, look))))

    @property
    def page_path(self) -> str:
        """The page's path with what it understands of the query; the lane chart is a part of the overview."""
        fragment = "#lanes" if self.frame == "embed_lanes" else ""
        return _with(reverse(self.page, kwargs=dict(self.arguments)), self.query) + fragment

    @property
    def frame_path(self) -> str:
        """The frame's path and query."""
        return _with(reverse(self.frame, kwargs=dict(self.arguments)), self.query)

    @property
    def discovery(self) -> list[tuple[str, str]]:
        """The media types and addresses at which machines ask for it: JSON first, as some take the first."""
        address = quote(settings.SITE_ORIGIN + self.page_path, safe="")
        return [
            (f"{kind}+oembed", f"{settings.SITE_ORIGIN}{reverse('oembed')}?format={form}&url={address}")
            for kind, form in (("application/json", "json"), ("text/xml", "xml"))
        ]


#: The page that stands behind each frame.
PAGES = {frame: page for page, frame in FRAMES.items()} | {"embed_lanes": "campaign"}


def _with(path: str, query: str) -> str:
    return f"{path}?{query}" if query else path
