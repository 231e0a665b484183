"""The app, and the one thing it does around a migration."""

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _lazy

from campaigns.triggers import create_triggers, drop_triggers


class CampaignsConfig(AppConfig):
    """The record."""

    name = "campaigns"
    verbose_name = _lazy("The record")

    def ready(self) -> None:
        """Take the rules that span tables away before a migration and make them anew after it."""
        pre_migrate.connect(self._drop_triggers, sender=self)
        post_migrate.connect(self._create_triggers, sender=self)

    def _drop_triggers(self, using: str, **kwargs: Any) -> None:
        drop_triggers(connections[using])

    def _create_triggers(self, using: str, **kwargs: Any) -> None:
        create_triggers(connections[using])
