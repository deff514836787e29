"""Writes the files of this folder with NumPy 2.4.6: `python generate.py` in it."""

import numpy as np

VALUES = [0, 1, 2, 3, 4, 5]
SIGNED = [-2, -1, 0, 1, 2, 3]
FLOATS = [-1.5, -0.0, 0.25, 1.0, 2.0, 65504.0]
TYPES = {
    "bool": [False, True, True, False, True, False],
    "u1": VALUES, "u2": VALUES, "u4": VALUES, "u8": VALUES,
    "i1": SIGNED, "i2": SIGNED, "i4": SIGNED, "i8": SIGNED,
    "f2": FLOATS, "f4": FLOATS, "f8": FLOATS,
}


def arrays(order):
    types = {name: np.dtype(name).newbyteorder(order) for name in TYPES}
    return {name: np.array(values, types[name]).reshape(2, 3) for name, values in TYPES.items()}


np.savez("stored_little.npz", **arrays("<"))
np.savez_compressed("deflated_big.npz", **arrays(">"))

matrix = np.array(SIGNED, "<f4").reshape(2, 3)
np.save("matrix.npy", matrix)
np.save("fortran.npy", np.asfortranarray(matrix))
for version in [(1, 0), (2, 0), (3, 0)]:
    with open(f"version_{version[0]}.npy", "wb") as file:
        np.lib.format.write_array(file, np.array(VALUES, "<i8"), version)
np.save("scalar.npy", np.float64(2.5))
np.save("empty.npy", np.zeros((0, 3), "<u2"))

np.save("objects.npy", np.array([None, "x"], object), allow_pickle=True)
np.save("text.npy", np.array(["ab", "c"]))
np.save("bytes.npy", np.array([b"ab", b"c"]))
np.save("complex.npy", np.array([1j]))
np.save("dates.npy", np.array(["2020-01-01"], "M8[D]"))
np.save("durations.npy", np.array([1], "m8[s]"))
np.save("records.npy", np.array([(1, 2.0)], [("a", "<i4"), ("b", "<f4")]))
np.save("long_double.npy", np.array([1], np.longdouble))
