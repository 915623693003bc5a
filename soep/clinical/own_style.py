"""The GP's own short forms in place of the drafter's, without training: a table of words."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

_DOUBLE_STOP = re.compile(r"(?<!\.)\.\.(?!\.)")  # a form that ends in a stop, at the end of a line


def restyler(forms: Mapping[str, str]) -> Callable[[str], str]:
    """What writes a line with a GP's own forms: whole words, the longest first, a capital kept where one stood.

    Args:
        forms: what the drafter writes and what to write instead, as ``{"pcm": "paracetamol", "gb": "g.b."}``; where
            a form is all capitals (``RR``) only capitals are replaced, else case does not count.
    """
    wanted = {form: own for form, own in forms.items() if form.strip()}
    if not wanted:
        return str
    found = re.compile(
        "|".join(
            rf"(?<!\w)(?:{re.escape(form) if form.isupper() else f'(?i:{re.escape(form)})'})(?!\w)"
            for form in sorted(wanted, key=len, reverse=True)
        )
    )
    by_form = {form if form.isupper() else form.lower(): own for form, own in wanted.items()}

    def own_form(match: re.Match[str]) -> str:
        form = match.group()
        own = by_form.get(form) or by_form[form.lower()]
        return own[:1].upper() + own[1:] if form[:1].isupper() and not form.isupper() else own

    return lambda text: _DOUBLE_STOP.sub(".", found.sub(own_form, text))
