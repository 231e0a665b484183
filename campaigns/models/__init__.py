"""The nouns of the record, each with its questions (QuerySets) above it."""

from campaigns.models.actor import (
    Actor,
    ActorQuerySet,
    Classification,
    Membership,
    MembershipQuerySet,
    Official,
    Organization,
    Person,
    Post,
    Scope,
)
from campaigns.models.authorship import (
    SILENT,
    UNSEEN,
    Versions,
    authors_of,
    changed_columns,
    letters_changed,
    row_versions,
)
from campaigns.models.campaign import Campaign, CampaignQuerySet
from campaigns.models.change_order import Together, in_order
from campaigns.models.clearance import Clearance, ClearanceQuerySet, Private
from campaigns.models.correction import Correction, CorrectionQuerySet
from campaigns.models.dates import DayRange, Partial, PartialDate, Precision, days_between, iso_text, overlapping
from campaigns.models.demand import Demand, DemandQuerySet, Issuance, IssuanceQuerySet, Party, PartyQuerySet, nested
from campaigns.models.edit_lock import Versioned
from campaigns.models.event import Effect, EffectQuerySet, Event, EventQuerySet
from campaigns.models.history import TRACKED, Change, PastTheGate, change, history_of, remember
from campaigns.models.link_check import Due, LinkCheck, LinkCheckQuerySet
from campaigns.models.login_try import LoginTry, LoginTryQuerySet
from campaigns.models.outcome import Check, CheckQuerySet, Outcome, OutcomeQuerySet, Status
from campaigns.models.owned_rows import PARTS, owner_key, owner_keys, owner_of
from campaigns.models.proposed_change import ProposedChange, ProposedChangeQuerySet
from campaigns.models.publishing import (
    UNREADY,
    Publishable,
    PublishableQuerySet,
    State,
    Unpublishable,
    on_record_by,
    shown,
)
from campaigns.models.response import Response, ResponseQuerySet, Stance
from campaigns.models.revision import Revision, RevisionQuerySet
from campaigns.models.seals import seal, seal_all
from campaigns.models.search_entry import (
    Searchable,
    Searched,
    SearchEntry,
    SearchEntryQuerySet,
    Text,
    searchables,
)
from campaigns.models.source import Citation, CitationQuerySet, Source, SourceQuerySet
from campaigns.models.statement import (
    Participant,
    ParticipantQuerySet,
    Relation,
    RelationQuerySet,
    Statement,
    StatementQuerySet,
    spoken_by,
)
from campaigns.models.team import Invitation, InvitationQuerySet, Role, TeamMember, TeamMemberQuerySet
from campaigns.models.words_field import Group, Match, Phrase
from campaigns.text.private_details import Detail, DetailKind, private_details
from campaigns.text.words import Word, split_words, tag_token, title_token

__all__ = [
    "PARTS",
    "SILENT",
    "TRACKED",
    "UNREADY",
    "UNSEEN",
    "Actor",
    "ActorQuerySet",
    "Campaign",
    "CampaignQuerySet",
    "Change",
    "Check",
    "CheckQuerySet",
    "Citation",
    "CitationQuerySet",
    "Classification",
    "Clearance",
    "ClearanceQuerySet",
    "Correction",
    "CorrectionQuerySet",
    "DayRange",
    "Demand",
    "DemandQuerySet",
    "Detail",
    "DetailKind",
    "Due",
    "Effect",
    "EffectQuerySet",
    "Event",
    "EventQuerySet",
    "Group",
    "Invitation",
    "InvitationQuerySet",
    "Issuance",
    "IssuanceQuerySet",
    "LinkCheck",
    "LinkCheckQuerySet",
    "LoginTry",
    "LoginTryQuerySet",
    "Match",
    "Membership",
    "MembershipQuerySet",
    "Official",
    "Organization",
    "Outcome",
    "OutcomeQuerySet",
    "Partial",
    "PartialDate",
    "Participant",
    "ParticipantQuerySet",
    "Party",
    "PartyQuerySet",
    "PastTheGate",
    "Person",
    "Phrase",
    "Post",
    "Precision",
    "Private",
    "ProposedChange",
    "ProposedChangeQuerySet",
    "Publishable",
    "PublishableQuerySet",
    "Relation",
    "RelationQuerySet",
    "Response",
    "ResponseQuerySet",
    "Revision",
    "RevisionQuerySet",
    "Role",
    "Scope",
    "SearchEntry",
    "SearchEntryQuerySet",
    "Searchable",
    "Searched",
    "Source",
    "SourceQuerySet",
    "Stance",
    "State",
    "Statement",
    "StatementQuerySet",
    "Status",
    "TeamMember",
    "TeamMemberQuerySet",
    "Text",
    "Together",
    "Unpublishable",
    "Versioned",
    "Versions",
    "Word",
    "authors_of",
    "change",
    "changed_columns",
    "days_between",
    "history_of",
    "in_order",
    "iso_text",
    "letters_changed",
    "nested",
    "on_record_by",
    "overlapping",
    "owner_key",
    "owner_keys",
    "owner_of",
    "private_details",
    "remember",
    "row_versions",
    "seal",
    "seal_all",
    "searchables",
    "shown",
    "split_words",
    "spoken_by",
    "tag_token",
    "title_token",
]
