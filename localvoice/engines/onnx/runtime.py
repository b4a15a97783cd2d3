"""ONNX Runtime: opens a graph for real-time use. The only file that imports it."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from localvoice.engines.onnx.file import read_outline
from localvoice.engines.probe import insist
from localvoice.errors import ModelBroken


class OnnxGraph:
    """One ONNX graph on the CPU.

    The thread pool never spins: idle workers that poll for work keep a whole core busy between two calls, and
    an assistant is idle nearly all the time.
    """

    def __init__(self, path: Path, threads: int = 1, trusted: bool | None = None) -> None:
        """`path`: an .onnx file; `trusted`: do without the probe, None trusts the bundled models.

        Raises ModelMissing when it is not there, ModelWrongKind when it is of another kind, ModelBroken when it
        won't open.
        """
        read_outline(path)
        whose = f"ONNX Runtime cannot use {path}"
        insist(path, __name__, whose, "Fetch it again, or name another.", trusted=trusted)
        import onnxruntime  # type: ignore[import-untyped, unused-ignore]

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 4
        try:
            self._session: Any = onnxruntime.InferenceSession(
                str(path), sess_options=options, providers=["CPUExecutionProvider"]
            )
        except _faults(onnxruntime) as error:
            reason = f"{path} is not a whole ONNX model ({_first_line(error)})."
            raise ModelBroken(reason, "Fetch it again.") from None
        self.inputs = frozenset(str(tensor.name) for tensor in self._session.get_inputs())

    def run(self, feeds: Mapping[str, NDArray[Any]]) -> list[NDArray[np.float32]]:
        """All outputs in the graph's own order."""
        outputs: list[NDArray[np.float32]] = self._session.run(None, dict(feeds))
        return outputs


def _faults(onnxruntime: Any) -> tuple[type[BaseException], ...]:
    """What opening a damaged file raises; the library's own exceptions share no base but Exception."""
    state = onnxruntime.capi.onnxruntime_pybind11_state
    names = (
        "Fail",
        "InvalidArgument",
        "InvalidGraph",
        "InvalidProtobuf",
        "NoSuchFile",
        "NotImplemented",
        "RuntimeException",
    )
    return (RuntimeError, ValueError, *(getattr(state, name) for name in names))


def _try(path: str) -> None:
    """In the process of the probe: open the file."""
    try:
        OnnxGraph(Path(path), trusted=True)
    except ModelBroken as error:
        sys.exit(error.message)


def _first_line(error: BaseException) -> str:
    text = str(error).strip()
    return text.splitlines()[0][:120] if text else type(error).__name__
