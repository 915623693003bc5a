"""Makes the spoken samples: scripts become conversations in sound, with who said what and when."""
