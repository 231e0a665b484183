"""The site's address space: the admin under its own prefix, everything else in `campaigns.urls`."""

from django.urls import path

from accountability import public_urls
from campaigns.admin.site import site

urlpatterns = [path("admin/", site.urls), *public_urls.urlpatterns]

handler404 = public_urls.handler404
