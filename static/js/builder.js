/* The builder: without this script its button shows the choice, and the code is copied by hand. */
(function () {
  "use strict";
  var form = document.querySelector(".builder");
  form.addEventListener("change", function () { form.requestSubmit(); });
  document.querySelectorAll(".code").forEach(function (box) {
    var button = document.createElement("button"), text = box.querySelector("textarea");
    button.type = "button";
    button.textContent = box.dataset.copy;
    button.addEventListener("click", function () {
      text.select();
      if (document.execCommand("copy")) { button.textContent = box.dataset.copied; }
    });
    text.addEventListener("focus", function () { text.select(); });
    box.append(button);
  });
})();
