@testable import NeuralEngine

extension OperatorCaseMaker {
  mutating func makeChannelActivations() {
    for operation in [Operator.clampedRelu, .linearActivation, .scaledTanh, .sigmoidHard] {
      for (alpha, beta) in [(0.3, 0.7), (-1.5, 0.25)] {
        let numbers: [ArgumentName: AttributeValue] = [.alpha: .number(alpha), .beta: .number(beta)]
        add(operation, [tensor(.x, [2, 9])], numbers, "\(alpha)")
      }
    }
    add(.thresholdedRelu, [tensor(.x, [2, 9])], [.alpha: .number(0.25)])
    for shape in [[2, 3, 5], [2, 3, 4, 5], [1, 3, 2, 2, 3]] {
      add(.prelu, [tensor(.x, shape), tensor(.alpha, [3])], "\(shape)")
      add(.softplusParametric, [tensor(.x, shape), tensor(.alpha, [3]), tensor(.beta, [3])], "\(shape)")
    }
    for (size, shape) in [(1, [2, 6, 5]), (3, [1, 6, 2, 5]), (4, [2, 6, 3]), (9, [1, 6, 2, 2])] {
      let attributes: [ArgumentName: AttributeValue] = [
        .size: .integer(size), .alpha: .number(0.5), .beta: .number(1.25), .k: .number(2),
      ]
      add(.localResponseNorm, [tensor(.x, shape)], attributes, "\(size)")
    }
    add(.localResponseNorm, [tensor(.x, [2, 6, 5], from: -40, to: 40)], [.size: .integer(5)], "plain")
  }

  mutating func makeBackwardContractions() {
    for (x, y, equation) in [
      ([2, 3, 5, 4], [2, 4, 5, 6], "nchw,nwhu->nchu"), ([1, 3, 5, 4], [2, 4, 1, 6], "nchw,nwhu->nchu"),
      ([2, 3, 1, 4], [1, 4, 5, 2], "bkhc, bchq -> bkhq"), ([3, 5, 4], [4, 5, 6], "chw,whr->chr"),
      ([3, 1, 4], [4, 5, 1], "aBc,cBd->aBd"),
    ] {
      add(.einsum, [tensor(.values, x), tensor(.values, y)], [.equation: .string(equation)], "\(x) \(y)")
    }
    add(.convTranspose, [tensor(.x, [2, 4, 5]), tensor(.weight, [4, 3, 3])], "one axis")
    add(.convTranspose, [tensor(.x, [2, 4, 3, 5]), tensor(.weight, [4, 3, 1, 1]), tensor(.bias, [3])], "1x1")
    add(.convTranspose, [tensor(.x, [1, 2, 2, 3, 2]), tensor(.weight, [2, 3, 2, 1, 3])], "three axes")
    add(
      .convTranspose,
      [tensor(.x, [2, 6, 4, 5]), tensor(.weight, [6, 2, 3, 2]), tensor(.bias, [4])],
      [.groups: .integer(2), .strides: .integers([2, 3]), .dilations: .integers([2, 1])],
      "groups, strides, dilations"
    )
    add(
      .convTranspose,
      [tensor(.x, [1, 5, 4, 4]), tensor(.weight, [5, 1, 3, 3])],
      [
        .groups: .integer(5), .strides: .integers([2, 2]), .padType: .string("custom"), .pad: .integers([1, 1, 1, 1]),
      ],
      "depthwise"
    )
    add(
      .convTranspose,
      [tensor(.x, [1, 2, 6, 5]), tensor(.weight, [2, 3, 4, 3])],
      [.strides: .integers([1, 2]), .padType: .string("custom"), .pad: .integers([2, 1, 0, 3])],
      "uneven padding"
    )
    add(
      .convTranspose,
      [tensor(.x, [2, 2, 4, 3]), tensor(.weight, [2, 3, 3, 3])],
      [
        .strides: .integers([2, 3]), .padType: .string("custom"), .pad: .integers([1, 1, 1, 1]),
        .outputShape: .integers([2, 3, 8, 9]),
      ],
      "output shape"
    )
    for stride in [1, 2, 3] {
      let strides: [ArgumentName: AttributeValue] = [
        .padType: .string("same"), .strides: .integers([stride, stride]),
      ]
      for kernel in [1, 2, 3, 4] {
        add(
          .convTranspose,
          [tensor(.x, [1, 2, 4, 3]), tensor(.weight, [2, 3, kernel, 3])],
          strides,
          "same \(stride) \(kernel)"
        )
      }
    }
  }

