"""What holds for every test."""

from hypothesis import settings

# The same examples in every run, and no stopwatch on them: a busy machine is no fault of the code.
settings.register_profile("localvoice", deadline=None, derandomize=True)
settings.load_profile("localvoice")
