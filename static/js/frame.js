(function () {
  "use strict";
  var root = document.documentElement, told = 0, due;
  var secret = (/secret=(\w+)/.exec(location.hash) || [])[1];
  var child = new URLSearchParams(location.search).get("childId");
  function say(message) { parent.postMessage(message, "*"); }
  function tell() {
    var height = Math.ceil(root.getBoundingClientRect().height);
    due = 0;
    told = height;
    say({ type: "accountability-embed", version: 1, height: height });
    say({ sentinel: "amp", type: "embed-size", height: height });
    if (child) say("pymxPYMx" + child + "xPYMxheightxPYMx" + height);
    if (secret) say({ message: "height", value: height, secret: secret });
  }
  if (parent === window) return;
  addEventListener("load", tell);
  addEventListener("message", function (event) {
    var asked = event.source === parent && event.data || {};
    var type = asked.message === "ready" ? "ready" : asked.type;
    if (!due && told && /^(ready|frames-init|accountability-embed)$/.test(type)) due = setTimeout(tell, 100);
  });
  new ResizeObserver(function () {
    if (told && told !== Math.ceil(root.getBoundingClientRect().height)) tell();
  }).observe(root);
  if (secret) addEventListener("click", function (event) {
    var link = event.target.closest("a[href]"), own, url;
    if (!link) return;
    url = new URL(link.getAttribute("href"), location.href);
    // WordPress opens links to the frame's own host only: our page of a source stands for the source.
    own = url.host !== location.host && link.parentNode.querySelector("cite a");
    event.preventDefault();
    say({ message: "link", value: own ? own.href : url.href, secret: secret });
  });
})();
