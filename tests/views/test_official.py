"""An official's address; the page itself is a person's (test_person)."""

import pytest

from tests.factories import make_official
from tests.pages import text

pytestmark = pytest.mark.django_db


def test_it_is_the_persons_page(client):
    official = make_official(name="Rick Smith")
    base = f"/{official.campaign.slug}"
    pages = [client.get(f"{base}/{under}/{official.slug}/") for under in ("officials", "people")]
    assert pages[0].content == pages[1].content
    assert text(pages[0]).startswith("Official Rick Smith Roles ")