  mutating func makeQuantizations() {
    for type in [ElementType.int8, .uint8] {
      let zero = tensor(.zeroPoint, [], type, from: 3, to: 90, constant: true)
      let zeros = tensor(.zeroPoint, [5], type, from: 0, to: 100, constant: true)
      let scale = tensor(.scale, [], from: 0.05, to: 0.3, constant: true)
      let scales = tensor(.scale, [5], from: 0.05, to: 0.3, constant: true)
      let (input, whole) = (
        tensor(.input, [2, 5, 7], from: -30, to: 30), tensor(.input, [2, 5, 7], type, from: 0, to: 127)
      )
      let quantized: [ArgumentName: AttributeValue] = [.outputType: .string(type.rawValue)]
      let along = quantized.merging([.axis: .integer(-2)]) { $1 }
      add(.quantize, [input, scale], quantized, "\(type) plain")
      add(.quantize, [input, scale, zero], quantized, "\(type) zero")
      add(.quantize, [input, scales, zeros], along, "\(type) axis")
      add(.quantize, [input, scales], along, "\(type) axis plain")
      add(.dequantize, [whole, scale], "\(type) plain")
      add(.dequantize, [whole, scale, zero], "\(type) zero")
      add(.dequantize, [whole, scales, zeros], [.axis: .integer(1)], "\(type) axis")
    }
  }

  mutating func makeOrders() {
    for axis in [0, 1, -1] {
      for isAscending in [true, false] {
        let order: [ArgumentName: AttributeValue] = [.axis: .integer(axis), .ascending: .boolean(isAscending)]
        add(.argsort, [tensor(.x, [4, 7, 3])], order, "\(axis) \(isAscending)")
        add(.argsort, [tensor(.x, [4, 7, 3], .int32, from: 0, to: 3)], order, "ties \(axis) \(isAscending)")
        for k in [-1, 1, 3] {
          let attributes = order.merging([.k: .integer(k)]) { $1 }
          let label = "\(axis) \(isAscending) \(k)"
          add(.topk, [tensor(.x, [4, 7, 3])], attributes, results: 2, label)
          add(.topk, [tensor(.x, [4, 7, 3], .int32, from: -2, to: 2)], attributes, results: 2, "ties \(label)")
        }
      }
    }
    add(.topk, [tensor(.x, [9])], [.k: .integer(4), .outputIndicesType: .string("uint16")], results: 2, "uint16")
    add(.topk, [tensor(.x, [9])], [.k: .integer(4), .returnIndices: .boolean(false)], "values")
    add(.topk, [tensor(.x, [9])], results: 2, "plain")
  }

