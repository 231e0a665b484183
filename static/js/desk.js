// Says beneath a date how it is understood, while somebody types. The form works without.
"use strict";
document.addEventListener("input", ({target}) => {
  const {ask} = target.dataset;
  if (!ask) return;
  clearTimeout(target.asking);
  target.asking = setTimeout(async () => {
    const answer = await fetch(`${ask}?text=${encodeURIComponent(target.value)}`);
    if (answer.ok) target.parentElement.querySelector(".understood").textContent = await answer.text();
  }, 300);
});
