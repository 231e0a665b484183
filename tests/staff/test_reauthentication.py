"""Who was in for longer than a quarter of an hour proves again who it is, before what would do most harm."""

import re

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from campaigns.admin.site import site
from campaigns.models import Invitation, LoginTry, State, Statement, TeamMember, Versioned
from campaigns.staff import second_factor
from tests import factories as make
from tests.admin.test_foreign import patterns
from tests.made_once import made_once
from tests.staff.test_login_forms import PASSWORD, code_of, enter, hidden, is_in
from tests.worlds import World

pytestmark = pytest.mark.django_db
MINUTE = 60
#: Pages that take something and do not ask, besides those on which a record is written.
QUIET = {
    *("login", "join", "forgotten", "forgotten_sent", "new_password"),  # for whoever is not in
    *("second_factor", "second_factor_picture", "password_change"),  # ask for the password themselves
    "campaigns_check_looked",
}
#: Pages that give something else than HTML and do not ask.
READ = {"campaigns_date", "jsi18n", "second_factor_picture"}
SAVING = {"_save", "_addanother", "_continue", "_addnext", "_send_to_review", "_return_to_draft"}
PUBLISHING = {"_publish", "_publish_along", "_accept", "_return"}  # the last two: of a proposed change


@made_once
def world():
    """Records of every noun in every state, for which every address of the desk has one."""
    return World()


@pytest.fixture
def stale(client, clock, maria):
    """A browser in which Maria has been in for a quarter of an hour."""
    enter(client, "maria")
    clock.shift(15 * MINUTE)
    return client


def asked(response):
    return response.status_code == 403 and "Is it still you?" in response.text


def of(name, *args):
    return reverse(f"admin:{name}", args=args)


def sent_to(demand, client, **more):
    """Return the fields of a demand's form as the browser would send them."""
    page = client.get(of("campaigns_demand_change", demand.pk)).text
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
    fields |= {name: "0" for name in fields if name.endswith("TOTAL_FORMS")}
    fields.pop("csrfmiddlewaretoken", None)
    return fields | {"title": demand.title, "slug": demand.slug, "text": demand.text, "position": "0"} | more


def weighty(campaign):
    """Yield what asks: a name, the address, and what is sent there; None where it is only read."""
    draft = make.make_demand(campaign=campaign, state=State.DRAFT)
    shown = make.make_demand(campaign=campaign)
    ben = make.make_member(campaign, username="ben")
    invitation = Invitation.objects.create(campaign=campaign, invited_by=ben)
    account = of("auth_user_change", ben.pk)
    yield "publish", of("campaigns_demand_change", draft.pk), {"title": "x", "_publish": "1"}
    yield "publish along", of("campaigns_demand_change", draft.pk), {"title": "x", "_publish_along": "1"}
    yield "publish anew", of("campaigns_demand_add"), {"title": "x", "_publish": "1"}
    yield "withdraw", of("campaigns_demand_withdraw", shown.pk), {"reason": "Not theirs."}
    for action in ("publish", "publish_along", "withdraw", "send_to_review", "return_to_draft"):
        yield f"{action} many", of("campaigns_demand_changelist"), {"action": action, "_selected_action": [draft.pk]}
    proposal = of("campaigns_proposedchange_change", make.propose(shown, by=ben).pk)
    yield "accept a proposed change", proposal, {"_accept": "1"}
    yield "return a proposed change", proposal, {"_return": "1", "reason": "No."}
    yield "apply a file", of("campaigns_campaign_import"), {"kept": "x"}
    for name, form in (("campaign", "yaml"), ("campaign", "json"), ("people", "csv"), ("sources", "xlsx")):
        yield f"export {name}.{form}", of("campaigns_export", campaign.pk, name, form), None
    yield "add an account", of("auth_user_add"), {"username": "x", "password1": "secret words", "password2": "secret"}
    yield "change an account", account, {"username": "ben", "is_superuser": "on"}
    yield "somebody's password", of("auth_user_password_change", ben.pk), {"password1": "x", "password2": "x"}
    yield "a role", of("campaigns_teammember_change", ben.roles.get().pk), {"role": "4"}
    yield "out of the team", of("campaigns_teammember_delete", ben.roles.get().pk), {"post": "yes"}
    yield "invite", of("campaigns_invitation_add"), {"role": "1", "email": ""}
    yield "take back", of("campaigns_invitation_delete", invitation.pk), {"post": "yes"}
    yield "codes on paper", of("account"), {"codes": "1"}


