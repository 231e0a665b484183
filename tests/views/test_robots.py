"""What crawlers may read."""


def test_every_public_page_may_be_read_and_the_sitemap_is_named(client, settings):
    settings.SITE_ORIGIN = "https://record.example.org"
    answered = client.get("/robots.txt")
    assert answered["Content-Type"] == "text/plain"
    assert answered.content.decode() == (
        "User-agent: *\nDisallow: /admin/\nSitemap: https://record.example.org/sitemap.xml\n"
    )
