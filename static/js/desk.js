"use strict";
// Says beneath a date how it is understood, while somebody types. The form works without.
document.addEventListener("input", ({target}) => {
  const {ask} = target.dataset;
  if (!ask) return;
  clearTimeout(target.asking);
  target.asking = setTimeout(async () => {
    const answer = await fetch(`${ask}?text=${encodeURIComponent(target.value)}`);
    if (answer.ok) target.parentElement.querySelector(".understood").textContent = await answer.text();
  }, 300);
});

// Who presses “Save” twice saves once. After two seconds it may be sent again: it may have been stopped meanwhile.
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented) return;
  if (event.timeStamp - (event.target.sentAt ?? -Infinity) < 2000) event.preventDefault();
  else event.target.sentAt = event.timeStamp;
});

// A search box is a span that names itself by its own, empty, content: give it the name of its field.
const nameBoxes = () => {
  for (const select of document.querySelectorAll("select.admin-autocomplete")) {
    const label = select.getAttribute("aria-label") ?? document.querySelector(`label[for="${select.id}"]`)?.textContent;
    for (const part of select.parentElement.querySelectorAll("[role=combobox], [role=textbox], [role=searchbox]")) {
      part.removeAttribute("aria-labelledby");
      part.setAttribute("aria-label", label);
      if (part.role === "combobox" && select === document.activeElement) part.focus();
    }
  }
};
// jQuery calls what waits for the page in the order in which it came: the search boxes are made first.
window.addEventListener("load", () => window.django?.jQuery(nameBoxes));
document.addEventListener("formset:added", () => window.django.jQuery(nameBoxes));
