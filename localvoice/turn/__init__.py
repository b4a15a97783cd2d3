"""Who may talk now: the pure state machine, and the wiring of the threads that serve it."""
