"""The site's address space: the admin under its own prefix, everything else in `campaigns.urls`."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [path("admin/", admin.site.urls), path("", include("campaigns.urls"))]

#: An address that is none, within a frame or on the site.
handler404 = "campaigns.embed.frames.missing"
