import Foundation
import TestSupport

@testable import NeuralEngine

/// Evaluates graphs with NumPy in double precision: another program by other means.
enum NumPyOracle {
  static let isThere = (try? ChildProgram.python("import numpy")) != nil

  struct Failed: Error { var message: String }

  /// A graph with the values of its inputs.
  struct Case {
    var graph: Graph
    var inputs: [[Double]]
    /// Whether results are rounded to the element type after every operator.
    var isRounding = false
  }

  /// The values of the outputs of each graph.
  static func evaluate(_ cases: [Case]) throws -> [[[Double]]] {
    let request = try JSONSerialization.data(withJSONObject: cases.map(description))
    let result = try ChildProgram.run("python3", ["-c", families + program], input: request)
    guard result.status == 0 else {
      throw Failed(message: result.errorOutput)
    }
    // NaN and the infinities come as strings.
    let answers = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [[[Any]]] ?? []
    return answers.map { outputs in
      outputs.map { values in
        values.map { ($0 as? NSNumber)?.doubleValue ?? ($0 as? String).flatMap(Double.init) ?? .nan }
      }
    }
  }

  static func description(_ item: Case) -> [String: Any] {
    let graph = item.graph
    func key(_ value: ValueID) -> String { "\(value)" }
    let inputs = Dictionary(uniqueKeysWithValues: zip(graph.inputs.map(\.value), item.inputs))
    let nodes = graph.nodes.map { node -> [String: Any] in
      var values: [Any] = []
      switch node.constant {
      case .numbers(let numbers): values = numbers
      case .booleans(let flags): values = flags.map { $0 ? 1 : 0 }
      default: values = inputs[node.value] ?? []
      }
      return [
        "op": node.operation.rawValue, "values": values,
        "inputs": node.inputs.map { [$0.argument.rawValue, key($0.value)] },
        "attributes": Dictionary(
          uniqueKeysWithValues: node.attributes.map { ($0.rawValue, attribute($1)) }
        ),
        "results": zip(node.values, node.results).map {
          ["id": key($0), "shape": $1.type.shape, "type": $1.type.element.rawValue] as [String: Any]
        },
      ]
    }
    return ["nodes": nodes, "outputs": graph.outputs.map { key($0.value) }, "rounding": item.isRounding]
  }

  private static func attribute(_ value: AttributeValue) -> Any {
    switch value {
    case .boolean(let value): value
    case .integer(let value): value
    case .number(let value): value
    case .string(let value): value
    case .booleans(let values): values
    case .integers(let values): values
    }
  }

