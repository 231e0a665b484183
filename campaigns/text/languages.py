"""Languages by their tags, as BCP 47 has them."""

from django.utils.translation import get_language_info

__all__ = ["language_name"]


def language_name(tag: str) -> str:
    """Return what a language is called in the language that is spoken; the tag itself where nobody knows."""
    try:
        return str(get_language_info(tag)["name_translated"])
    except KeyError:
        return tag
