"""What a browser would send: the values of the form in a page, read from its HTML."""

from html.parser import HTMLParser
from typing import Any


class _Form(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self.select = self.textarea = ""
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given: dict[str, Any] = dict(attrs)
        name = given.get("name") or ""
        if tag == "form":
            self.inside = str(given.get("id", "")).endswith("_form")
        if not self.inside:
            return
        if tag == "input" and name and given.get("type") not in ("submit", "file"):
            if given.get("type") not in ("checkbox", "radio") or "checked" in given:
                self.values[name] = given.get("value") or ("on" if given.get("type") == "checkbox" else "")
        elif tag == "select":
            self.select = name
            if "multiple" not in given:  # of several that may be chosen nothing is sent where none is
                self.values.setdefault(name, "")
        elif tag == "option" and self.select and "selected" in given:
            self.values[self.select] = given.get("value") or ""
        elif tag == "textarea":
            self.textarea = name
            self.values[name] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self.textarea:
            # The first line break after the tag belongs to the markup.
            self.values[self.textarea] = self.values[self.textarea].removeprefix("\n")
            self.textarea = ""
        elif tag == "select":
            self.select = ""
        elif tag == "form":
            self.inside = False

    def handle_data(self, data: str) -> None:
        if self.textarea:
            self.values[self.textarea] += data


def form_values(response: Any) -> dict[str, str]:
    """Return the names and values of the change form in a response."""
    reader = _Form()
    reader.feed(response.text)
    assert reader.values, "the page has no form"
    if "correction_sentence" in reader.values:
        # Whoever edits in a test that is about something else has a sentence for readers, who see it at once.
        for name, value in (("kind", "correction"), ("sentence", "We put it right.")):
            reader.values[f"correction_{name}"] = reader.values.get(f"correction_{name}") or value
    return reader.values
