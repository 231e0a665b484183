"""What every form of the desk does: dates in words, lists in lines, a slug where none is written, the model's rules."""

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator, URLValidator
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from campaigns.models import Campaign, Partial, State
from campaigns.models.validators import validate_line, validate_text, validate_url
from campaigns.text.folding import fold

__all__ = ["AddressField", "LinesField", "RecordForm", "WordsField", "free_slug"]

if TYPE_CHECKING:
    _Form = forms.ModelForm[Any]
else:  # Django's own class takes no type when it runs
    _Form = forms.ModelForm


_is_address = URLValidator(schemes=["http", "https"])


def _validate_address(value: str) -> None:
    """Say one thing that is wrong with an address, the clearest first; that it is too long is the field's to say."""
    validate_url(value)
    if len(value) <= URLValidator.max_length:
        _is_address(value)


class AddressField(forms.URLField):
    """An address: what is wrong with it is said once, and in the record's own words."""

    default_validators = [_validate_address]
    default_error_messages = {
        "invalid": _lazy("This is no address: expected something like https://example.org/article.")
    }


def _text(value: Any) -> str:
    return "\n".join(value) if isinstance(value, list) else str(value)


def _validate_text(value: Any) -> None:
    validate_text(_text(value))


def _validate_whole(value: Any) -> None:
    """Refuse what a browser puts in the place of a character that it cannot send or show."""
    if lost := _text(value).find("\ufffd") + 1:
        said = _("“�” at position %(at)d stands for a character that was lost on the way: write it again.")
        raise ValidationError(said % {"at": lost}, code="lost")


class WordsField(forms.CharField):
    """A text that stays byte for byte what it was: browsers send other line ends than the record has."""

    def __init__(self, **kwargs: Any) -> None:
        """Keep the blanks at both ends."""
        super().__init__(**kwargs | {"strip": False})

    def to_python(self, value: Any) -> Any:
        """Return the text with line feeds; empty where there are only blanks."""
        text = (super().to_python(value) or "").replace("\r\n", "\n").replace("\r", "\n")
        return text if text.strip() else ""


def free_slug(record: Any, words: str) -> str:
    """Return a slug of the words that no other record of its campaign has; with a number where it is taken."""
    model = type(record)
    start = re.sub(r"[^a-z0-9]+", "-", fold(words)).strip("-")[:60].strip("-") or str(model._meta.model_name)
    others = model._meta.concrete_model._base_manager.exclude(pk=record.pk)
    if getattr(record, "campaign_id", None):
        others = others.filter(campaign=record.campaign_id)
    taken = set(others.filter(slug__startswith=start).values_list("slug", flat=True))
    return next(slug for slug in [start, *(f"{start}-{n}" for n in range(2, len(taken) + 3))] if slug not in taken)


class LinesField(forms.CharField):
    """A list of short texts, one on each line."""

    widget = forms.Textarea(attrs={"rows": 3, "cols": 40})

    def to_python(self, value: Any) -> Any:
        """Return the lines that say something."""
        lines = value if isinstance(value, list) else str(value or "").splitlines()
        return [line.strip() for line in lines if line.strip()]

    def prepare_value(self, value: Any) -> Any:
        """Return the lines as they stand in the field."""
        return "\n".join(value) if isinstance(value, list) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Say whether the lines are others."""
        return bool(self.to_python(data) != (initial or []))


class RecordForm(_Form):
    """A form for a record or a link of it. `RecordAdmin` makes a subclass for each page, which knows the campaign."""

    #: Where the record belongs: never typed, and never changed.
    campaign: Campaign | None = None
    #: Whose form it is; None in a row of links.
    user: Any = None
    #: Why the form may not be saved whatever stands in it: a colleague was faster, or the database refuses it.
    refusal: str = ""
    #: From which fields a slug is made where none is written.
    slug_from: tuple[str, ...] = ("name",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Take the dates from the record, and put a new record into its campaign."""
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.label = capfirst(field.label) if field.label else field.label
            if isinstance(field, forms.CharField):
                field.widget.attrs.pop("maxlength", None)  # a browser would cut what is pasted, without a word
                own = any(one in (validate_line, _validate_address) for one in field.validators)
                others = [one for one in field.validators if not isinstance(one, ProhibitNullCharactersValidator)]
                field.validators = [*others, _validate_whole, *([] if own else [_validate_text])]
                if not isinstance(field, forms.URLField):
                    field.widget.attrs.setdefault("dir", "auto")  # Arabic and Hebrew begin at the right
        self.partials = [name for name in self.fields if isinstance(getattr(self._meta.model, name, None), Partial)]
        for name in self.partials:
            self.initial.setdefault(name, getattr(self.instance, name))
        if self.campaign is not None and getattr(self.instance, "campaign_id", 0) is None:
            self.instance.campaign = self.campaign
        if "slug" in self.fields:
            self.fields["slug"].required = False
            self.fields["slug"].disabled = getattr(self.instance, "state", "") in (State.PUBLISHED, State.WITHDRAWN)
            self.fields["slug"].help_text = _lazy(
                "The end of its address, which never changes once it is published. Empty: we make one."
            )

    def clean(self) -> Any:
        """Give the record its dates and, where none was written, its slug."""
        super().clean()
        data = self.cleaned_data
        for name in self.partials:
            if name in data:
                setattr(self.instance, name, data[name])
        if "slug" in self.fields and not data.get("slug") and "slug" not in self.errors:
            data["slug"] = free_slug(self.instance, " ".join(self.slug_words()))
        if self.refusal:
            self.add_error(None, self.refusal)
        return data

    def slug_words(self) -> list[str]:
        """Return the words that a new slug is made of."""
        return [str(self.cleaned_data.get(name) or "") for name in self.slug_from]

    def _get_validation_exclusions(self) -> set[str]:
        """Let the model check its rules on what stands in the form under other names, too."""
        checked = {"campaign", "kind"}
        for name in self.partials:
            if name not in self.errors:
                columns = getattr(type(self.instance), name)
                checked |= {columns.date, columns.precision}
        return super()._get_validation_exclusions() - checked  # type: ignore[no-any-return, misc]
