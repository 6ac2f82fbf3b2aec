extension NumPyOracle {
  /// Operators that are not looked up in a table of NumPy's own functions, from their definitions.
  static let families = #"""
    import numpy as np
    def transposed(x, w, bias, a, shape):
        n = x.ndim - 2; k = w.shape[2:]; s = a["strides"]; d = a["dilations"]; g = a["groups"]; m = w.shape[1]
        full = [(x.shape[2+i] - 1) * s[i] + (k[i] - 1) * d[i] + 1 for i in range(n)]
        out = shape[2:]
        before = [0] * n
        if a["pad_type"] == "custom": before = [a["pad"][2*i] for i in range(n)]
        if a["pad_type"] == "same": before = [max(full[i] - out[i], 0) // 2 for i in range(n)]
        y = np.zeros([x.shape[0], m * g] + [max(full[i], before[i] + out[i]) for i in range(n)])
        for b in range(x.shape[0]):
            for c in range(x.shape[1]):
                group = c // (x.shape[1] // g)
                for p in np.ndindex(*x.shape[2:]):
                    cells = tuple(slice(p[i] * s[i], p[i] * s[i] + (k[i] - 1) * d[i] + 1, d[i]) for i in range(n))
                    y[(b, slice(group * m, (group + 1) * m)) + cells] += x[(b, c) + p] * w[c]
        y = y[(slice(None), slice(None)) + tuple(slice(before[i], before[i] + out[i]) for i in range(n))]
        return y if bias is None else y + bias.reshape([1, -1] + [1] * n)
    def grid(mode, n, a, b):
        cells = b - a + 1
        if mode == "STRICT_ALIGN_CORNERS": return np.linspace(a, b, n)
        if mode == "ALIGN_CORNERS": return np.linspace(a, b, n) if n > 1 else np.array([(a + b) / 2])
        if mode == "DEFAULT": return np.minimum(np.linspace(a, b + 1 - cells / n, n), b)
        if mode == "OFFSET_CORNERS":
            delta = max(1, b - a) / n
            return np.linspace(a + delta / 2, a + delta / 2 + (n - 1) * delta, n)
        return np.clip(a + np.arange(n) * cells / n + cells / n / 2 - 0.5, a, b)
    def linear(x, axes, out, mode):
        for axis in axes:
            size = x.shape[axis]
            places = np.clip(grid(mode, out[axis], 0, size - 1), 0, size - 1)
            x = np.apply_along_axis(lambda line: np.interp(places, np.arange(size), line), axis, x)
        return x
    def bilinear(image, y, x):
        r, c = int(np.floor(y)), int(np.floor(x)); dy, dx = y - r, x - c
        r1, c1 = min(r + 1, image.shape[0] - 1), min(c + 1, image.shape[1] - 1)
        return ((1 - dy) * ((1 - dx) * image[r, c] + dx * image[r, c1])
                + dy * ((1 - dx) * image[r1, c] + dx * image[r1, c1]))
    def crop_resize(x, i, a, shape):
        h, w = x.shape[2:]
        factor = np.array([h - 1, w - 1]) if a["normalized_coordinates"] else np.array([1, 1])
        factor = factor * a["spatial_scale"]
        jobs = []
        if "roi" in i:
            for box in i["roi"].reshape(i["roi"].shape[0], -1):
                if len(box) == 5: jobs.append((int(box[0]), box[1:]))
                else: jobs += [(k, box) for k in range(x.shape[0])]
        else:
            images = i.get("box_indices", np.arange(len(i["boxes"])))
            jobs = [(int(k), box) for k, box in zip(images, i["boxes"])]
        y = []
        for image, box in jobs:
            mode = a["box_coordinate_mode"]
            box = box if mode.endswith("HEIGHT_FIRST") else box[[1, 0, 3, 2]]
            start, end = (box[:2], box[2:]) if mode.startswith("CORNERS") else (box[:2] - box[2:] / 2, box[:2] + box[2:] / 2)
            start, end = start * factor, end * factor
            rows = grid(a["sampling_mode"], a["target_height"], start[0], end[0])
            columns = grid(a["sampling_mode"], a["target_width"], start[1], end[1])
            y.append([[[bilinear(x[image, c], r, q) if 0 <= r <= h - 1 and 0 <= q <= w - 1 else a["pad_value"]
                        for q in columns] for r in rows] for c in range(x.shape[1])])
        return np.array(y).reshape(shape)
    def resample(x, places, a, shape):
        margin = 64
        modes = {"border": "edge", "reflection": "reflect", "symmetric": "symmetric"}
        widths = [(0, 0), (0, 0), (margin, margin), (margin, margin)]
        if a["padding_mode"] == "constant": p = np.pad(x, widths, constant_values=a["padding_value"])
        else: p = np.pad(x, widths, mode=modes[a["padding_mode"]])
        def place(c, size):
            if a["coordinates_mode"] == "unnormalized": return c
            share = (c + 1) / 2 if a["coordinates_mode"] == "normalized_minus_one_to_one" else c
            return share * (size - 1) if a["align_corners"] else share * size - 0.5
        y = np.zeros(shape)
        for b, r, c in np.ndindex(shape[0], shape[2], shape[3]):
            at = place(places[b, r, c, 1], x.shape[2]) + margin, place(places[b, r, c, 0], x.shape[3]) + margin
            if a["sampling_mode"] == "nearest": y[b, :, r, c] = p[b, :, int(np.round(at[0])), int(np.round(at[1]))]
            else: y[b, :, r, c] = [bilinear(image, at[0], at[1]) for image in p[b]]
        return y
    combine = {"update": lambda o, n: n, "add": lambda o, n: o + n, "sub": lambda o, n: o - n, "mul": lambda o, n: o * n,
               "div": lambda o, n: o / n, "max": max, "min": min}
    def scatter(op, i, a):
        y = i["data"].copy(); updates = i["updates"]; f = combine[a["mode"]]; ids = i["indices"].astype(int)
        def put(cell, number):
            if all(-s <= c < s for c, s in zip(cell, y.shape)): y[cell] = f(y[cell], number)
        if op == "scatter_along_axis":
            for p in np.ndindex(*ids.shape): put(p[:a["axis"]] + (ids[p],) + p[a["axis"] + 1:], updates[p])
        elif op == "scatter":
            n = ids.ndim; ax = a["axis"]
            for p in np.ndindex(*updates.shape): put(p[:ax] + (ids[p[ax:ax + n]],) + p[ax + n:], updates[p])
        else:
            n = ids.ndim - 1
            for p in np.ndindex(*updates.shape): put(tuple(ids[p[:n]]) + p[n:], updates[p])
        return y
    def blocks(op, x, a, shape):
        y = np.zeros(shape)
        if op in ("pixel_shuffle", "depth_to_space"):
            f = a.get("upscale_factor", a.get("block_size")); n = x.shape[1] // (f * f)
            for b, c, h, w in np.ndindex(*shape):
                cell = (h % f) * f + w % f
                y[b, c, h, w] = x[b, c * f * f + cell if op == "pixel_shuffle" else cell * n + c, h // f, w // f]
        elif op in ("pixel_unshuffle", "space_to_depth"):
            f = a.get("downscale_factor", a.get("block_size"))
            for b, c, h, w in np.ndindex(*x.shape):
                cell = (h % f) * f + w % f
                y[b, c * f * f + cell if op == "pixel_unshuffle" else cell * x.shape[1] + c, h // f, w // f] = x[b, c, h, w]
        elif op == "space_to_batch":
            u, v = a["block_shape"]; p = a["paddings"]
            x = np.pad(x, [(0, 0), (0, 0), (p[0], p[1]), (p[2], p[3])])
            for q in range(shape[0]):
                part, image = divmod(q, x.shape[0])
                y[q] = x[image, :, part // v::u, part % v::v]
        else:
            u, v = a["block_shape"]; p = a["crops"]; n = x.shape[0] // (u * v)
            whole = np.zeros([n, x.shape[1], x.shape[2] * u, x.shape[3] * v])
            for q in range(x.shape[0]):
                part, image = divmod(q, n)
                whole[image, :, part // v::u, part % v::v] = x[q]
            y = whole[:, :, p[0]:whole.shape[2] - p[1], p[2]:whole.shape[3] - p[3]]
        return y
    def family(op, i, all_values, a, shape, results):
        x = i.get("x")
        if op == "conv_transpose": return transposed(x, i["weight"], i.get("bias"), a, shape)
        if op == "einsum":
            letters = a["equation"].replace(" ", "")
            first, second = letters.split("->")[0].split(",")
            sizes = {}
            for letter, size in list(zip(first, all_values[0].shape)) + list(zip(second, all_values[1].shape)):
                sizes[letter] = max(sizes.get(letter, 1), size)
            return np.einsum(letters, *[np.broadcast_to(v, [sizes[c] for c in names])
                                        for v, names in zip(all_values, (first, second))])
        if op == "clamped_relu": return np.minimum(np.where(x >= 0, x, a["alpha"] * x), a["beta"])
        if op == "linear_activation": return a["alpha"] * x + a["beta"]
        if op == "scaled_tanh": return a["alpha"] * np.tanh(a["beta"] * x)
        if op == "sigmoid_hard": return np.clip(a["alpha"] * x + a["beta"], 0, 1)
        if op == "thresholded_relu": return np.where(x >= a["alpha"], x, 0)
        if op in ("prelu", "softplus_parametric"):
            along = lambda v: v.reshape([1, -1] + [1] * (x.ndim - 2))
            if op == "prelu": return np.where(x > 0, x, along(i["alpha"]) * x)
            return along(i["alpha"]) * np.log1p(np.exp(along(i["beta"]) * x))
        if op == "local_response_norm":
            y = np.zeros(x.shape)
            for c in range(x.shape[1]):
                window = x[:, max(c - a["size"] // 2, 0):c + (a["size"] - 1) // 2 + 1]
                y[:, c] = x[:, c] / (a["k"] + a["alpha"] / a["size"] * (window ** 2).sum(1)) ** a["beta"]
            return y
        if op in ("quantize", "dequantize"):
            q = i["input"]; along = lambda v: v if v.ndim == 0 else v.reshape([-1 if k == a["axis"] else 1 for k in range(q.ndim)])
            zero = along(i.get("zero_point", np.zeros(())))
            if op == "dequantize": return along(i["scale"]) * (q - zero)
            low, high = (-128, 127) if a["output_dtype"] == "int8" else (0, 255)
            return np.clip(np.round(q / along(i["scale"])) + zero, low, high)
        if op in ("topk", "argsort"):
            order = np.argsort(x if a["ascending"] else -x, axis=a["axis"], kind="stable")
            if op == "argsort": return order
            order = np.take(order, range(a["k"]), axis=a["axis"])
            return [np.take_along_axis(x, order, a["axis"]), order][:results]
        if op in ("upsample_nearest_neighbor", "resize_nearest_neighbor") or a.get("interpolation_mode") == "NEAREST_NEIGHBOR":
            for axis in range(x.ndim):
                size, n = x.shape[axis], shape[axis]
                if size == n: continue
                if op == "upsample_nearest_neighbor": places = np.arange(n) * size // n
                elif a.get("sampling_mode", "DEFAULT") == "DEFAULT": places = np.floor((np.arange(n) + 0.5) * size / n)
                else: places = np.floor(np.clip(grid(a["sampling_mode"], n, 0, size - 1), 0, size - 1) + 0.5)
                x = np.take(x, places.astype(int), axis=axis)
            return x
        if op == "upsample_bilinear":
            mode = "STRICT_ALIGN_CORNERS" if a["align_corners"] else "UNALIGN_CORNERS" if a["half_pixel_centers"] else "DEFAULT"
            return linear(x, (-2, -1), shape, mode)
        if op == "resize_bilinear": return linear(x, (-2, -1), shape, a["sampling_mode"])
        if op == "resize": return linear(x, range(x.ndim - a["resized_dims"], x.ndim), shape, a["sampling_mode"])
        if op == "crop_resize": return crop_resize(x, i, a, shape)
        if op == "resample": return resample(x, i["coordinates"], a, shape)
        if op == "affine":
            rows, columns = [np.linspace(-1, 1, n) if n > 1 else np.zeros(1) for n in shape[2:]]
            m = np.broadcast_to(i["transform_matrix"], [x.shape[0], 6]).reshape(-1, 2, 3)
            points = np.stack(list(np.meshgrid(columns, rows)) + [np.ones(shape[2:])], axis=-1)
            return resample(x, np.einsum("nij,hwj->nhwi", m, points), a, shape)
        if op in ("flatten2d", "reshape_like"): return x.reshape(shape)
        if op == "reverse": return np.flip(x, a["axes"])
        if op == "reverse_sequence":
            y = np.moveaxis(x, [a["batch_axis"], a["seq_axis"]], [0, 1]).copy()
            for row, length in zip(y, i["lengths"].astype(int)): row[:length] = row[:length][::-1].copy()
            return np.moveaxis(y, [0, 1], [a["batch_axis"], a["seq_axis"]])
        if op == "sliding_windows":
            parts = np.lib.stride_tricks.sliding_window_view(x, a["size"], axis=a["axis"])
            parts = np.take(parts, range(0, parts.shape[a["axis"]], a["stride"]), axis=a["axis"])
            return np.moveaxis(parts, -1, a["axis"] + 1)
        if op == "gather_nd":
            ids = i["indices"].astype(int); b = a["batch_dims"]
            return np.stack([x[tuple(p[:b]) + tuple(ids[p])] for p in np.ndindex(*ids.shape[:-1])]).reshape(shape)
        if op == "crop":
            (t, l), (u, r) = zip(a["crop_height"], a["crop_width"])
            return x[..., t:x.shape[-2] - u, l:x.shape[-1] - r]
        if op in ("pixel_shuffle", "pixel_unshuffle", "depth_to_space", "space_to_depth", "space_to_batch", "batch_to_space"):
            return blocks(op, x, a, shape)
        if op.startswith("scatter"): return scatter(op, i, a)
        if op == "slice_update":
            cut = []
            for k in range(x.ndim):
                if a["squeeze_mask"][k]: cut.append(a["begin"][k]); continue
                cut.append(slice(None if a["begin_mask"][k] else a["begin"][k], None if a["end_mask"][k] else a["end"][k], a["stride"][k]))
            y = x.copy(); y[tuple(cut)] = i["update"]
            return y
        if op in ("fill", "fill_like"): return np.full(shape, i.get("value", np.zeros(())))
        if op == "one_hot":
            ids = np.expand_dims(i["indices"], a["axis"])
            cells = np.arange(a["one_hot_vector_size"]).reshape([-1 if k == a["axis"] else 1 for k in range(ids.ndim)])
            return np.where(ids == cells, i.get("on_value", np.ones(())), i.get("off_value", np.zeros(())))
        raise Exception("no oracle for " + op)

    """#
}
