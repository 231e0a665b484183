"""python -m benchmarks.embed FOLDER: a frame beside TimelineJS3 with the same entries, in Chromium, and the ratios.

FOLDER is where `npm install @knight-lab/timelinejs` was run, outside this repository. Prints for each size bytes on the
wire (both compressed), requests, and median milliseconds until the first entry can be read, on a desktop and on a slow
phone (processor 4 times slower, slow 4G). Whole answers are kept as in production. Writes into the database that
DATABASE_URL names, which must be empty.
SIZES=50,500,5000 RUNS=3.
"""

import gzip
import json
import mimetypes
import os
import socketserver
import statistics
import sys
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import django

PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><link rel="stylesheet" href="/dist/css/timeline.css">
<div id="t" style="width:100%;height:600px"></div><script src="/dist/js/timeline.js"></script>
<script>new TL.Timeline("t", "/data-{size}.json", {{start_at_end: true}})</script></html>"""
#: Says when something of the selector can first be seen.
WATCH = """selector => new Promise(done => { const look = () => { const found = document.querySelector(selector);
  found && found.innerText.trim() ? done(performance.now()) : setTimeout(look, 4) }; look() })"""


class Threaded(socketserver.ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, *args: Any) -> None:
        pass


def as_slide(statement: Any) -> str:
    """Return what a frame says of a statement, as the text of a slide."""
    demands = [f"<li>raises {one.demand}</li>" for one in statement.raises]
    demands += [f"<li>{one.get_stance_display()} {one.demand or one.letter}</li>" for one in statement.answers]
    sources = [f'<li><a href="{c.source.url}">{c.source.publisher}, {c.source.title}</a></li>' for c in statement.cites]
    lists = "".join(f"<ul>{''.join(items)}</ul>" for items in (demands, sources) if items)
    return f"<p>{statement.summary}</p><blockquote>{statement.quote}</blockquote>{lists}"


def serve_timelinejs(folder: Path, data: dict[int, bytes]) -> str:
    """Serve TimelineJS3 compressed, as any site would, with our entries; return its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.path.split("?")[0]
            body, kind = b"", "text/html"
            if name.startswith("/page-"):
                body = PAGE.format(size=name[6:]).encode()
            elif name.startswith("/data-"):
                body, kind = data[int(name[6:-5])], "application/json"
            elif (folder / name.lstrip("/")).is_file():
                body, kind = (folder / name.lstrip("/")).read_bytes(), mimetypes.guess_type(name)[0] or "text/plain"
            self.send_response(200 if body else 404)
            body = gzip.compress(body, 6)
            for header, value in {
                "Content-Type": kind,
                "Content-Encoding": "gzip",
                "Content-Length": len(body),
            }.items():
                self.send_header(header, str(value))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"


def measure(open_page: Callable[[], Any], url: str, selector: str, runs: int, slow: bool) -> tuple[int, int, float]:
    """Return bytes on the wire, requests, and median milliseconds until the first entry can be read."""
    times, weight, asked = [], 0, 0
    for run in range(runs + 1):
        page = open_page()
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        received: list[float] = []
        session.on("Network.loadingFinished", lambda event, to=received: to.append(event["encodedDataLength"]))
        if slow:
            session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
            speed = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 90_000}
            session.send("Network.emulateNetworkConditions", speed)
        page.goto(url, wait_until="commit", timeout=120_000)
        seen = page.evaluate(WATCH, selector)
        times += [seen] * (run > 0)  # the first one finds nothing warm
        page.wait_for_load_state("load", timeout=120_000)
        page.wait_for_timeout(300)
        weight, asked = round(sum(received)), len(received)
        page.context.close()
    return weight, asked, statistics.median(times)


def main() -> None:
    """Make the data, serve both, measure, print."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "accountability.settings")
    os.environ.setdefault("DEVELOPMENT", "1")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    from django.conf import settings

    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    django.setup()
    from django.core.management import call_command
    from django.core.wsgi import get_wsgi_application
    from playwright.sync_api import sync_playwright

    from benchmarks.data import make_campaign
    from campaigns.models import Statement
    from campaigns.timeline.stream import with_parts
    from tests import chromium

    folder = Path(sys.argv[1], "node_modules", "@knight-lab", "timelinejs")
    sizes = [int(size) for size in os.environ.get("SIZES", "50,500,5000").split(",")]
    runs = int(os.environ.get("RUNS", "3"))
    call_command("migrate", verbosity=0)
    data = {}
    for size in sizes:
        make_campaign(f"c{size}", size)
        events = [
            {
                "start_date": {"year": one.date.year, "month": one.date.month, "day": one.date.day},
                "text": {"headline": str(one), "text": as_slide(one)},
            }
            for one in with_parts(Statement.objects.published().filter(campaign__slug=f"c{size}"))
        ]
        data[size] = json.dumps({"events": events}).encode()
    server = make_server("127.0.0.1", 0, get_wsgi_application(), Threaded, Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    ours, theirs = f"http://127.0.0.1:{server.server_port}", serve_timelinejs(folder, data)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.FLAGS)
        for slow in (False, True):
            print("slow phone" if slow else "desktop")
            for size in sizes:
                frame = measure(browser.new_page, f"{ours}/embed/c{size}/timeline/", ".entry", runs, slow)
                other = measure(browser.new_page, f"{theirs}/page-{size}", ".tl-headline", runs, slow)
                print(
                    f"{size:>6,} entries  frame {frame[0]:>7,} B {frame[1]} request {frame[2]:>6.0f} ms"
                    f"  TimelineJS3 {other[0]:>9,} B {other[1]:>2} requests {other[2]:>7.0f} ms"
                    f"  ratios {frame[0] / other[0]:.3f} {frame[2] / other[2]:.3f}",
                    flush=True,
                )
        browser.close()


if __name__ == "__main__":
    main()
