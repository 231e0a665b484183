"""What axe, the page's policy and the browser say of a page, in every look that it has."""

from collections.abc import Iterable
from typing import Any

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page, Response, expect

#: A page's look is the width of its window and the colours that its reader prefers.
Look = tuple[int, Any]
LOOKS: tuple[Look, ...] = ((390, "light"), (1280, "dark"), (1280, "light"), (390, "dark"))
#: Axe's rules about colours, which a page has twice; its other rules ask for what both looks of a width have.
OF_COLOURS = ("color-contrast", "link-in-text-block")
#: What fades from one colour to another is judged by the latter.
JUDGE = """([context, options]) => {
  document.getAnimations().forEach(one => one.finish())
  return axe.run(context || document, {resultTypes: ['violations'], preload: false, ...options})
}"""
#: Nothing where the page fits its window; else how wide it is, and every element that sticks out.
WIDE = """document.documentElement.scrollWidth <= innerWidth ? [] : [
  `${document.documentElement.scrollWidth} of ${innerWidth} px`,
  ...[...document.querySelectorAll('body *')]
    .filter(e => e.getBoundingClientRect().right > innerWidth)
    .map(e => `${e.tagName} #${e.id} .${e.className}`)
]"""
#: Tells of what the page's policy refused; a script of the browser's own, which no policy stops.
LISTENER = "addEventListener('securitypolicyviolation', e => console.error('refused: ' + e.violatedDirective))"


def become(page: Page, width: int, scheme: Any) -> None:
    """Give the page a look."""
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)


def found(
    page: Page, looks: Iterable[Look] = LOOKS, context: Any = None, rules: Any = None, quick: bool = False
) -> list[object]:
    """Return what axe finds in the page that is open, in each look, and what is wider than the window.

    Axe is brought into the page once. In a second look of a width it judges the colours alone; where it is to be quick,
    in every look but the first. Of what it finds, the rule and the element are told.
    """
    page.evaluate(Axe().axe_script)
    seen: list[object] = []
    widths: set[int] = set()
    for look in looks:
        become(page, *look)
        seen += [(*look, wide) for wide in page.evaluate(WIDE)]
        colours = [*OF_COLOURS, *(name for name in rules or {} if "contrast" in name)]
        asked = {"runOnly": colours} if look[0] in widths or (quick and widths) else {"rules": rules or {}}
        widths.add(look[0])
        violations = page.evaluate(JUDGE, [context, asked])["violations"]
        seen += [(*look, one["id"], node["html"][:200]) for one in violations for node in one["nodes"]]
    return seen


def complaints_of(page: Page, *words: str) -> list[str]:
    """Collect every error of the page's scripts, and what the browser's console says with one of the words in it."""
    said: list[str] = []
    page.on("console", lambda one: said.append(one.text) if any(word in one.text for word in words or [""]) else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    return said


def refused_on(page: Page) -> list[str]:
    """Collect what the policy refuses on the pages that are opened, and every error of their scripts."""
    page.add_init_script(LISTENER)
    return complaints_of(page, "refused: ")


class Looks:
    """A way through pages of the desk: each is looked at once it is there, and what was found is kept by its name."""

    def __init__(self, page: Page, looks: Iterable[Look] = LOOKS) -> None:
        self.page, self.looks = page, [*looks]
        self.policy = ""
        self.refused = refused_on(page)
        self.seen: list[str] = []
        self.found: dict[str, list[object]] = {}
        become(page, *self.looks[0])
        page.on("response", self._note)

    def _note(self, answer: Response) -> None:
        """Keep the policy with which the page came; a 204 brings none, and its headers may come after the page's."""
        if answer.request.resource_type == "document" and answer.status != 204:
            self.policy = answer.headers.get("content-security-policy", "")

    def open(self, address: str) -> int:
        """Open a page, and return the status with which it came."""
        self.refused.clear()
        answer = self.page.goto(address)
        assert answer
        return answer.status

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name).first.click()

    def at(self, name: str, heading: str = "", looks: Iterable[Look] = ()) -> None:
        """Note what axe and the browser say of the page that is open, or that comes with a heading."""
        if heading:
            expect(self.page.get_by_role("heading", level=1, name=heading)).to_be_visible()
        self.page.wait_for_load_state()  # a heading can be asked for before the last stylesheet is there
        assert ("default-src 'none'" in self.policy, "unsafe" in self.policy) == (True, False)
        self.page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        seen: list[object] = [*self.refused]  # before axe itself writes a style into the page
        # Django's column at the side is judged once, on the first page.
        aside = {"exclude": ["#nav-sidebar"]} if self.seen else None
        seen += found(self.page, looks or self.looks, aside, quick=not looks)
        self.looks.reverse()  # the next page is opened as this one is left, and judged in the other look first
        self.refused.clear()
        self.seen.append(name)
        if seen:
            self.found[name] = seen
