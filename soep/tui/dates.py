"""Days and times as a list shows them, in the user's language."""

from __future__ import annotations

from datetime import date, timedelta

from soep.i18n import _, mark

_WEEKDAYS = (
    mark("maandag"),
    mark("dinsdag"),
    mark("woensdag"),
    mark("donderdag"),
    mark("vrijdag"),
    mark("zaterdag"),
    mark("zondag"),
)
_MONTHS = (
    mark("januari"),
    mark("februari"),
    mark("maart"),
    mark("april"),
    mark("mei"),
    mark("juni"),
    mark("juli"),
    mark("augustus"),
    mark("september"),
    mark("oktober"),
    mark("november"),
    mark("december"),
)


def day_name(day: date, today: date) -> str:
    """A day as people say it: today, yesterday, or its date; the year only when it is another."""
    named = f"{_(_WEEKDAYS[day.weekday()])} {day.day} {_(_MONTHS[day.month - 1])}"
    if day.year != today.year:
        named = f"{named} {day.year}"
    if day == today:
        return _("Vandaag, {day}").format(day=named)
    if day == today - timedelta(days=1):
        return _("Gisteren, {day}").format(day=named)
    return named[0].upper() + named[1:]


def length(seconds: float) -> str:
    """A length as minutes and seconds; nothing when there is none."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02}" if seconds else ""