  mutating func makeResizes() {
    let sizes = [(1, 1), (4, 4), (8, 10), (7, 11), (2, 3), (1, 7), (9, 1)]
    for (height, width) in sizes {
      let target: [ArgumentName: AttributeValue] = [
        .targetSizeHeight: .integer(height), .targetSizeWidth: .integer(width),
      ]
      add(.resizeNearestNeighbor, [tensor(.x, [2, 4, 5])], target, "\(height) \(width)")
      for mode in SamplingMode.allCases.map(\.rawValue) {
        let attributes = target.merging([.samplingMode: .string(mode)]) { $1 }
        add(.resizeBilinear, [tensor(.x, [1, 2, 4, 5])], attributes, "\(mode) \(height) \(width)")
      }
    }
    for (height, width) in [(1.0, 1.0), (2, 3), (1.5, 2.25), (0.5, 0.75), (1.0 / 3, 4)] {
      let factors: [ArgumentName: AttributeValue] = [
        .scaleFactorHeight: .number(height), .scaleFactorWidth: .number(width),
      ]
      add(.upsampleNearestNeighbor, [tensor(.x, [1, 2, 6, 4])], factors, "\(height) \(width)")
      for (aligns, centres) in [(true, false), (false, true), (false, false)] {
        let attributes = factors.merging([.alignsCorners: .boolean(aligns), .halfPixelCenters: .boolean(centres)]) {
          $1
        }
        add(.upsampleBilinear, [tensor(.x, [2, 6, 4])], attributes, "\(height) \(width) \(aligns) \(centres)")
      }
    }
    for mode in SamplingMode.allCases.map(\.rawValue) {
      for interpolation in ["LINEAR", "NEAREST_NEIGHBOR"] {
        let words: [ArgumentName: AttributeValue] = [
          .samplingMode: .string(mode), .interpolationMode: .string(interpolation),
        ]
        for (shape, count) in [([9, 6, 7], 3), ([1, 0, 7], 2), ([5], 1)] {
          let attributes = words.merging([.shape: .integers(shape), .resizedDimensions: .integer(count)]) { $1 }
          add(.resize, [tensor(.x, [3, 4, 5])], attributes, "\(mode) \(interpolation) \(shape)")
        }
      }
    }
  }

  mutating func makeSamples() {
    let boxes = tensor(.boxes, [5, 4], from: 0.1, to: 0.9)
    let indices = tensor(.boxIndices, [5], .int32, from: 0, to: 1)
    for sampling in SamplingMode.allCases.map(\.rawValue) where sampling != "DEFAULT" && sampling != "UNALIGN_CORNERS" {
      for box in BoxCoordinateMode.allCases.map(\.rawValue) {
        for (height, width) in [(1, 1), (3, 4)] {
          add(
            .cropResize,
            [tensor(.x, [2, 3, 7, 9]), boxes, indices],
            [
              .samplingMode: .string(sampling), .boxCoordinateMode: .string(box), .targetHeight: .integer(height),
              .targetWidth: .integer(width), .normalizedCoordinates: .boolean(true), .padValue: .number(1.5),
            ],
            "\(sampling) \(box) \(height)"
          )
        }
      }
    }
    for sampling in SamplingMode.allCases.map(\.rawValue) {
      let attributes: [ArgumentName: AttributeValue] = [
        .samplingMode: .string(sampling), .boxCoordinateMode: .string("CENTER_SIZE_WIDTH_FIRST"),
        .targetHeight: .integer(2), .targetWidth: .integer(3), .spatialScale: .number(0.6),
      ]
      add(.cropResize, [tensor(.x, [2, 3, 7, 9]), tensor(.boxes, [2, 4], from: 3, to: 7)], attributes, sampling)
      let roi = tensor(.roi, [3, 1, 4, 1, 1], from: 3, to: 7)
      add(.cropResize, [tensor(.x, [2, 3, 7, 9]), roi], attributes, "\(sampling) for all images")
    }
    let matrix = tensor(.transformMatrix, [2, 6], from: -1, to: 1)
    let words: [ArgumentName: AttributeValue] = [
      .samplingMode: .string("bilinear"), .paddingMode: .string("constant"), .paddingValue: .number(0),
      .coordinatesMode: .string("normalized_minus_one_to_one"), .alignsCorners: .boolean(true),
    ]
    for (height, width) in [(5, 4), (1, 3)] {
      let size: [ArgumentName: AttributeValue] = [.outputHeight: .integer(height), .outputWidth: .integer(width)]
      add(.affine, [tensor(.x, [2, 2, 6, 5]), matrix], words.merging(size) { $1 }, "\(height) \(width)")
    }
    for sampling in ["bilinear", "nearest"] {
      for padding in ImagePadding.allCases.map(\.rawValue) {
        for (mode, low, high) in [
          ("normalized_minus_one_to_one", -2.0, 2.0), ("normalized_zero_to_one", -1, 2), ("unnormalized", -9, 14),
        ] {
          for aligns in [true, false] {
            add(
              .resample,
              [tensor(.x, [2, 2, 4, 5]), tensor(.coordinates, [2, 3, 4, 2], from: low, to: high)],
              [
                .samplingMode: .string(sampling), .paddingMode: .string(padding), .paddingValue: .number(0.75),
                .coordinatesMode: .string(mode), .alignsCorners: .boolean(aligns),
              ],
              "\(sampling) \(padding) \(mode) \(aligns)"
            )
          }
        }
      }
    }
  }