def test_whatever_would_do_most_harm_asks_and_does_nothing_before_the_answer(stale, campaign, maria):
    User.objects.filter(pk=maria.pk).update(is_superuser=True)

    def state():
        return [
            list(model.objects.order_by("pk").values())
            for model in (TeamMember, Invitation, User, campaign.demands.model)
        ]

    everything, before = list(weighty(campaign)), state()
    for name, address, sent in everything:
        answer = stale.get(address) if sent is None else stale.post(address, sent)
        assert (name, asked(answer)) == (name, True)
        kept = hidden(answer.text)
        wrong = stale.post(address, kept | {"again-proof": "wrong"})
        LoginTry.objects.all().delete()
        assert (name, asked(wrong), hidden(wrong.text)) == (name, True, kept)
        assert (name, sorted(kept)) == (name, sorted(sent or ()))
    assert state() == before


def everywhere():
    """Yield every address of the desk, filled with a record where it is about one, with its name."""
    pks = {model._meta.model_name: model._base_manager.values_list("pk", flat=True).first() for model in site._registry}
    for route, name in patterns():
        noun = (re.findall(r"/(?:auth|campaigns)/(\w+)/", route) or [""])[0]
        if "(?P" not in route and name != "logout":
            yield re.sub("<path:object_id>|<id>", str(pks.get(noun)), re.sub(r"<[^>]*[^d]>", "x", route)), name


def test_every_page_that_takes_something_asks_unless_it_is_one_of_these(world, stale, maria):
    User.objects.filter(pk=maria.pk).update(is_superuser=True)
    silent = {name for address, name in everywhere() if not asked(stale.post(address))}
    nouns = [model._meta.model_name for model in site._registry if issubclass(model, Versioned)]
    writing = {f"campaigns_{noun}_{page}" for noun in nouns for page in ("add", "change", "restore")}
    upload = {"campaigns_campaign_import"}
    assert len(nouns) > 10
    assert silent == writing | QUIET | upload


def test_no_page_gives_a_file_out_unasked_and_every_button_of_a_record_either_saves_or_asks(world, stale, maria):
    User.objects.filter(pk=maria.pk).update(is_superuser=True)
    answers = [(name, stale.get(address)) for address, name in everywhere()]
    others = {name for name, answer in answers if answer.status_code == 200 and "html" not in answer["Content-Type"]}
    assert others == READ
    assert [name for name, answer in answers if "Content-Disposition" in answer] == []
    assert {name for name, answer in answers if asked(answer)} == {"campaigns_export"}

    draft, waiting = (Statement.objects.filter(state=state).first() for state in (State.DRAFT, State.IN_REVIEW))
    addresses = [of("campaigns_statement_change", statement.pk) for statement in (draft, waiting)]
    pages = [answer for name, answer in answers if name.startswith("campaigns_") and name.endswith("_change")]
    buttons = {
        name
        for page in (*pages, *map(stale.get, addresses))
        for name in re.findall(r'<(?:input|button)[^>]*type="submit"[^>]*name="(\w+)"', page.text)
    }
    assert buttons == SAVING | PUBLISHING
    assert {name for name in buttons if asked(stale.post(addresses[0], {name: "1"}))} == PUBLISHING


def test_nothing_of_it_asks_in_the_first_quarter_of_an_hour(client, clock, campaign, maria):
    User.objects.filter(pk=maria.pk).update(is_superuser=True)
    enter(client, "maria")
    clock.shift(15 * MINUTE - 1)
    for name, address, sent in weighty(campaign):
        answer = client.get(address) if sent is None else client.post(address, sent)
        assert (name, asked(answer)) == (name, False)


