"""The site's address space: the admin under its own prefix, everything else in `campaigns.urls`."""

from django.urls import include, path

from campaigns.admin.site import site

urlpatterns = [path("admin/", site.urls), path("", include("campaigns.urls"))]

#: An address that is none, within a frame or on the site.
handler404 = "campaigns.embed.frames.missing"
