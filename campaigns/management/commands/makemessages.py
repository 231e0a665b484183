"""`makemessages` that also finds the texts that the code marks with `_lazy`."""

from django.core.management.commands import makemessages

__all__ = ["Command"]


class Command(makemessages.Command):
    """Django's own command with one more keyword."""

    xgettext_options = [*makemessages.Command.xgettext_options, "--keyword=_lazy"]
