"use strict";
// Asks before a half-written form is left, and keeps a draft of it in this browser until it is saved. A draft that is
// taken back goes through the server, which gives the form back with it and saves nothing.
document.addEventListener("DOMContentLoaded", () => {
  const MARK = "desk-draft ", DAYS = 3;
  let store, here;
  try {
    [store, here] = [window.localStorage, window.sessionStorage]; // a browser may forbid both
  } catch {
    return;
  }
  const read = (key) => {
    try {
      return JSON.parse(store.getItem(key));
    } catch {
      return null;
    }
  };
  const forget = (wanted) => Object.keys(store).filter((key) => key.startsWith(MARK) && wanted(read(key))).forEach((key) => store.removeItem(key));
  forget((draft) => !(Date.now() - draft?.at < DAYS * 86400e3));
  document.querySelector("#logout-form")?.addEventListener("submit", () => forget(() => true));
  if (document.querySelector(".messagelist .success")) store.removeItem(here.getItem(MARK));

  const offer = document.querySelector("#desk-draft"), form = offer?.closest("form");
  if (!form) return;
  const key = `${MARK}${offer.dataset.user} ${location.pathname}${location.search}`;
  const came = document.querySelector(".errornote") !== null; // it came back unsaved, with what was typed
  const secret = ({name, type, autocomplete}) => name === "csrfmiddlewaretoken" || type === "password" || autocomplete === "one-time-code";
  const fields = () => {
    const hidden = new Set([...form.elements].filter(secret).map(({name}) => name));
    return [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !hidden.has(name));
  };
  let before = "", early = false; // somebody may type before the search boxes are made
  const changed = () => early || (before !== "" && JSON.stringify(fields()) !== before);
  // Listened to only where it may ask: a page that listens is not kept by the browser for who goes back.
  const ask = (event) => event.preventDefault();
  const askOrNot = () => {
    if (changed() || came) window.addEventListener("beforeunload", ask);
    else window.removeEventListener("beforeunload", ask);
  };
  const leave = () => {
    window.removeEventListener("beforeunload", ask);
    setTimeout(askOrNot, 2000); // the save may have been stopped
  };
  const note = () => {
    askOrNot();
    try {
      if (changed() || came) store.setItem(key, JSON.stringify({at: Date.now(), fields: fields()}));
      else if (offer.hidden) store.removeItem(key);
    } catch {
      // The browser has no room left: the form itself still asks before it is left.
    }
  };
  let noting;
  const noteSoon = () => {
    askOrNot();
    clearTimeout(noting);
    noting = setTimeout(note, 300);
  };
  const draft = read(key);
  form.addEventListener("input", () => {
    early ||= before === "";
    noteSoon();
  });
  window.addEventListener("load", () => setTimeout(() => {
    before = JSON.stringify(fields());
    askOrNot();
    if (draft && !came && JSON.stringify(draft.fields) !== before) {
      offer.querySelector("time").textContent = new Date(draft.at).toLocaleString(document.documentElement.lang);
      offer.hidden = false;
    }
    window.django.jQuery(form).on("change", noteSoon); // the search boxes tell nobody else
    document.addEventListener("formset:added", noteSoon);
    document.addEventListener("formset:removed", noteSoon);
  }));
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    clearTimeout(noting);
    note();
    here.setItem(MARK, key);
    leave();
  });
  window.addEventListener("pageshow", ({persisted}) => persisted && askOrNot());
  offer.querySelector("[value=drop]").addEventListener("click", () => {
    offer.hidden = true;
    store.removeItem(key);
    note();
  });
  offer.querySelector("[value=take]").addEventListener("click", () => {
    const send = document.createElement("form");
    send.method = "post";
    send.hidden = true;
    for (const [name, value] of [...draft.fields, ["again-look", "draft"], ["csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value]]) {
      const field = document.createElement("textarea");
      [field.name, field.value] = [name, value];
      send.append(field);
    }
    document.body.append(send);
    leave();
    send.submit();
  });
});
