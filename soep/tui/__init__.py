"""The application in the terminal: screens and widgets over ``soep.workflow``; no logic of speech or notes."""
