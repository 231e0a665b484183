"""What crawlers may read."""

import pytest


@pytest.mark.django_db  # whether an answer is kept for the record as it stands is asked of every public address
def test_every_public_page_may_be_read_and_the_sitemap_is_named(client, settings):
    settings.SITE_ORIGIN = "https://record.example.org"
    answered = client.get("/robots.txt")
    assert answered["Content-Type"] == "text/plain"
    assert answered.content.decode() == (
        "User-agent: *\nDisallow: /admin/\nSitemap: https://record.example.org/sitemap.xml\n"
    )
