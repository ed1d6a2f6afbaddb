"""The web desk at /desk: its pages. What people do there is in `deeds`."""

import logging
import re
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse, StreamingResponse
from fastapi.routing import APIRoute
from sqlalchemy import Connection

from bot.desk import board, casefile
from bot.desk.access import (
    COOKIE,
    HEADERS,
    LANGUAGE_COOKIE,
    VISITOR_COOKIE,
    YEAR,
    Door,
    Refused,
    Visit,
)
from bot.desk.deeds import Deeds, outcomes_of
from bot.desk.history import Timeline
from bot.desk.live import Live
from bot.desk.photos import Photos
from bot.desk.render import ASSETS, Assets, Pages
from bot.service import Service
from flows.protocol import Category, Protocol, Urgency
from flows.severity import GRADES
from locales import LOCALES
from storage import audit, backlog, cases, reach
from storage.errors import KeyDestroyed, StorageUnavailable
from storage.people import Staff

log = logging.getLogger("aidline.desk")
COUNT = re.compile(r"[0-9]{1,15}")  # of an entry of the timeline; anything else begins at the beginning
NOTICES = ("taken", "claimed", "released", "transferred", "closed", "reopened", "judged", "changed", "not-holder")
SIGNING_IN = ("sign-in", "expired", "spent", "signed-out")  # pages that say how to get a link
BAD_NOTICES = ("taken", "changed", "not-holder")


def router(service: Service) -> APIRouter:
    """All routes under /desk."""
    desk = Desk(service)
    deeds = Deeds(service, desk.door)
    photos = Photos(service, desk.door)
    api = APIRouter(prefix="/desk", route_class=_explaining(desk), include_in_schema=False)
    case = "/cases/{number}/{handoff_id}"
    for method, path, answer in (
        ("GET", "/static/{name}", desk.asset),
        ("GET", "/sign-in", desk.sign_in),
        ("GET", "/sign-in/{token}", desk.who_signs_in),
        ("POST", "/sign-in/{token}", desk.enter),
        ("POST", "/sign-out", desk.leave),
        ("POST", "/language", desk.language),
        ("GET", "", desk.show_board),
        ("GET", "/alarms", desk.show_alarms),
        ("GET", "/letters", desk.show_letters),
        ("GET", "/live", desk.follow),
        ("GET", "/cases/{number}", desk.show_number),
        ("GET", case, desk.show_case),
        ("GET", case + "/media/{media_id}", photos.whole),
        ("GET", case + "/media/{media_id}/thumbnail", photos.thumbnail),
        ("POST", case + "/{deed}", deeds.do),
        ("GET", "/{rest:path}", desk.nothing_here),
    ):
        methods = ["GET", "HEAD"] if method == "GET" and answer != desk.follow else [method]
        api.add_api_route(path, answer, methods=methods, response_model=None)
    return api


def _explaining(desk: "Desk") -> type[APIRoute]:
    """Routes that answer every refusal with a page of the desk instead of bare JSON."""

    class Explaining(APIRoute):
        def get_route_handler(self) -> Callable[[Request], Any]:
            answer = super().get_route_handler()

            async def handler(request: Request) -> Response:
                try:
                    response: Response = await answer(request)
                except Refused as refused:
                    return await desk.explain(request, refused)
                except StorageUnavailable as error:
                    log.warning("the desk could not be shown: %s", error)
                    return await desk.explain(request, Refused(503, "no-storage"))
                except KeyDestroyed:
                    return await desk.explain(request, Refused(410, "erased"))
                for name, value in HEADERS.items():
                    response.headers.setdefault(name, value)
                response.headers.setdefault("Cache-Control", "no-store")
                return response

            return handler

    return Explaining


