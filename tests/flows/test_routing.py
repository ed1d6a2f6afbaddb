"""Where a case goes: one lead queue, legal aid where a dispute is in it, and when someone answers."""

from datetime import UTC, datetime, timedelta

import pytest

from flows.evidence import Evidence
from flows.protocol import Protocol, Urgency
from flows.routing import Route, routes
from flows.triage import assess

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def routed(told: Evidence, protocol: Protocol) -> tuple[Route, ...]:
    return routes(assess(told, protocol), protocol, now=NOW)


@pytest.mark.parametrize(
    ("told", "queues"),
    [
        (Evidence(symptoms={"vision_loss": "看不见"}, family="filler", days=1), ["eye"]),
        (Evidence(symptoms={"swallow_difficulty": "呛"}, family="botulinum", days=4), ["neuro"]),
        (Evidence(symptoms={"suicidal_ideation": "不想活"}, family="nose"), ["psy"]),
        (Evidence(symptoms={"pigmentation": "返黑"}, family="skin_energy", days=60), ["derm"]),
        (Evidence(issues={"refund_refused": "不退"}, family="nose"), ["legal_aid"]),
        (
            Evidence(symptoms={"pus_discharge": "脓"}, family="nose", days=9, wants=frozenset({"refund"})),
            ["plastic", "legal_aid"],
        ),
        (Evidence(text=("你好",)), ["duty"]),
    ],
)
def test_a_case_goes_to_its_lead_queue_and_legal_aid(told: Evidence, queues: list[str], protocol: Protocol) -> None:
    assert [route.queue for route in routed(told, protocol)] == queues


def test_tracks_follow_the_queues(protocol: Protocol) -> None:
    told = Evidence(symptoms={"pus_discharge": "脓"}, family="nose", days=9, wants=frozenset({"refund"}))
    assert [route.track for route in routed(told, protocol)] == ["clinical", "legal"]


def test_a_clock_of_the_law_hastens_the_legal_track_alone(protocol: Protocol) -> None:
    told = Evidence(
        symptoms={"lump_firm": "硬块"}, family="filler", days=60, legal_clocks={"evidence_destroyed": "在撕病历"},
        issues={"records_tampered": "在撕病历"},
    )  # fmt: skip
    assert {route.track: route.urgency for route in routed(told, protocol)} == {
        "clinical": Urgency.soon, "legal": Urgency.urgent
    }  # fmt: skip


def test_the_answer_is_due_by_the_urgency(protocol: Protocol) -> None:
    told = Evidence(symptoms={"breathing_difficulty": "喘"}, family="filler", days=0)
    (route,) = routed(told, protocol)
    minutes = protocol.response_times[Urgency.emergency].answer_minutes
    assert (route.urgency, route.due_at) == (Urgency.emergency, NOW + timedelta(minutes=minutes))


def test_every_family_has_somebody_who_leads(protocol: Protocol) -> None:
    for family in protocol.families:
        found = routed(Evidence(symptoms={"lump_firm": "硬块"}, family=family, days=5), protocol)
        assert len(found) == 1
        assert found[0].queue in protocol.queues


def test_every_rule_that_pages_pages_queues_that_exist(protocol: Protocol) -> None:
    for rule in protocol.red_flags.values():
        called = {*rule.page, *(queue for queues in rule.page_also.values() for queue in queues)}
        assert called <= set(protocol.queues)
