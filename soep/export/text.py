"""The note as plain text, to read in a terminal and to paste."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from soep.config import Settings
from soep.export.report import Problem, Report, ReportLine, report_of
from soep.i18n import _
from soep.types import Consult

_INDENT = "   "


class TextExporter:
    """UTF-8 text, one line of the note a line of text, never wrapped."""

    suffix = ".txt"
    is_text = True
    takes_drafts = True

    def __init__(self, settings: Settings) -> None:
        """Nothing of the settings matters here; the language is that of the interface."""

    def render(self, consult: Consult) -> bytes:
        """The report as text."""
        report = report_of(consult)
        parts = [_head(report), *(_problem(problem, name) for name, problem in _named(report)), *_rest(report)]
        return ("\n\n".join("\n".join(part) for part in parts) + "\n").encode("utf-8")


def _head(report: Report) -> list[str]:
    return [line for line in (report.title, " · ".join(report.about), report.notice) if line]


def _named(report: Report) -> Iterator[tuple[str, Problem]]:
    for number, problem in enumerate(report.problems, start=1):
        several = len(report.problems) > 1
        yield _("Probleem {number}").format(number=number) if several else _("Probleem"), problem


def _problem(problem: Problem, name: str) -> list[str]:
    lines = list(_labelled(f"{name}: ", [problem.heading])) if problem.heading.text else [f"{name}:"]
    if problem.icpc:
        lines.append(f"ICPC: {problem.icpc}")
    for field, content in problem.fields:
        lines += _labelled(f"{field}: ", content) if content else [f"{field}:"]
    return lines


def _labelled(label: str, lines: Sequence[ReportLine]) -> Iterator[str]:
    for number, line in enumerate(lines):
        yield (label if number == 0 else _INDENT) + _sourced(line)
        for flag in line.flags:
            yield _INDENT * 2 + _("let op: {remark}").format(remark=flag)


def _sourced(line: ReportLine) -> str:
    return f"{line.text} [{line.source}]" if line.source else line.text


def _rest(report: Report) -> Iterator[list[str]]:
    if report.unsaid:
        yield [_("Gezegd, niet in het concept:"), *(f"- {_sourced(line)}" for line in report.unsaid)]
    if report.remarks:
        yield [_("Opmerkingen:"), *(f"- {remark}" for remark in report.remarks)]
    yield [report.made_with + "."]
