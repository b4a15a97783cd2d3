"""Sound in and out: the card, rings, echo cancelling, playback, files, and a simulated room."""
