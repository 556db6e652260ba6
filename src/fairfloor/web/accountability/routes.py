"""All pages of accountability, put into the application."""

from fastapi import FastAPI, HTTPException, Request
from starlette.responses import Response

from fairfloor.web.accountability import log, second_looks
from fairfloor.web.accountability.reports import Reports, Stretch
from fairfloor.web.accountability.telling import TALL, told
from fairfloor.web.hosting import Hosting


def routes(app: FastAPI, hosting: Hosting) -> None:
    """Add the pages."""
    log.routes(app, hosting)
    second_looks.routes(app, hosting)
    _reports(app, hosting)


def _reports(app: FastAPI, hosting: Hosting) -> None:
    reports = Reports(hosting)

    async def page(request: Request, of: Stretch, *, over: bool) -> Response:
        report = told(await reports.report(of))
        return hosting.page(request, "accountability/report.html", report=report, session=of.name, over=over, tall=TALL)

    @app.api_route("/report", methods=["GET", "HEAD"])
    async def now(request: Request) -> Response:
        return await page(request, reports.now(), over=False)

    @app.api_route("/sessions/{name}/report", methods=["GET", "HEAD"])
    async def session(request: Request, name: str) -> Response:
        of = reports.named(name)
        if of is None:
            raise HTTPException(404)
        return await page(request, of, over=of.until < hosting.now())