class Desk:
    """The pages."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._assets = Assets()
        self._pages = Pages(service.speaker, self._assets.build)
        self._live = Live(service)
        self.door = Door(service)

    # -- coming and going

    async def asset(self, name: str) -> Response:
        if name not in ASSETS:
            raise Refused(404, "no-page")
        kept = {"Cache-Control": f"public, max-age={YEAR}, immutable"}
        return Response(self._assets.files[name], media_type=ASSETS[name], headers=kept)

    async def sign_in(self) -> Response:
        raise Refused(401, "sign-in")

    async def who_signs_in(self, request: Request, token: str) -> Response:
        """Shows who the link is for. Only the button spends it, so that previews of the link do not."""
        staff = await self.door.link_owner(token)
        if staff is None:
            raise Refused(410, "spent")
        visitor = self.door.visitor(request)
        csrf = self.door.csrf(f"{visitor} {token}")
        page = self._outside("sign_in.html", self.door.locale(request, staff), who=staff, csrf=csrf)
        self.door.set_cookie(page, VISITOR_COOKIE, visitor)
        return page

    async def enter(self, request: Request, token: str) -> Response:
        await self.door.form(request, f"{self.door.visitor(request)} {token}")
        session = await self.door.enter(token)
        if session is None:
            raise Refused(410, "spent")
        answer = RedirectResponse("/desk", 303)
        self.door.set_cookie(answer, COOKIE, session)
        return answer

    async def leave(self, request: Request) -> Response:
        visit = await self.door.visit(request)
        await self.door.form(request, visit.token)
        await self.door.leave(visit)
        page = self._notice(self.door.locale(request), "signed-out", 200)
        self.door.drop_cookie(page, COOKIE)
        return page

    async def language(self, request: Request) -> Response:
        """Anybody may change the language of the page before them, also without a session."""
        try:
            secret = (await self.door.visit(request)).token
        except Refused:
            secret = ""
        form = await self.door.form(request, secret)
        back = form.get("back", "")
        inside = back == "/desk" or back.startswith(("/desk/", "/desk?"))
        answer = RedirectResponse(back if inside and "\\" not in back else "/desk", 303)
        locale = form.get("locale", "")
        if locale in LOCALES:
            self.door.set_cookie(answer, LANGUAGE_COOKIE, locale, max_age=YEAR)
        return answer

    async def explain(self, request: Request, refused: Refused) -> Response:
        """What could not be done, and what to do now; in the frame of whoever is signed in."""
        try:
            visit = await self.door.visit(request)
        except (Refused, StorageUnavailable):
            visit = None
        locale = visit.locale if visit else self.door.locale(request)
        if request.headers.get("x-desk") == "fetch":
            message = self._service.speaker(locale).text(f"desk-refused-{refused.key}")
            return JSONResponse({"message": message}, refused.status, HEADERS)
        return self._notice(locale, refused.key, refused.status, visit)

    def _outside(self, template: str, locale: str, /, status: int = 200, **values: Any) -> Response:
        """A page for somebody who is not signed in."""
        return self._pages.show(template, locale, status, frame_csrf=self.door.csrf(""), **values)

    def _notice(self, locale: str, key: str, status: int, visit: Visit | None = None) -> Response:
        t = self._service.speaker(locale).text
        values: dict[str, Any] = {
            "heading": t(f"desk-refused-{key}"),
            "lines": t(f"desk-refused-{key}-more").split("\n"),
            "command": "aidline staff link NAME" if key in SIGNING_IN else None,
            "link": None if key in SIGNING_IN and visit is None else {"to": "/desk", "text": t("desk-back-to-board")},
        }
        if visit is not None:
            values |= {"staff": visit.staff, "since": 0, "frame_csrf": self.door.csrf(visit.token)}
            return self._pages.show("notice.html", locale, status, **values)
        return self._outside("notice.html", locale, status, **values)

    # -- the board

    async def show_board(self, request: Request, view: str = "waiting", queue: str = "") -> Response:
        visit = await self.door.visit(request)
        protocol = self._service.protocol
        view = view if view in board.VIEWS else "waiting"
        queues = reach.served_queues(visit.staff, protocol)
        queue = queue if queue in queues else ""
        now = datetime.now(UTC)
        shown = await self._service.look(board.page, protocol, visit.staff, view, queue, now)
        return self._page(
            "board.html", request, visit, view=view, views=board.VIEWS, queue=queue, queues=queues, **shown
        )

    async def show_letters(self, request: Request) -> Response:
        """Messages that no conversation could take in; for coordinators, and on record."""
        visit = await self.door.visit(request)
        if visit.staff.role != "coordinator":
            raise Refused(404, "no-page")
        found = await self._service.run(_letters, visit.staff, datetime.now(UTC))
        return self._page("letters.html", request, visit, letters=found, alarms=(), since=0)

    async def show_alarms(self, request: Request) -> Response:
        visit = await self.door.visit(request)
        found = await self._service.look(board.alarms, self._service.protocol, visit.staff, datetime.now(UTC))
        return self._page("alarms.html", request, visit, alarms=found)

    async def follow(self, request: Request, case: str = "", since: str = "") -> Response:
        visit = await self.door.visit(request)
        case_id = None
        if case:
            rows = await self._service.look(board.find, self._service.protocol, visit.staff, case, datetime.now(UTC))
            if not rows:
                raise Refused(404, "no-case")
            case_id = rows[0].case_id
        seen = next(filter(COUNT.fullmatch, (request.headers.get("last-event-id", ""), since)), "0")
        headers = HEADERS | {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(self._live.stream(case_id, int(seen)), media_type="text/event-stream", headers=headers)

    # -- a case

    async def show_number(self, request: Request, number: str) -> Response:
        """The number alone leads to the handoff that concerns this person most."""
        visit = await self.door.visit(request)
        rows = await self._service.look(board.find, self._service.protocol, visit.staff, number, datetime.now(UTC))
        if not rows:
            raise Refused(404, "no-case")
        best = max(rows, key=lambda row: (row.mine, row.status != "closed"))
        return RedirectResponse(f"/desk/cases/{best.number}/{best.id}", 303)

    async def show_case(self, request: Request, number: str, handoff_id: str, told: str = "") -> Response:
        visit = await self.door.visit(request)
        number = number.strip().upper()
        live = request.headers.get("x-desk") == "live"
        protocol, now = self._service.protocol, datetime.now(UTC)
        opened, around = await self._service.run(_case, protocol, visit.staff, number, handoff_id, live, now)
        if opened is None:
            raise Refused(404, "no-case")
        row = opened.row
        values = {
            "row": row,
            "others": opened.others,
            "number": row.number,
            "notice": self._told(visit, told, row),
            "may_manage": visit.staff.role == "coordinator",
            "targets": [code for code in protocol.queues if code != row.queue],
        }
        if isinstance(opened, casefile.OpenCase):
            values |= self._opened(visit, opened)
            return self._page("case.html", request, visit, **around, **values)
        may_look = visit.staff.role == "coordinator" and row.status != "queued" and row.key is not None
        return self._page("blind.html", request, visit, card=row.card, may_look=may_look, **around, **values)

    def _opened(self, visit: Visit, opened: casefile.OpenCase) -> dict[str, Any]:
        speaker = self._service.speaker(visit.locale)
        return {
            "card": opened.card,
            "also": opened.row.card.also if opened.row.card else (),
            "messages": opened.said,
            "media": opened.media,
            "veiled": opened.veiled,
            "timeline": opened.timeline,
            "event": Timeline(speaker, opened.row.track),
            "channel": speaker.text("desk-comma").join(
                speaker.text(f"desk-channel-{channel}") for channel in opened.channels
            ),
            "looking": opened.looking,
            "judged": opened.judged,
            "news": opened.news,
            "may_judge": opened.may_judge,
            "triage": opened.triage,
            "categories": [category.value for category in Category],
            "urgencies": [urgency.value for urgency in reversed(Urgency)],
            "grades": GRADES,
            "outcomes": outcomes_of(opened.row.track),
            "reply_key": secrets.token_urlsafe(12),
            "may_write": (opened.row.mine and opened.row.status != "closed") or visit.staff.role == "coordinator",
        }

    def _told(self, visit: Visit, told: str, row: board.BoardRow) -> dict[str, Any] | None:
        if told not in NOTICES:
            return None
        t = self._service.speaker(visit.locale).text
        text = t(f"desk-told-{told}", name=row.holder or t("desk-somebody"))
        return {"text": text, "bad": told in BAD_NOTICES}

    async def nothing_here(self) -> Response:
        raise Refused(404, "no-page")

    def _page(self, template: str, request: Request, visit: Visit, /, **values: Any) -> Response:
        here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return self._pages.show(
            template,
            visit.locale,
            staff=visit.staff,
            csrf=(csrf := self.door.csrf(visit.token)),
            frame_csrf=csrf,
            here=here,
            **({"since": 0} | values),
        )


def _case(
    c: Connection, protocol: Protocol, staff: Staff, number: str, handoff_id: str, live: bool, now: datetime
) -> tuple[casefile.OpenCase | casefile.ClosedDoor | None, dict[str, Any]]:
    since = cases.changes(c)  # before all that is shown, as on the board
    around = {"alarms": board.alarms(c, protocol, staff, now), "since": since}
    return casefile.read(c, protocol, staff, number, handoff_id, live, now), around


def _letters(c: Connection, staff: Staff, now: datetime) -> list[backlog.Letter]:
    """The letters, and that this person looked at them."""
    found = backlog.letters(c)
    audit.append(c, staff.actor, "viewed", "letters", {"count": len(found)}, now)
    return found
