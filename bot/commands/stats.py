"""`aidline stats`: how often the rules had it right, as clinicians judged."""

import json
from collections import Counter
from typing import TYPE_CHECKING

import typer

from bot.commands import AsJson, open_database

if TYPE_CHECKING:  # its room takes its time
    from flows.evaluation import Share

app = typer.Typer(no_args_is_help=True, help="Figures of the cases there are.")


@app.callback()
def stats() -> None:
    """Figures of the cases there are."""


@app.command("rules")
def stats_rules(as_json: AsJson = False) -> None:
    """Per rule: how often it fired and was judged, and how often its urgency and category stood.

    The urgency stood where no clinician put the case below the rule's; the category where they kept the
    one that the machine had given. The last judgement of a case counts.
    """
    from flows.severity import Verdict, agreements
    from storage import case_files, judgements

    with open_database() as database, database.read() as c:
        fired = Counter(rule["id"] for _, _, stored in case_files.assessments(c) for rule in stored.get("fired", ()))
        judged = judgements.last_of_each_case(c)
    found = {
        one.rule: one
        for one in agreements(
            Verdict(
                fired=judgement.fired,
                assessed_category=judgement.assessed_category,
                category=judgement.category,
                urgency=judgement.urgency,
            )
            for judgement in judged
        )
    }
    if as_json:
        rules = []
        for rule in sorted({*fired, *found}):
            one = found.get(rule)
            shares = {"urgency": one.urgency, "category": one.category} if one else {}
            rules.append(
                {"rule": rule, "fired": fired[rule], "judged": one.urgency.total if one else 0}
                | {
                    name: {"stood": share.hits, "agreement": share.value, "interval": share.interval()}
                    for name, share in shares.items()
                }
            )
        print(json.dumps({"judged_cases": len(judged), "rules": rules}, indent=2))
        return
    print(f"{len(judged)} cases judged; share that stood, 95 % interval, count")
    print(f"{'rule':<8}{'fired':>6}{'judged':>8}  {'urgency':<28}category")
    for rule in sorted({*fired, *found}):
        one = found.get(rule)
        told = [_share(one.urgency), _share(one.category)] if one else ["-", "-"]
        print(f"{rule:<8}{fired[rule]:>6}{one.urgency.total if one else 0:>8}  {told[0]:<28}{told[1]}")


def _share(share: "Share") -> str:
    low, high = share.interval()
    return f"{share.value:.0%} ({low:.0%} - {high:.0%}) {share.hits}/{share.total}"
