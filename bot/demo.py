"""Demo staff for a first look: only where nobody works yet and the server is not public."""

from datetime import datetime

from bot.service import Service
from storage import people

DEMO = (("demo-expert", "expert"), ("demo-legal", "legal_aid"), ("demo-coordinator", "coordinator"))
LINK_MINUTES = 12 * 60


def demo_links(service: Service, now: datetime) -> list[tuple[str, str]]:
    """Names and fresh one-time sign-in paths of the demo staff; empty when there must be none.

    The demo staff are made in an empty database with no public URL; at later starts they get new
    links as long as nobody else works here.
    """
    if service.settings.public_url:
        return []
    with service.database.begin() as c:
        staff = people.list_staff(c)
        if not staff:
            for name, role in DEMO:
                people.add_staff(c, name, role, on_call=True, locale=service.settings.locale, now=now)
            staff = people.list_staff(c)
        if {one.name for one in staff} != {name for name, _ in DEMO}:
            return []
        return [(one.name, f"/desk/sign-in/{people.new_link(c, one.id, now, LINK_MINUTES)}") for one in staff]
