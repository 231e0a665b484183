"""What an editor says of a change that readers will notice: a typo, or a correction with a sentence."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from campaigns.history.changes import campaign_of
from campaigns.models import Correction, Publishable
from campaigns.staff.permissions import can_publish

__all__ = ["Answer"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What an editor said of a change that readers will notice."""

    kind: str
    sentence: str
    #: What stood there before must not be shown any more.
    hides: bool = False

    @classmethod
    def of(cls, sent: Mapping[str, Any]) -> "Answer":
        """Read it from a form."""
        kind, sentence = (str(sent.get(f"correction_{name}", "")) for name in ("kind", "sentence"))
        return cls(kind, sentence.strip(), bool(sent.get("correction_hides")))

    def correction(self, record: Publishable, by: Any) -> Correction:
        """Return the correction to save; raise ValidationError with what is missing."""
        if self.kind not in Correction.ASKED:
            raise ValidationError(_("Readers have seen this. Say below whether it is a typo or a correction."))
        if self.kind == Correction.Kind.CORRECTION and not self.sentence:
            raise ValidationError(_("Write for the readers what was corrected."))
        if self.hides and not can_publish(by, campaign_of(record)):
            raise ValidationError(_("Only whoever may publish takes away what stood there before."))
        made = Correction.of(record, self.kind, self.sentence if self.kind == Correction.Kind.CORRECTION else "", by)
        made.hides_earlier = self.hides
        made.full_clean()
        return made
