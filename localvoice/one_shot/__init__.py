"""One thing at a time, without microphone and turns: a text to speak, a recording to read, a question to answer."""