  mutating func makeBlocks() {
    for axis in [0, 1, -1, 3] { add(.flatten2D, [tensor(.x, [2, 3, 4])], [.axis: .integer(axis)], "\(axis)") }
    add(
      .reshapeLike,
      [tensor(.x, [6, 20]), tensor(.referenceTensors, [2, 3, 4]), tensor(.referenceTensors, [1, 5, 4])],
      [.begins: .integers([0, 1]), .ends: .integers([2, 0]), .endMasks: .booleans([false, true])]
    )
    for axes in [[0], [1, -1], []] {
      add(.reverse, [tensor(.x, [2, 3, 4])], [.axes: .integers(axes)], "\(axes)")
    }
    add(.reverse, [tensor(.x, [2, 3, 4], .int32, from: -9, to: 9)], "all")
    for (sequence, batch) in [(0, 1), (-1, 0), (1, 2)] {
      add(
        .reverseSequence,
        [tensor(.x, [4, 4, 4]), tensor(.lengths, [4], .int32, from: 0, to: 4)],
        [.sequenceAxis: .integer(sequence), .batchAxis: .integer(batch)],
        "\(sequence) \(batch)"
      )
    }
    for (axis, size, stride) in [(0, 2, 1), (1, 3, 2), (-1, 4, 3), (1, 7, 1)] {
      add(
        .slidingWindows,
        [tensor(.x, [3, 7, 5])],
        [.axis: .integer(axis), .size: .integer(size), .stride: .integer(stride)],
        "\(axis) \(size) \(stride)"
      )
    }
    add(.crop, [tensor(.x, [2, 6, 7])], [.cropHeight: .integers([1, 2]), .cropWidth: .integers([0, 3])])
    add(.gatherND, [tensor(.x, [3, 4, 5]), tensor(.indices, [2, 6, 2], .int32, from: -3, to: 2)], "two")
    add(.gatherND, [tensor(.x, [3, 4, 5]), tensor(.indices, [7, 3], .int32, from: 0, to: 2)], "all")
    add(
      .gatherND,
      [tensor(.x, [3, 4, 5, 2]), tensor(.indices, [3, 6, 2], .int32, from: 0, to: 3)],
      [.batchDimensions: .integer(1)],
      "batch"
    )
    for factor in [1, 2, 3] {
      let (deep, wide) = (tensor(.x, [2, 36, 3, 2]), tensor(.x, [2, 3, 6, 12]))
      add(.pixelShuffle, [deep], [.upscaleFactor: .integer(factor)], "\(factor)")
      add(.depthToSpace, [deep], [.blockSize: .integer(factor)], "\(factor)")
      add(.pixelUnshuffle, [wide], [.downscaleFactor: .integer(factor)], "\(factor)")
      add(.spaceToDepth, [wide], [.blockSize: .integer(factor)], "\(factor)")
    }
    for margins in [[0, 0, 0, 0], [1, 1, 2, 1]] {
      add(
        .spaceToBatch,
        [tensor(.x, [2, 3, 4, 9])],
        [.blockShape: .integers([2, 3]), .paddings: .integers(margins)],
        "\(margins)"
      )
      add(
        .batchToSpace,
        [tensor(.x, [12, 3, 4, 2])],
        [.blockShape: .integers([2, 3]), .crops: .integers(margins)],
        "\(margins)"
      )
    }
  }

