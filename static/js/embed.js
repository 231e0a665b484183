/* Shows parts of this record on another site's page: docs/embedding.md */
(function () {
  "use strict";
  var MINE = ".accountability-embed", LINKS = "a" + MINE + "[href], blockquote" + MINE + " a[href]";
  var FRAMES = "iframe" + MINE + "[src]";
  var LOOK = { theme: "theme", accent: "accent", density: "density", lang: "lang", limit: "limit", asOf: "as_of" };
  var script = document.currentScript || document.querySelector('script[src$="/embed.js"]');
  var origin = new URL(script.src).origin, loaded = MINE + origin, frames = [];
  if (window[loaded]) return;
  window[loaded] = true;

  function address(link, box) {
    if (link.origin !== origin) return;
    var url = new URL(link.href), path = url.pathname;
    path = path.replace(/^(\/[^/]+)\/?$/, "$1/" + (url.hash === "#lanes" ? "lanes/" : "timeline/"));
    if (path.indexOf("/embed/")) url.pathname = "/embed" + path;
    url.hash = "";
    Object.keys(LOOK).forEach(function (name) {
      var value = link.dataset[name] || box.dataset[name];
      if (value) url.searchParams.set(LOOK[name], value);
    });
    return url.href;
  }

  function show(link) {
    var box = link.closest("blockquote" + MINE) || link, src = address(link, box), frame;
    if (!src) return;
    frame = document.createElement("iframe");
    frame.title = link.textContent.trim();
    frame.className = "accountability-embed";
    frame.loading = "lazy";
    frame.setAttribute("sandbox", "allow-scripts allow-popups allow-popups-to-escape-sandbox");
    frame.style.cssText = "display:block;width:100%;border:0";
    frame.style.minHeight = box.style.minHeight;
    frame.style.height = Math.max(box.offsetHeight, 150) + "px";
    frame.src = src;
    // One that says nothing is not ours: a policy, a list of partners or an outage stands between. The link comes back.
    frame.onload = function () {
      setTimeout(function () {
        if (frame.heard || !frame.parentNode) return;
        box.classList.remove("accountability-embed");
        box.style.minHeight = "";
        frame.replaceWith(box);
      }, 3000);
    };
    frames.push(frame);
    box.replaceWith(frame);
  }

  function keep(frame) {
    if (frames.indexOf(frame) >= 0 || frame.src.indexOf(origin + "/")) return;
    frames.push(frame);
    ask(frame);
  }

  function ask(frame) {
    if (frame.contentWindow) frame.contentWindow.postMessage({ type: "accountability-embed" }, "*");
  }

  function scan(root) {
    if (root.nodeType !== 1) return;
    if (root.matches(LINKS)) show(root);
    if (root.matches(FRAMES)) keep(root);
    root.querySelectorAll(LINKS).forEach(show);
    root.querySelectorAll(FRAMES).forEach(keep);
  }

  // A sandboxed frame has no origin to compare: its window tells who speaks.
  addEventListener("message", function (event) {
    var said = event.data || {};
    if (said.type !== "accountability-embed" || !(said.height > 0 && said.height < 1e5)) return;
    frames.forEach(function (frame) {
      if (frame.contentWindow !== event.source) return;
      frame.heard = true;
      frame.style.height = Math.ceil(said.height) + "px";
    });
  });
  addEventListener("resize", function () { frames.forEach(ask); });
  new MutationObserver(function (changes) {
    changes.forEach(function (change) { change.addedNodes.forEach(scan); });
  }).observe(document, { childList: true, subtree: true });
  scan(document.documentElement);
})();
