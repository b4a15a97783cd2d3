"""One file per native library: it checks, loads, runs and aborts; it decides nothing."""
