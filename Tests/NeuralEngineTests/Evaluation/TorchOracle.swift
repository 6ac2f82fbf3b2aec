import Foundation
import TestSupport

@testable import NeuralEngine

/// Evaluates single operators with the functions of PyTorch that are said to do the same.
enum TorchOracle {
  static let isThere = (try? ChildProgram.python("import torch")) != nil

  /// The values of the outputs of each case; `nil` where PyTorch has no such function.
  static func evaluate(_ cases: [NumPyOracle.Case]) throws -> [[[Double]]?] {
    let request = try JSONSerialization.data(withJSONObject: cases.map(NumPyOracle.description))
    let result = try ChildProgram.run("python3", ["-c", program], input: request)
    guard result.status == 0 else { throw NumPyOracle.Failed(message: result.errorOutput) }
    let answers = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [Any] ?? []
    return answers.map { ($0 as? [[NSNumber]]).map { $0.map { $0.map(\.doubleValue) } } }
  }

  private static let program = #"""
    import sys, json
    import torch, torch.nn.functional as F
    def apply(op, i, values, a, shape, results):
        x = i.get("x")
        if op == "conv_transpose":
            n = x.ndim - 2; k = i["weight"].shape[2:]; s = a["strides"]; d = a["dilations"]
            pads = a["pad"] if a["pad_type"] == "custom" else [0] * 2 * n
            if a["pad_type"] == "same" or pads[::2] != pads[1::2]: return None
            extra = [shape[2+j] - ((x.shape[2+j] - 1) * s[j] + (k[j] - 1) * d[j] + 1 - 2 * pads[2*j]) for j in range(n)]
            call = [F.conv_transpose1d, F.conv_transpose2d, F.conv_transpose3d][n - 1]
            return call(x, i["weight"], i.get("bias"), s, pads[::2], extra, a["groups"], d)
        if op == "einsum":
            sizes = [max(p) for p in zip(*[v.shape for v in values])]
            if any(v.shape[q] not in (values[0].shape[q],) for v in values for q in (-2,)): return None
            return None if values[0].ndim == 4 and values[0].shape[0] != values[1].shape[0] else torch.einsum(a["equation"], *values)
        if op == "scaled_tanh": return a["alpha"] * torch.tanh(a["beta"] * x)
        if op == "prelu": return F.prelu(x, i["alpha"])
        if op == "softplus_parametric":
            return torch.stack([i["alpha"][c] * i["beta"][c] * F.softplus(x[:, c], float(i["beta"][c]), 1000.0)
                                for c in range(x.shape[1])], 1)
        if op == "local_response_norm": return F.local_response_norm(x, a["size"], a["alpha"], a["beta"], a["k"])
        if op == "quantize":
            kind = torch.qint8 if a["output_dtype"] == "int8" else torch.quint8
            data, scale = i["input"].float(), i["scale"]
            if scale.ndim == 0:
                return torch.quantize_per_tensor(data, float(scale.float()), int(i.get("zero_point", 0)), kind).int_repr()
            return None
        if op in ("topk", "argsort"):
            y, order = torch.sort(x, dim=a["axis"], descending=not a["ascending"], stable=True)
            if op == "argsort": return order
            return [v.narrow(a["axis"], 0, a["k"]) for v in (y, order)][:results]
        if op == "upsample_nearest_neighbor": return F.interpolate(x, size=shape[2:], mode="nearest")
        if op == "resize_nearest_neighbor" or op == "resize" and a["interpolation_mode"] != "LINEAR":
            if op == "resize" and (a["resized_dims"] > 2 or a["sampling_mode"] not in ("DEFAULT", "UNALIGN_CORNERS")): return None
            return F.interpolate(x[None], size=shape[-2:], mode="nearest-exact")[0]
        if op in ("upsample_bilinear", "resize_bilinear", "resize"):
            if op == "resize" and a["resized_dims"] > 2: return None
            image = x if x.ndim == 4 else x[None]
            mode = a.get("sampling_mode")
            if mode not in (None, "STRICT_ALIGN_CORNERS", "UNALIGN_CORNERS"): return None
            if op == "upsample_bilinear" and not a["align_corners"] and not a["half_pixel_centers"]: return None
            aligns = a["align_corners"] if mode is None else mode == "STRICT_ALIGN_CORNERS"
            return F.interpolate(image, size=shape[-2:], mode="bilinear", align_corners=aligns).reshape(shape)
        if op == "resample":
            modes = {("constant", 0): "zeros", ("border", 0): "border", ("border", 1): "border", ("constant", 1): "zeros",
                     ("reflection", 1): "reflection", ("symmetric", 0): "reflection"}
            mode = modes.get((a["padding_mode"], int(a["align_corners"])))
            if mode is None or a["coordinates_mode"] == "unnormalized": return None
            grid = i["coordinates"]
            if a["coordinates_mode"] == "normalized_zero_to_one": grid = grid * 2 - 1
            # PyTorch pads by zeros only: the difference to the padding is what is padded.
            fill = a["padding_value"] if mode == "zeros" else 0.0
            return F.grid_sample(x - fill, grid, a["sampling_mode"], mode, a["align_corners"]) + fill
        if op == "affine":
            theta = i["transform_matrix"].expand(x.shape[0], 6).reshape(-1, 2, 3)
            return F.grid_sample(x, F.affine_grid(theta, shape, True), "bilinear", "zeros", True)
        if op == "pixel_shuffle": return F.pixel_shuffle(x, a["upscale_factor"])
        if op == "pixel_unshuffle": return F.pixel_unshuffle(x, a["downscale_factor"])
        if op == "reverse": return torch.flip(x, a["axes"])
        if op == "sliding_windows": return x.unfold(a["axis"], a["size"], a["stride"]).movedim(-1, a["axis"] + 1)
        if op == "flatten2d" and 0 < a["axis"] < x.ndim: return x.flatten(a["axis"]).flatten(0, a["axis"] - 1)
        if op in ("scatter", "scatter_along_axis") and a["mode"] in ("add", "mul", "max", "min"):
            data, ids, ax = i["data"], i["indices"].long(), a["axis"]
            if op == "scatter":
                ids = torch.where(ids < 0, ids + data.shape[ax], ids)
                if int(ids.max()) >= data.shape[ax]: return None
                ids = ids.reshape([-1 if k == ax else 1 for k in range(data.ndim)]).expand(i["updates"].shape)
            names = {"add": "sum", "mul": "prod", "max": "amax", "min": "amin"}
            return data.scatter_reduce(ax, ids, i["updates"], names[a["mode"]])
        if op == "scatter_nd" and a["mode"] in ("add", "update"):
            ids = tuple(i["indices"].long().movedim(-1, 0))
            if a["mode"] == "update" and i["indices"].shape[0] > 1: return None
            return i["data"].index_put(ids, i["updates"], accumulate=a["mode"] == "add")
        if op == "one_hot" and a["axis"] == i["indices"].ndim and "on_value" not in i:
            ids = i["indices"].long(); n = a["one_hot_vector_size"]
            return F.one_hot(torch.where((ids < 0) | (ids >= n), n, ids), n + 1)[..., :n]
        return None
    answers = []
    for case in json.load(sys.stdin):
        env = {}
        for node in case["nodes"]:
            r = node["results"]
            if node["op"] in ("input", "const"):
                env[r[0]["id"]] = torch.tensor([float(v) for v in node["values"]], dtype=torch.float64).reshape(r[0]["shape"])
                continue
            named = {k: env[v] for k, v in node["inputs"]}
            y = apply(node["op"], named, [env[v] for k, v in node["inputs"]], node["attributes"], r[0]["shape"], len(r))
            if y is not None:
                y = y if isinstance(y, list) else [y]
                assert [list(v.shape) for v in y] == [v["shape"] for v in r], (node["op"], [v.shape for v in y], r)
                y = [v.double().ravel().tolist() for v in y]
        answers.append(y)
    json.dump(answers, sys.stdout)
    """#
}
