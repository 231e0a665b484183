"""The app, and what it registers with Django when it starts."""

from django.apps import AppConfig
from django.core.checks import Tags, register

from campaigns import checks


class CampaignsConfig(AppConfig):
    """Campaigns: demands, answers, outcomes and their sources."""

    name = "campaigns"

    def ready(self) -> None:
        """Register the checks of the settings, which every management command runs."""
        register(checks.check_origin, Tags.security)
        register(checks.check_hosts, Tags.security)
        # Not tagged as a database check: those run only when asked for, and this one opens no connection.
        register(checks.check_database)
        register(checks.check_static_files, Tags.staticfiles, deploy=True)
