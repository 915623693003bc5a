"""The application in the terminal: screens and widgets over ``soep.workflow``; no logic of speech or notes."""

import os

# How often Textual looks whether something has to be drawn; read when it is imported.  What a key changes waits one to
# two of its looks, each time that something is laid out: 33 ms at the usual 60 a second.  No more is drawn for a key.
os.environ.setdefault("TEXTUAL_FPS", "250")
