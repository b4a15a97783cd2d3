"""Words become samples: clauses out of a token stream, text made speakable, a voice."""
