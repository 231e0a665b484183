"""The app, and what it registers with Django when it starts."""

from typing import Any

from django.apps import AppConfig
from django.core.checks import Tags, register
from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _lazy

from campaigns import checks, triggers


class CampaignsConfig(AppConfig):
    """Campaigns: demands, answers, outcomes and their sources."""

    name = "campaigns"
    verbose_name = _lazy("Campaigns")

    def ready(self) -> None:
        """Register the checks of the settings, which every management command runs."""
        register(checks.check_origin, Tags.security)
        register(checks.check_hosts, Tags.security)
        # Not tagged as a database check: those run only when asked for, and this one opens no connection.
        register(checks.check_database)
        register(checks.check_static_files, Tags.staticfiles, deploy=True)
        # The only signals: nothing else runs at the end of each migration, and of flush, whichever way it is started.
        pre_migrate.connect(_drop_triggers, self)
        post_migrate.connect(_create_triggers, self)


def _drop_triggers(using: str, **kwargs: Any) -> None:
    triggers.drop_triggers(connections[using])


def _create_triggers(using: str, **kwargs: Any) -> None:
    triggers.create_triggers(connections[using])
