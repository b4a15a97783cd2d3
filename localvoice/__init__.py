"""localvoice: talk to your own computer; nothing you say leaves it."""

import os

__version__ = "0.1.0"

# The ONNX Runtime of newer releases reports its use to its maker. It looks at this variable when it is loaded, which
# other packages may do before engines/onnx/runtime.py does; tests/test_no_network.py traces that it works.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
