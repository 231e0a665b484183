"""The public addresses. Names, views, templates and tests are called alike; partners link to them for years."""

from django.urls import path, register_converter

from campaigns import feeds, sitemaps
from campaigns.embed import frames
from campaigns.embed import views as embed
from campaigns.views import (
    about,
    answers,
    campaigns,
    cite,
    corrections,
    data,
    demands,
    events,
    lanes,
    organizations,
    people,
    posts,
    search,
    share_cards,
    site,
    sources,
    statements,
    timeline,
    versions,
)


class Citable:
    """What is cited by its own address, as that address calls it."""

    regex = "|".join(versions.NOUNS)

    @staticmethod
    def to_python(value: str) -> str:
        """Leave it as it is, here and in the other direction."""
        return value

    to_url = to_python


class Number(Citable):
    """A number from 1 in the one form that it has; of no length that anything could choke on."""

    regex = "[1-9][0-9]{0,8}"


register_converter(Citable, "citable")
register_converter(Number, "number")

urlpatterns = [
    path("", campaigns.home, name="home"),
    path("healthz", site.healthz, name="healthz"),
    path("robots.txt", site.robots, name="robots"),
    path("sitemap.xml", sitemaps.sitemap, name="sitemap"),
    path("sitemap-<slug:section>-<int:number>.xml", sitemaps.section, name="section"),
    path("oembed", embed.oembed, name="oembed"),
    path("embed.js", embed.embed_script, name="embed_script"),
    path("embed/<slug:campaign_slug>/timeline/", frames.embed_timeline, name="embed_timeline"),
    path("embed/<slug:campaign_slug>/demands/<slug:slug>/", frames.embed_demand, name="embed_demand"),
    path("embed/<slug:campaign_slug>/officials/<slug:slug>/", frames.embed_official, name="embed_official"),
    path("embed/<slug:campaign_slug>/organizations/<slug:slug>/", frames.embed_organization, name="embed_organization"),
    path("embed/<slug:campaign_slug>/answers/", frames.embed_answers, name="embed_answers"),
    path("embed/<slug:campaign_slug>/lanes/", frames.embed_lanes, name="embed_lanes"),
    path("<slug:campaign_slug>/", campaigns.campaign, name="campaign"),
    path("<slug:campaign_slug>/timeline/", timeline.timeline, name="timeline"),
    path("<slug:campaign_slug>/lanes.svg", lanes.lanes, name="lanes"),
    path("<slug:campaign_slug>/demands/", demands.demands, name="demands"),
    path("<slug:campaign_slug>/demands/<slug:slug>/", demands.demand, name="demand"),
    path("<slug:campaign_slug>/demands/<slug:slug>/cite.<slug:form>", cite.cite_demand, name="cite_demand"),
    path("<slug:campaign_slug>/answers/", answers.answers, name="answers"),
    path("<slug:campaign_slug>/statements/", statements.statements, name="statements"),
    path("<slug:campaign_slug>/statements/<slug:slug>/", statements.statement, name="statement"),
    path("<slug:campaign_slug>/statements/<slug:slug>/cite.<slug:form>", cite.cite_statement, name="cite_statement"),
    path("<slug:campaign_slug>/events/", events.events, name="events"),
    path("<slug:campaign_slug>/events/<slug:slug>/", events.event, name="event"),
    path("<slug:campaign_slug>/events/<slug:slug>/cite.<slug:form>", cite.cite_event, name="cite_event"),
    path("<slug:campaign_slug>/<citable:noun>/<slug:slug>/versions/", versions.versions, name="versions"),
    path("<slug:campaign_slug>/<citable:noun>/<slug:slug>/versions/<number:number>/", versions.version, name="version"),
    path(
        "<slug:campaign_slug>/<citable:noun>/<slug:slug>/versions/<number:number>.json",
        versions.version_data,
        name="version_data",
    ),
    path("<slug:campaign_slug>/officials/", people.officials, name="officials"),
    path("<slug:campaign_slug>/officials/<slug:slug>/", people.official, name="official"),
    path("<slug:campaign_slug>/people/", people.people, name="people"),
    path("<slug:campaign_slug>/people/<slug:slug>/", people.person, name="person"),
    path("<slug:campaign_slug>/posts/", posts.posts, name="posts"),
    path("<slug:campaign_slug>/posts/<slug:slug>/", posts.post, name="post"),
    path("<slug:campaign_slug>/organizations/", organizations.organizations, name="organizations"),
    path("<slug:campaign_slug>/organizations/<slug:slug>/", organizations.organization, name="organization"),
    path("<slug:campaign_slug>/sources/", sources.sources, name="sources"),
    path("<slug:campaign_slug>/sources/<slug:slug>/", sources.source, name="source"),
    path("<slug:campaign_slug>/search/", search.search, name="search"),
    path("<slug:campaign_slug>/about/", about.about, name="about"),
    path("<slug:campaign_slug>/corrections/", corrections.corrections, name="corrections"),
    path("<slug:campaign_slug>/card.png", share_cards.card, name="card"),
    path("<slug:campaign_slug>/demands/<slug:slug>.png", share_cards.demand_card, name="demand_card"),
    path("<slug:campaign_slug>/officials/<slug:slug>.png", share_cards.official_card, name="official_card"),
    path("<slug:campaign_slug>/embed/", embed.embed, name="embed"),
    path("<slug:campaign_slug>/data/", data.data, name="data"),
    path("<slug:campaign_slug>/data/answers.json", answers.answers_data, name="answers_data"),
    path("<slug:campaign_slug>/data/campaign.<slug:form>", data.download, name="download"),
    path("<slug:campaign_slug>/feed.atom", feeds.feed, name="feed"),
    path("<slug:campaign_slug>/corrections.atom", feeds.corrections_feed, name="corrections_feed"),
]
