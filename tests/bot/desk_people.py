"""Staff at their browsers, for the tests of the desk; and what can be read off a page."""

import re

import httpx

from storage import cases
from storage.people import Staff
from tests.bot.desk_house import House, Placed

TOKEN = re.compile(r'name="csrf" value="([0-9a-f]{64})"')
SECRETS = ("李娜", "13800001111", "上海浦东", "丽人美容院", "右眼看不清")


def browser(house: House, **options: object) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=house.app)
    return httpx.AsyncClient(transport=transport, base_url="http://desk.test", follow_redirects=True, **options)  # type: ignore[arg-type]  # plain keyword options


class Person:
    """Somebody at a browser of their own."""

    def __init__(self, house: House, staff: Staff) -> None:
        self.house, self.staff = house, staff
        self.web = browser(house)

    async def sign_in(self) -> "Person":
        link = self.house.link(self.staff)
        page = await self.web.get(link)
        await self.web.post(link, data={"csrf": sign_in_token(page)})
        return self

    async def see(self, path: str) -> httpx.Response:
        return await self.web.get(path)

    async def do(self, placed: Placed, deed: str, queue: str = "eye", **form: str) -> httpx.Response:
        board = await self.web.get("/desk")
        return await self.web.post(f"{placed.path(queue)}/{deed}", data={"csrf": csrf(board), **form})


def csrf(page: httpx.Response) -> str:
    found = TOKEN.search(page.text)
    assert found, page.text[:400]
    return found[1]


def sign_in_token(page: httpx.Response) -> str:
    """The token of the button itself, not that of the frame around it."""
    return TOKEN.findall(page.text)[-1]


def status(house: House, placed: Placed, queue: str = "eye") -> str:
    with house.service.database.read() as c:
        case = cases.facts(c, placed.case_id)
    return next(handoff.status for handoff in case.handoffs if handoff.queue == queue)


def numbers(page: httpx.Response) -> list[str]:
    return re.findall(r'<span class="num">([A-Z0-9]{3}-[A-Z0-9]{3})</span><span>', page.text)
