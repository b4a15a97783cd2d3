"""A few lines over onnx.helper: write an ONNX graph as one writes numpy."""

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

OPSET = 17


class Graph:
    """Collects nodes and constants; every method returns the name of a tensor."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []
        self._count = 0

    def _fresh(self, stem: str) -> str:
        self._count += 1
        return f"{stem}_{self._count}"

    def op(self, kind: str, *inputs: str, **attributes: object) -> str:
        """One node with one output."""
        name = self._fresh(kind.lower())
        self.nodes.append(helper.make_node(kind, list(inputs), [name], **attributes))
        return name

    def const(self, value: object, dtype: type = np.float32) -> str:
        """A constant stored as it is."""
        name = self._fresh("const")
        self.constants.append(numpy_helper.from_array(np.array(value, dtype=dtype), name))
        return name

    def ints(self, *values: int) -> str:
        """A one-dimensional int64 constant (axes, shapes, starts)."""
        return self.const(list(values), np.int64)

    def weight(self, value: NDArray[np.float32]) -> str:
        """A float constant stored in 16 bits; ONNX Runtime widens it once, when it loads the model."""
        name = self._fresh("weight")
        self.constants.append(numpy_helper.from_array(value.astype(np.float16), name))
        return self.op("Cast", name, to=TensorProto.FLOAT)

    def add(self, a: str, b: str) -> str:
        return self.op("Add", a, b)

    def sub(self, a: str, b: str) -> str:
        return self.op("Sub", a, b)

    def mul(self, a: str, b: str) -> str:
        return self.op("Mul", a, b)

    def div(self, a: str, b: str) -> str:
        return self.op("Div", a, b)

    def matmul(self, a: str, b: str) -> str:
        return self.op("MatMul", a, b)

    def scaled(self, a: str, factor: float) -> str:
        return self.mul(a, self.const(factor))

    def shifted(self, a: str, offset: float) -> str:
        return self.add(a, self.const(offset))

    def clip(self, a: str, low: float, high: float) -> str:
        return self.op("Clip", a, self.const(low), self.const(high))

    def cut(self, a: str, begin: int, end: int, axis: int = 0) -> str:
        """a[begin:end] along one axis."""
        return self.op("Slice", a, self.ints(begin), self.ints(end), self.ints(axis))

    def concat(self, *parts: str, axis: int = 0) -> str:
        return self.op("Concat", *parts, axis=axis)

    def reshape(self, a: str, *shape: int) -> str:
        return self.op("Reshape", a, self.ints(*shape))

    def column(self, a: str) -> str:
        """[n] -> [n, 1]."""
        return self.op("Unsqueeze", a, self.ints(1))

    def length(self, a: str) -> str:
        """The first dimension as an int64 scalar."""
        return self.op("Squeeze", self.cut(self.op("Shape", a), 0, 1))

    def range(self, count: str) -> str:
        """0..count-1 as int64, `count` an int64 scalar tensor."""
        return self.op("Range", self.const(0, np.int64), count, self.const(1, np.int64))

    def pad_rows(self, a: str, before: int, after: int) -> str:
        """Zero rows before and after a [rows, columns] tensor."""
        return self.op("Pad", a, self.ints(before, 0, after, 0))

    def to_float(self, a: str) -> str:
        return self.op("Cast", a, to=TensorProto.FLOAT)

    def model(
        self,
        inputs: list[tuple[str, int, list[int | str]]],
        outputs: list[tuple[str, str, int, list[int | str]]],
    ) -> onnx.ModelProto:
        """The finished model. `inputs`: name, type, shape; `outputs`: public name, tensor, type, shape."""
        for public, tensor, _, _ in outputs:
            self.nodes.append(helper.make_node("Identity", [tensor], [public]))
        graph = helper.make_graph(
            self.nodes,
            "pocket-voice",
            [helper.make_tensor_value_info(n, t, s) for n, t, s in inputs],
            [helper.make_tensor_value_info(n, t, s) for n, _, t, s in outputs],
            self.constants,
        )
        made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8)
        onnx.checker.check_model(made)
        return made