  mutating func makeScatters() {
    for mode in ScatterMode.allCases.map(\.rawValue) {
      let words: [ArgumentName: AttributeValue] = [.mode: .string(mode)]
      let low = mode == "div" ? 0.5 : -2
      for axis in [0, -2] {
        let attributes = words.merging([.axis: .integer(axis)]) { $1 }
        let size = axis == 0 ? 3 : 4
        let updates = axis == 0 ? [6, 4, 2] : [3, 6, 2]
        let indices = tensor(.indices, [6], .int32, from: -Double(size), to: Double(size) - 1)
        add(
          .scatter,
          [tensor(.data, [3, 4, 2]), indices, tensor(.updates, updates, from: low, to: 2)],
          attributes,
          "\(mode) \(axis)"
        )
        add(
          .scatterAlongAxis,
          [
            tensor(.data, [3, 4, 2]), tensor(.indices, updates, .int32, from: 0, to: Double(size) - 1),
            tensor(.updates, updates, from: low, to: 2),
          ],
          attributes,
          "\(mode) \(axis)"
        )
      }
      for (indices, updates) in [([5, 2], [5, 2]), ([2, 3, 1], [2, 3, 4, 2]), ([4, 3], [4])] {
        add(
          .scatterND,
          [
            tensor(.data, [3, 4, 2]), tensor(.indices, indices, .int32, from: 0, to: 1),
            tensor(.updates, updates, from: low, to: 2),
          ],
          words,
          "\(mode) \(indices)"
        )
      }
      guard mode != "div" else { continue }
      add(
        .scatter,
        [
          tensor(.data, [5], .int32, from: -9, to: 9), tensor(.indices, [8], .int32, from: 0, to: 9),
          tensor(.updates, [8], .int32, from: -9, to: 9),
        ],
        words,
        "\(mode) int32, some out of range"
      )
    }
    add(
      .sliceUpdate,
      [tensor(.x, [6, 7, 8]), tensor(.update, [2, 3, 3])],
      [.begin: .integers([1, -4, 7]), .end: .integers([5, -1, 0]), .stride: .integers([2, 1, -3])]
    )
    add(
      .sliceUpdate,
      [tensor(.x, [6, 7, 8], .int32, from: -9, to: 9), tensor(.update, [5, 5], .int32, from: -9, to: 9)],
      [
        .begin: .integers([1, 2, 3]), .end: .integers([5, 3, 6]), .beginMask: .booleans([true, false, false]),
        .endMask: .booleans([false, false, true]), .squeezeMask: .booleans([false, true, false]),
      ],
      "masks"
    )
  }

  mutating func makeGenerations() {
    add(.fill, [], [.shape: .integers([2, 3])], "zeros")
    add(.fill, [tensor(.value, [], constant: true)], [.shape: .integers([2, 3])])
    add(.fill, [tensor(.value, [], .int32, from: 2, to: 9, constant: true)], [.shape: .integers([4])], "int32")
    add(.fillLike, [tensor(.referenceTensor, [2, 3]), tensor(.value, [], constant: true)])
    add(.fillLike, [tensor(.referenceTensor, [2, 3], .int32, from: 0, to: 9)], "zeros")
    let indices = tensor(.indices, [3, 4], .int32, from: -2, to: 7)
    for axis in [0, 1, -1] {
      add(.oneHot, [indices], [.vectorSize: .integer(5), .axis: .integer(axis)], "\(axis)")
    }
    add(
      .oneHot,
      [indices, tensor(.onValue, [], constant: true), tensor(.offValue, [], constant: true)],
      [.vectorSize: .integer(5)],
      "numbers"
    )
  }
}
