"""How the record is made, and what its words mean."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _lazy

from campaigns.http.pages import public_campaign, render_page
from campaigns.models import Campaign, Stance, Status
from campaigns.verdicts import AnswerState

__all__ = ["ANSWER_STATES", "STANCES", "STATUSES", "about"]

STANCES = {
    Stance.ACCEPTS: _lazy("The speaker says yes to the demand."),
    Stance.PROMISES: _lazy("The speaker says that it will be done, or that a step towards it will be taken."),
    Stance.ACTS: _lazy("The answer is itself an act: a vote, an order, a filing, a resignation."),
    Stance.PARTIAL: _lazy("The speaker says yes to a part of the demand, or to a weaker form of it."),
    Stance.ACKNOWLEDGES: _lazy(
        "The speaker says that the demand was received or heard, or announces an answer, and says no more. It is not"
        " counted as an answer."
    ),
    Stance.DEFLECTS: _lazy("The speaker talks about something else, or says that somebody else must decide."),
    Stance.REJECTS: _lazy("The speaker says no to the demand."),
    Stance.SUPPORTS: _lazy("The speaker is for the demand and has nothing to grant."),
    Stance.OPPOSES: _lazy("The speaker is against the demand and has nothing to grant."),
    Stance.NO_POSITION: _lazy("The speaker declines to say yes or no. That is an answer, not silence."),
}
STATUSES = {
    Status.NOT_STARTED: _lazy("Nothing that a source shows has been done about it."),
    Status.PROPOSED: _lazy("Somebody who can decide it, or bring it to a decision, has put it forward."),
    Status.UNDER_WAY: _lazy("Work on it has begun and a source shows it."),
    Status.PARTLY_DONE: _lazy("A part of it is done; the reason says which part."),
    Status.DONE: _lazy("What was demanded has been done."),
    Status.BLOCKED: _lazy("It was begun or decided, and something stops it: a court, a law, a vote."),
    Status.REVERSED: _lazy("It was done and has been undone."),
    Status.OVERTAKEN: _lazy("Events have made the demand pointless, without anybody granting or refusing it."),
    Status.WITHDRAWN: _lazy("Those who demanded it no longer do."),
    Status.CANNOT_BE_CHECKED: _lazy("No public source could show whether it was done."),
}
ANSWER_STATES = {
    AnswerState.ANSWERED: _lazy(
        "They took a position, whichever it was: yes, no, or a part. That does not mean that the demand was granted."
    ),
    AnswerState.REPLIED: _lazy("They spoke to the demand, or to the letter that makes it, and took no position on it."),
    AnswerState.DECLINED: _lazy("They declined to say yes or no, or a source reports that they declined to comment."),
    AnswerState.ANNOUNCED: _lazy("They said that they heard the demand or will answer it, and have not done so yet."),
    AnswerState.NO_ANSWER: _lazy(
        "Somebody looked for an answer up to the day that is given and found none, or a source reports that they did"
        " not respond. There may be one that we did not find."
    ),
    AnswerState.NOT_CHECKED: _lazy(
        "We have no answer on record and have not looked for one yet. That is our backlog, not anybody’s silence."
    ),
}


@public_campaign
def about(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Show the methodology, each word of the vocabulary in a sentence, and how to ask for a correction."""
    context = {
        "campaign": campaign,
        "states": [(state, AnswerState(state).label, text) for state, text in ANSWER_STATES.items()],
        "stances": [(stance, Stance(stance).label, text) for stance, text in STANCES.items()],
        "statuses": [(status, Status(status).label, text) for status, text in STATUSES.items()],
    }
    return render_page(request, "campaigns/about.html", context)
