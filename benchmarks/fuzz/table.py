"""The table of a campaign: what happened to the inputs of each target."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from benchmarks.fuzz.oracle import Outcome

_HEAD = (
    "input",
    "inputs",
    "read",
    "refused",
    "with warnings",
    "failures",
    "longest, s",
    "peak memory, MB",
)


def format_table(outcomes: Mapping[str, Sequence[Outcome]]) -> str:
    """Format the outcomes by target as a table in Markdown, with a line for all."""
    rows = [_format_row(name, results) for name, results in outcomes.items() if results]
    everything = [outcome for results in outcomes.values() for outcome in results]
    if everything:
        rows.append(_format_row("all", everything))
    lines = [_HEAD, ("---",) * len(_HEAD), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _format_row(name: str, outcomes: Sequence[Outcome]) -> tuple[str, ...]:
    kinds = [outcome.kind for outcome in outcomes]
    counts = (
        len(kinds),
        kinds.count("valid"),
        kinds.count("refused"),
        sum(outcome.warnings > 0 for outcome in outcomes),
        kinds.count("failure"),
    )
    longest = max(outcome.seconds for outcome in outcomes)
    memory = max(outcome.memory for outcome in outcomes) / 1e6
    return (name, *(f"{count:,}" for count in counts), f"{longest:.2f}", f"{memory:,.0f}")