  private static let program = #"""
    import sys, json, math
    import numpy as np
    np.seterr(all="ignore")
    erf = np.vectorize(math.erf, otypes=[float])
    def conv(x, w, bias, a):
        n = x.ndim - 2
        k = w.shape[2:]; s = a["strides"]; d = a["dilations"]; g = a["groups"]
        if a["pad_type"] == "custom":
            pads = [(a["pad"][2*i], a["pad"][2*i+1]) for i in range(n)]
        elif a["pad_type"] == "valid":
            pads = [(0, 0)] * n
        else:
            pads = []
            for i in range(n):
                total = max((-(-x.shape[i+2] // s[i]) - 1) * s[i] + (k[i] - 1) * d[i] + 1 - x.shape[i+2], 0)
                small = total // 2
                pads.append((small, total - small) if a["pad_type"] == "same" else (total - small, small))
        p = np.pad(x, [(0, 0), (0, 0)] + pads)
        out = [(p.shape[i+2] - d[i] * (k[i] - 1) - 1) // s[i] + 1 for i in range(n)]
        cin, cout = w.shape[1], w.shape[0] // g
        y = np.zeros([x.shape[0], w.shape[0]] + out)
        for group in range(g):
            for tap in np.ndindex(*k):
                cells = p[(slice(None), slice(group * cin, (group + 1) * cin))
                          + tuple(slice(tap[i] * d[i], tap[i] * d[i] + s[i] * (out[i] - 1) + 1, s[i]) for i in range(n))]
                m = w[(slice(group * cout, (group + 1) * cout), slice(None)) + tap]
                y[:, group * cout:(group + 1) * cout] += np.einsum("oc,nc...->no...", m, cells)
        return y if bias is None else y + bias.reshape([1, -1] + [1] * n)
    def pool(op, x, a, shape):
        n = x.ndim - 2
        k = a["kernel_sizes"]; s = a["strides"]; size = x.shape[2:]; out = shape[2:]
        if a["pad_type"] == "custom": pads = [(a["pad"][2*i], a["pad"][2*i+1]) for i in range(n)]
        elif a["pad_type"] == "valid": pads = [(0, 0)] * n
        else:
            total = [max((out[i] - 1) * s[i] + k[i] - size[i], 0) for i in range(n)]
            pads = [(t // 2, t - t // 2) if a["pad_type"] == "same" else (t - t // 2, t // 2) for t in total]
        behind = [(0, max((out[i] - 1) * s[i] + k[i] - size[i] - sum(pads[i]), 0)) for i in range(n)]
        def windows(cells, pad, extra):
            cells = np.pad(cells, [(0, 0), (0, 0)] + pads, constant_values=pad)
            cells = np.pad(cells, [(0, 0), (0, 0)] + behind, constant_values=extra)
            parts = np.lib.stride_tricks.sliding_window_view(cells, k, axis=tuple(range(2, 2 + n)))
            parts = parts[(slice(None), slice(None)) + tuple(slice(0, s[i] * (out[i] - 1) + 1, s[i]) for i in range(n))]
            return parts.reshape(parts.shape[:2 + n] + (-1,))
        if op == "max_pool": return windows(x, -np.inf, -np.inf).max(-1)
        if op == "l2_pool": return np.sqrt((windows(x, 0, 0) ** 2).sum(-1))
        counted = windows(np.ones(x.shape), 0 if a["exclude_padding_from_average"] else 1, 0).sum(-1)
        return windows(x, 0, 0).sum(-1) / counted
    def softmax(x, axis):
        e = np.exp(x - x.max(axis=axis, keepdims=True))
        return e / e.sum(axis=axis, keepdims=True)
    def swap(x, flag):
        return np.swapaxes(x, -1, -2) if flag and x.ndim > 1 else x
    def sigmoid(x): return 1 / (1 + np.exp(-x))
    unary = {
        "identity": lambda x: x, "abs": np.abs, "ceil": np.ceil, "floor": np.floor, "round": np.round, "sign": np.sign,
        "square": lambda x: x * x, "sqrt": np.sqrt, "exp": np.exp, "exp2": np.exp2, "erf": erf, "sin": np.sin,
        "cos": np.cos, "tan": np.tan, "asin": np.arcsin, "acos": np.arccos, "atan": np.arctan, "sinh": np.sinh,
        "cosh": np.cosh, "tanh": np.tanh, "asinh": np.arcsinh, "acosh": np.arccosh, "atanh": np.arctanh,
        "relu": lambda x: np.maximum(x, 0), "relu6": lambda x: np.clip(x, 0, 6), "sigmoid": sigmoid,
        "silu": lambda x: x * sigmoid(x), "softplus": lambda x: np.log1p(np.exp(x)),
        "softsign": lambda x: x / (1 + np.abs(x)), "logical_not": lambda x: 1 - x }
    binary = {
        "add": np.add, "sub": np.subtract, "mul": np.multiply, "real_div": np.divide, "floor_div": np.floor_divide,
        "mod": np.mod, "maximum": np.maximum, "minimum": np.minimum, "pow": np.power, "equal": np.equal,
        "not_equal": np.not_equal, "less": np.less, "less_equal": np.less_equal, "greater": np.greater,
        "greater_equal": np.greater_equal, "logical_and": np.logical_and, "logical_or": np.logical_or,
        "logical_xor": np.logical_xor }
    fold = {
        "reduce_sum": np.sum, "reduce_mean": np.mean, "reduce_max": np.max, "reduce_min": np.min, "reduce_prod": np.prod,
        "reduce_sum_square": lambda x, **k: np.sum(x * x, **k), "reduce_l1_norm": lambda x, **k: np.sum(np.abs(x), **k),
        "reduce_l2_norm": lambda x, **k: np.sqrt(np.sum(x * x, **k)),
        "reduce_log_sum": lambda x, **k: np.log(np.sum(x, **k)),
        "reduce_log_sum_exp": lambda x, **k: np.log(np.sum(np.exp(x), **k)) }
    def apply(op, i, all_values, a, node):
        x = i.get("x")
        if op in unary: return unary[op](x)
        if op in binary: return binary[op](x, i["y"]).astype(float)
        if op in fold: return fold[op](x, axis=tuple(a["axes"]), keepdims=a["keep_dims"])
        if op in ("reduce_argmax", "reduce_argmin"):
            return (np.argmax if op == "reduce_argmax" else np.argmin)(x, axis=a["axis"], keepdims=a["keep_dims"]).astype(float)
        if op == "rsqrt": return 1 / np.sqrt(x + a["epsilon"])
        if op == "inverse": return 1 / (x + a["epsilon"])
        if op == "log": return np.log(x + a["epsilon"])
        if op == "clip": return np.clip(x, a["alpha"], a["beta"])
        if op == "threshold": return np.maximum(x, a["alpha"])
        if op == "elu": return np.where(x < 0, a["alpha"] * np.expm1(x), x)
        if op == "leaky_relu": return np.where(x < 0, a["alpha"] * x, x)
        if op == "gelu":
            if a["mode"] == "EXACT": return 0.5 * x * (1 + erf(x / math.sqrt(2)))
            if a["mode"] == "TANH_APPROXIMATION":
                return 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x ** 3)))
            return x * sigmoid(1.702 * x)
        if op == "cast":
            t = a["dtype"]
            if t == "bool": return (x != 0).astype(float)
            return np.trunc(x) if t.startswith("int") or t.startswith("uint") else x
        if op == "conv": return conv(x, i["weight"], i.get("bias"), a)
        if op == "matmul": return np.matmul(swap(x, a["transpose_x"]), swap(i["y"], a["transpose_y"]))
        if op == "linear": return x @ i["weight"].T + i.get("bias", 0)
        if op == "scaled_dot_product_attention":
            s = i["query"] @ np.swapaxes(i["key"], -1, -2) / math.sqrt(i["query"].shape[-1])
            m = i.get("attn_mask")
            if m is not None: s = np.where(m != 0, s, -np.inf) if node["mask_is_bool"] else s + m
            return softmax(s, -1) @ i["value"]
        if op == "softmax": return softmax(x, a["axis"])
        if op == "cumsum":
            ax = a["axis"]
            y = np.flip(x, ax) if a["reverse"] else x
            c = np.cumsum(y, axis=ax)
            if a["exclusive"]: c = c - y
            return np.flip(c, ax) if a["reverse"] else c
        if op == "layer_norm":
            ax = tuple(a["axes"])
            y = (x - x.mean(axis=ax, keepdims=True)) / np.sqrt(x.var(axis=ax, keepdims=True) + a["epsilon"])
            shape = [x.shape[k] if k in ax else 1 for k in range(x.ndim)]
            if "gamma" in i: y = y * i["gamma"].reshape(shape)
            if "beta" in i: y = y + i["beta"].reshape(shape)
            return y
        if op in ("batch_norm", "instance_norm"):
            shape = [1, -1] + [1] * (x.ndim - 2)
            ax = tuple(range(2, x.ndim))
            m = i["mean"].reshape(shape) if op == "batch_norm" else x.mean(axis=ax, keepdims=True)
            v = i["variance"].reshape(shape) if op == "batch_norm" else x.var(axis=ax, keepdims=True)
            y = (x - m) / np.sqrt(v + a["epsilon"])
            return y * i.get("gamma", np.ones(1)).reshape(shape) + i.get("beta", np.zeros(1)).reshape(shape)
        if op == "l2_norm": return x / np.sqrt(np.sum(x * x, axis=(-3, -2, -1), keepdims=True) + a["epsilon"])
        if op in ("avg_pool", "max_pool", "l2_pool"): return pool(op, x, a, node["results"][0]["shape"])
        if op == "band_part":
            r, c = np.indices(x.shape[-2:])
            keep = ((a["lower"] < 0) | (r - c <= a["lower"])) & ((a["upper"] < 0) | (c - r <= a["upper"]))
            return x * keep
        if op in ("reshape", "expand_dims", "squeeze"): return x.reshape(node["results"][0]["shape"])
        if op == "transpose": return np.transpose(x, a["perm"])
        if op == "split": return np.split(x, np.cumsum(a["split_sizes"])[:-1], axis=a["axis"])
        if op == "stack": return np.stack(all_values, axis=a["axis"])
        if op == "concat":
            ax = a["axis"]
            if not a["interleave"]: return np.concatenate(all_values, axis=ax)
            return np.stack(all_values, axis=ax + 1).reshape(node["results"][0]["shape"])
        if op == "pad":
            p = a["pad"]; n = len(p) // 2
            widths = [(0, 0)] * (x.ndim - n) + [(p[2*k], p[2*k+1]) for k in range(n)]
            if a["mode"] == "constant": return np.pad(x, widths, constant_values=a["constant_val"])
            return np.pad(x, widths, mode={"reflect": "reflect", "replicate": "edge"}[a["mode"]])
        if op == "tile": return np.tile(x, a["reps"])
        if op == "gather":
            idx = i["indices"].astype(int); b = a["batch_dims"]; ax = a["axis"]
            if b == 0: return np.take(x, idx, axis=ax)
            lead = x.shape[:b]
            parts = [np.take(x[p], idx[p], axis=ax - b) for p in np.ndindex(*lead)]
            return np.stack(parts).reshape(list(lead) + list(parts[0].shape))
        if op == "gather_along_axis":
            idx = i["indices"].astype(int)
            return np.take_along_axis(x, np.where(idx < 0, idx + x.shape[a["axis"]], idx), a["axis"])
        if op == "select": return np.where(i["cond"] != 0, i["a"], i["b"])
        if op == "slice_by_index":
            cut = []
            for k in range(x.ndim):
                if a["squeeze_mask"][k]: cut.append(a["begin"][k]); continue
                cut.append(slice(None if a["begin_mask"][k] else a["begin"][k], None if a["end_mask"][k] else a["end"][k], a["stride"][k]))
            return x[tuple(cut)]
        if op == "slice_by_size":
            return x[tuple(slice(b, b + s) for b, s in zip(a["begin"], a["size"]))]
        if op == "constexpr_affine_dequantize":
            q = i["quantized_data"]; shape = [1] * q.ndim; shape[a["axis"]] = -1
            along = lambda v: v if v.ndim == 0 else v.reshape(shape)
            return along(i["scale"]) * (q - along(i["zero_point"]))
        if op == "constexpr_blockwise_shift_scale":
            d = i["data"]; s = i["scale"]; o = i.get("offset", np.zeros(s.shape))
            for k in range(d.ndim):
                s = np.repeat(s, d.shape[k] // s.shape[k], axis=k); o = np.repeat(o, d.shape[k] // o.shape[k], axis=k)
            return s * (d - o)
        if op == "constexpr_cast": return i["source_val"]
        return family(op, i, all_values, a, node["results"][0]["shape"], len(node["results"]))
    def settle(y, t, rounding):
        y = np.asarray(y, dtype=float)
        if rounding and t == "fp16": return y.astype(np.float16).astype(float)
        if rounding and t == "fp32": return y.astype(np.float32).astype(float)
        return y
    answers = []
    for case in json.load(sys.stdin):
        env, types = {}, {}
        for node in case["nodes"]:
            r = node["results"]
            if node["op"] in ("input", "const"):
                env[r[0]["id"]] = np.array([float(v) for v in node["values"]], dtype=float).reshape(r[0]["shape"])
            else:
                named = {k: env[v] for k, v in node["inputs"]}
                node["mask_is_bool"] = any(k == "attn_mask" and types[v] == "bool" for k, v in node["inputs"])
                y = apply(node["op"], named, [env[v] for k, v in node["inputs"]], node["attributes"], node)
                for value, result in zip(y if isinstance(y, list) else [y], r):
                    value = settle(value, result["type"], case["rounding"])
                    assert list(value.shape) == result["shape"], (node["op"], value.shape, result["shape"])
                    env[result["id"]] = value
            for result in r: types[result["id"]] = result["type"]
        answers.append([[v if math.isfinite(v) else str(v) for v in env[o].ravel().tolist()] for o in case["outputs"]])
    json.dump(answers, sys.stdout)
    """#
}

extension GraphEvaluator {
  /// The outputs of a graph whose inputs are given in order.
  static func outputs(_ graph: Graph, _ inputs: [[Double]], _ numerics: Numerics) throws -> [[Double]] {
    let evaluator = try GraphEvaluator(graph, evaluator: NodeEvaluator(numerics: numerics))
    var values: [ValueID: DenseTensor] = [:]
    for (port, numbers) in zip(graph.inputs, inputs) {
      let type = graph.type(of: port.value)
      values[port.value] =
        type.element.isFloatingPoint
        ? DenseTensor(type, numbers.map { Float($0) }) : DenseTensor(type, integers: numbers.map { Int32($0) })
    }
    return try evaluator.evaluate(values).map { output in
      switch output.elements {
      case .floats(let values): values.map { Double($0) }
      case .integers(let values): values.map { Double($0) }
      }
    }
  }
}
