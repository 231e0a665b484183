"""The public addresses. Names, views, templates and tests are called alike; partners link to them for years."""

from django.urls import path

from campaigns.views import campaigns, demands, statements, timeline

urlpatterns = [
    path("", campaigns.home, name="home"),
    path("<slug:campaign_slug>/", campaigns.campaign, name="campaign"),
    path("<slug:campaign_slug>/timeline/", timeline.timeline, name="timeline"),
    path("<slug:campaign_slug>/demands/", demands.demands, name="demands"),
    path("<slug:campaign_slug>/demands/<slug:slug>/", demands.demand, name="demand"),
    path("<slug:campaign_slug>/statements/<slug:slug>/", statements.statement, name="statement"),
]
