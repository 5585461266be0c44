"""The dashboard's web server: `python -m dashboard.server --host 127.0.0.1 --port 8501`."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

import uvicorn

from config.settings import settings
from dashboard import look

SCRIPT = Path(__file__).with_name("app.py")


def make_app(host: str, port: int):  # type: ignore[no-untyped-def]  # streamlit.App, imported late
    """The ASGI application: headers, then the guard, then our own routes, then Streamlit."""
    # Streamlit reads its configuration when its modules are imported and once more here.
    os.environ.setdefault("STREAMLIT_BROWSER_GATHER_USAGE_STATS", "false")
    from starlette.middleware import Middleware
    from streamlit.starlette import App
    from streamlit.web import bootstrap

    from dashboard.door import (
        desk,
        evidence,
        finder,
        handing_in,
        letters,
        originals,
        page_images,
        password,
        payment_papers,
        recorder,
        sign_in,
        talk_audio,
        talk_upload,
        talks,
    )
    from dashboard.door.guard import Guard
    from dashboard.door.headers import SecurityHeaders
    from dashboard.parts.trouble import keep_texts_out_of_logs, troubled

    keep_texts_out_of_logs()
    bootstrap.load_config_options(look.options(host, port))
    return App(
        SCRIPT,
        routes=[
            *sign_in.ROUTES,
            *password.ROUTES,
            *page_images.ROUTES,
            *desk.ROUTES,
            *finder.ROUTES,
            *handing_in.ROUTES,
            *originals.ROUTES,
            *letters.ROUTES,
            *payment_papers.ROUTES,
            *evidence.ROUTES,
            *talks.ROUTES,
            *talk_audio.ROUTES,
            *talk_upload.ROUTES,
            *recorder.ROUTES,
        ],
        middleware=[Middleware(SecurityHeaders), Middleware(Guard)],
        on_script_error=troubled,
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until told to stop (SIGINT, SIGTERM)."""
    parser = argparse.ArgumentParser(description="고용센터 업무지원 화면 · the dashboard")
    parser.add_argument("--host", default=settings().dashboard_host)
    parser.add_argument("--port", type=int, default=settings().dashboard_port)
    chosen = parser.parse_args(arguments)
    uvicorn.run(
        make_app(chosen.host, chosen.port),
        host=chosen.host,
        port=chosen.port,
        log_level=settings().log_level.lower(),
        access_log=False,
        server_header=False,
        ws_max_size=32 * 1024 * 1024,
        timeout_graceful_shutdown=3,
    )


if __name__ == "__main__":
    main()
