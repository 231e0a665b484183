"""The address space of a process for readers: everything but the desk."""

from django.urls import include, path

urlpatterns = [path("", include("campaigns.urls"))]

#: An address that is none, within a frame or on the site.
handler404 = "campaigns.embed.frames.missing"