def test_the_right_answer_does_at_once_what_was_to_be_done_with_all_that_was_typed(stale, clock, campaign):
    demand = make.make_demand(campaign=campaign, state=State.DRAFT)
    make.cite(demand, make.make_source(campaign=campaign))
    address = of("campaigns_demand_change", demand.pk)
    text = "\nTyped for long: “ñ” <b>&amp;</b>  "
    question = stale.post(address, sent_to(demand, stale, title="A new title", text=text, _publish="1"))
    assert asked(question)
    page = question.text
    assert (f'action="{address}"' in page, 'type="password"' in page) == (True, True)
    answer = stale.post(address, hidden(page) | {"again-proof": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, address)
    demand.refresh_from_db()
    assert (demand.title, demand.text, demand.state) == ("A new title", text, State.PUBLISHED)
    clock.shift(15 * MINUTE - 1)
    assert not asked(stale.get(of("campaigns_export", campaign.pk, "campaign", "json")))
    clock.shift(1)
    assert asked(stale.get(of("campaigns_export", campaign.pk, "campaign", "json")))


def test_saving_what_one_writes_never_asks(stale, campaign):
    draft, shown = make.make_demand(campaign=campaign, state=State.DRAFT), make.make_demand(campaign=campaign)
    for demand, more in ((draft, {}), (draft, {"_send_to_review": "1"}), (shown, {"correction_kind": "typo"})):
        answer = stale.post(of("campaigns_demand_change", demand.pk), sent_to(demand, stale, title="New", **more))
        assert (more, asked(answer)) == (more, False)
    draft.refresh_from_db()
    assert (draft.title, draft.state) == ("New", State.IN_REVIEW)
    for address in ("index", "campaigns_demand_changelist", "campaigns_demand_add", "campaigns_campaign_import"):
        assert stale.get(of(address)).status_code == 200
    upload = {"what": "campaign", "file": SimpleUploadedFile("a.yaml", b"campaign: 1")}
    assert not asked(stale.post(of("campaigns_campaign_import"), upload))


def test_what_is_only_read_comes_after_the_answer_and_leaves_no_password_in_the_page(stale, campaign):
    address = of("campaigns_export", campaign.pk, "campaign", "json")
    question = stale.get(f"{address}?x=1")
    answer = stale.post(f"{address}?x=1", hidden(question.text) | {"again-proof": PASSWORD})
    assert (answer.status_code, answer["Refresh"]) == (200, f"0; url={address}?x=1")
    page = answer.text
    assert (f'<a href="{address}?x=1">' in page, "password" in page.split("</header>")[1]) == (True, False)
    assert stale.get(f"{address}?x=1")["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("next_", ["https://evil.example.org/", "//evil.example.org/", "/\\evil.example.org"])
def test_the_answer_leads_nowhere_else(stale, campaign, next_):
    address = of("campaigns_export", campaign.pk, "campaign", "json")
    answer = stale.post(f"{address}?next={next_}", {"again-proof": PASSWORD, "again-next": next_})
    assert answer["Refresh"].startswith(f"0; url={address}?next=")


def test_a_guesser_at_an_open_computer_is_stopped_like_one_at_the_login(stale, campaign, clock):
    address, sent = of("campaigns_invitation_add"), {"role": "4", "email": "", "campaign": campaign.pk}
    for _ in range(5):
        assert "does not fit" in stale.post(address, sent | {"again-proof": "guess"}).text
    assert "Too many tries" in stale.post(address, sent | {"again-proof": PASSWORD}).text
    assert "Too many tries" in enter(Client(), "maria").text
    assert Invitation.objects.count() == 0
    clock.shift(16 * MINUTE)
    stale.post(address, sent | {"again-proof": PASSWORD})
    assert Invitation.objects.count() == 1


def test_who_has_an_app_gives_a_code_because_the_browser_may_know_the_password(client, clock, campaign, maria):
    key = second_factor.new_key()
    assert second_factor.enrol(maria, key, code_of(key))
    codes = second_factor.new_codes(maria)
    clock.shift(MINUTE)
    code = code_of(key)
    enter(client, "maria", code=code)
    address, sent = of("campaigns_invitation_add"), {"role": "1", "email": "", "campaign": campaign.pk}
    for number, proof in enumerate((codes[0], None), 1):
        clock.shift(15 * MINUTE)
        page = client.post(address, sent).text
        assert ("Code from your app" in page, 'type="password"' in page) == (True, False)
        for wrong in (PASSWORD, code, codes[0] if number == 2 else "000000"):
            assert asked(client.post(address, sent | {"again-proof": wrong}))
        LoginTry.objects.all().delete()
        clock.shift(MINUTE)  # the app's own pause after wrong codes
        client.post(address, sent | {"again-proof": proof or code_of(key)})
        assert Invitation.objects.count() == number


def test_a_new_account_s_password_is_kept_too(stale, maria):
    User.objects.filter(pk=maria.pk).update(is_superuser=True)
    words = "several words that nobody guesses"
    sent = {"username": "ben", "password1": words, "password2": words, "usable_password": "true"}
    question = stale.post(of("auth_user_add"), sent)
    stale.post(of("auth_user_add"), hidden(question.text) | {"again-proof": PASSWORD})
    assert User.objects.get(username="ben").check_password(words)


def test_setting_up_an_app_and_a_new_password_count_as_proof(stale, clock, campaign):
    export = of("campaigns_export", campaign.pk, "campaign", "json")
    new = "another horse battery"
    stale.post("/admin/password_change/", {"old_password": PASSWORD, "new_password1": new, "new_password2": new})
    assert stale.get(export).status_code == 200
    clock.shift(15 * MINUTE)
    assert asked(stale.get(export))
    stale.get("/admin/account/second-factor/")
    key = stale.session["factor"]
    stale.post("/admin/account/second-factor/", {"password": new, "code": code_of(key)})
    assert stale.get(export).status_code == 200


def test_who_knows_only_the_password_cannot_exchange_the_app_for_another(client, clock, maria):
    """The browser may know the password: neither that page nor a new password is a way round the code."""
    key = second_factor.new_key()
    assert second_factor.enrol(maria, key, code_of(key))
    clock.shift(MINUTE)
    enter(client, "maria", code=code_of(key))
    clock.shift(15 * MINUTE)
    assert asked(client.get("/admin/account/second-factor/"))
    new = "another horse battery"
    sent = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert asked(client.post("/admin/password_change/", sent))
    assert asked(client.post("/admin/account/second-factor/", {"password": PASSWORD, "code": "123456"}))
    page = client.post("/admin/account/second-factor/", {"again-proof": code_of(key)})
    assert page["Refresh"] == "0; url=/admin/account/second-factor/"
    assert client.get("/admin/account/second-factor/").status_code == 200
    maria.refresh_from_db()
    assert maria.check_password(PASSWORD)


def test_several_values_of_one_name_are_sent_again(stale, campaign):
    demands = [make.make_demand(campaign=campaign, state=State.DRAFT) for _ in range(3)]
    sent = {"action": "send_to_review", "_selected_action": [demand.pk for demand in demands]}
    page = stale.post(of("campaigns_demand_changelist"), sent).text
    assert re.findall(r'name="_selected_action" hidden>\n(\d+)<', page) == [str(demand.pk) for demand in demands]
    stale.post(of("campaigns_demand_changelist"), sent | {"again-proof": PASSWORD})
    assert set(campaign.demands.values_list("state", flat=True)) == {State.IN_REVIEW}


def test_files_are_asked_for_again(stale, campaign):
    sent = {"kept": "x", "file": SimpleUploadedFile("a.yaml", b"campaign: 1")}
    page = stale.post(of("campaigns_campaign_import"), sent).text
    assert 'type="file" id="file-1" name="file"' in page
    assert 'enctype="multipart/form-data"' in page


def test_a_little_window_stays_one(stale, campaign):
    demand = make.make_demand(campaign=campaign, state=State.DRAFT)
    for sent, little in (({"_popup": "1"}, True), ({}, False)):
        page = stale.post(of("campaigns_demand_change", demand.pk), sent | {"_publish": "1"}).text
        assert ('<body class="popup' in page, 'id="header"' in page) == (little, not little)


def test_the_question_is_kept_nowhere(stale, campaign):
    answer = stale.get(of("campaigns_export", campaign.pk, "campaign", "json"))
    assert "no-store" in answer["Cache-Control"]


def test_a_session_that_ended_asks_for_the_whole_login_instead(stale, clock, campaign):
    clock.shift(3 * 60 * MINUTE)
    answer = stale.post(of("campaigns_invitation_add"), {"role": "1", "campaign": campaign.pk, "again-proof": PASSWORD})
    assert (asked(answer), "Your session has ended" in answer.text) == (False, True)
    sent = hidden(answer.text)
    stale.post(of("campaigns_invitation_add"), sent | {"again-username": "maria", "again-password": PASSWORD})
    assert (Invitation.objects.count(), is_in(stale)) == (1, True)


def test_a_login_counts_from_its_own_moment_and_not_from_the_first_page(client, clock, campaign, maria):
    enter(client, "maria")
    clock.shift(20 * MINUTE)
    assert asked(client.get(of("campaigns_export", campaign.pk, "campaign", "json")))


def test_the_settings_say_how_long_it_lasts(stale, campaign, settings):
    settings.PROOF_LASTS = 3600
    address = of("campaigns_export", campaign.pk, "campaign", "json")
    assert stale.get(address).status_code == 200
    settings.PROOF_LASTS = 600
    assert "more than 10 minutes" in stale.get(address).text
