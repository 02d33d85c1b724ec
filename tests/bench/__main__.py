"""`python -m tests.bench`: measures, prints, and ends with 1 when a demand is missed or the run does not count."""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path

from rich.console import Console

from r2a_core.errors import R2aError

from . import report
from .bench import Bench
from .changes import Changes
from .load import require_wrk
from .pipeline import Pipeline
from .report import Report
from .verdict import Verdict, change_verdicts

INTERRUPTED = 130
QUESTIONS, CHANGES = "questions", "changes"


def main() -> int:
    """Run the bench and return the exit code: 0 all reached, 1 something missed or failed, 130 interrupted."""
    options = _options()
    console = Console(width=None if sys.stdout.isatty() else 150)
    # Ended by a supervisor or by Ctrl-C: either way everything that was started is stopped on the way out.
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, signal.default_int_handler)
    try:
        verdicts = _measure(options, console)
    except R2aError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("bench: interrupted; everything it started is stopped", file=sys.stderr)
        return INTERRUPTED
    missed = [one.demand for one in verdicts if not one.reached]
    if missed:
        print(f"bench: not reached: {'; '.join(missed)}", file=sys.stderr)
    return 1 if missed else 0


def _measure(options: argparse.Namespace, console: Console) -> list[Verdict]:
    """Measure what is wanted, print each part as soon as it is found, and return all verdicts."""
    questions: Report | None = None
    changes: Changes | None = None
    verdicts: list[Verdict] = []
    if options.only != CHANGES:
        require_wrk()
        questions = Bench(console, rounds=options.rounds, seconds=options.seconds).run(sorted(set(options.sizes)))
        report.show(questions, console)
        verdicts += questions.verdicts
    if options.only != QUESTIONS:
        changes = Pipeline(console).run()
        of_changes = change_verdicts(changes)
        report.show_changes(changes, of_changes, console)
        verdicts += of_changes
    if options.json:
        report.write(options.json, questions, changes, verdicts)
    return verdicts


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--only", choices=(QUESTIONS, CHANGES), help="measure the answers to FreeSWITCH alone, or the way of a change alone")
    parser.add_argument("--seconds", type=_positive, default=1, help="length of a round (default 1)")
    parser.add_argument("--rounds", type=_positive, default=3, help="rounds for each service, question and size (default 3)")
    parser.add_argument("--sizes", type=_sizes, default=[1_000, 10_000, 1_000_000], help="numbers of extensions (default 1000,10000,1000000)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write everything that was found to FILE as well")
    return parser.parse_args()


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"should be a whole number from 1 on, is {text!r}")
    return int(text)


def _sizes(text: str) -> list[int]:
    sizes = [int(part) if part.strip().isdecimal() else 0 for part in text.split(",")]
    # Statements are counted over a few hundred different extensions; the numbers have seven digits.
    if not all(1_000 <= size <= 8_000_000 for size in sizes):
        raise argparse.ArgumentTypeError(f"should be whole numbers from 1000 to 8000000 with commas between them, is {text!r}")
    return sizes


if __name__ == "__main__":
    sys.exit(main())
