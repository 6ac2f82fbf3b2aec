/// A linear layer of a model's layer.
package enum LinearRole: String, Hashable, Sendable, CaseIterable {
  case query = "q"
  case key = "k"
  case value = "v"
  case attentionOutput = "o"
  case gate
  case up
  case down
}

/// One of the two matrices of an adapter, `W·x + B·(A·x)`.
package enum AdapterMatrix: String, Hashable, Sendable {
  /// A, from the layer's inputs to the rank.
  case down = "a"
  /// B, from the rank to the layer's outputs.
  case up = "b"
}

/// An input of a trunk that takes a matrix of an adapter.
package struct AdapterPort: Hashable, Sendable {
  /// The name of the input.
  package let name: String
  /// [1, rank, 1, inputs] for the first matrix, [1, outputs, 1, rank] for the second.
  package let shape: [Int]
  /// Which matrix it is.
  package let matrix: AdapterMatrix
  /// The tensor of the model that is adapted, without `.weight`.
  let source: String
  /// Which of its rows are this layer's outputs.
  let rows: Range<Int>
  /// How many rows it has.
  let sourceRows: Int
}

extension ModelArchitecture {
  /// The inputs that take adapters, in the order of the layers; none without ``adapterRank``.
  package var adapterPorts: [AdapterPort] {
    guard let rank = adapterRank else { return [] }
    return modelWeights.layers.enumerated().flatMap { index, layer in
      LinearRole.allCases.filter(adapterTargets.contains).flatMap { role -> [AdapterPort] in
        guard let linear = layer.linear(role) else { return [] }
        return [AdapterMatrix.down, .up].map { matrix in
          AdapterPort(
            name: adapterName(index, role, matrix),
            shape: matrix == .down ? [1, rank, 1, linear.inputs] : [1, linear.outputs, 1, rank],
            matrix: matrix,
            source: linear.source,
            rows: linear.rows,
            sourceRows: linear.sourceRows
          )
        }
      }
    }
  }

  /// What the input for a matrix of an adapter is called.
  func adapterName(_ layer: Int, _ role: LinearRole, _ matrix: AdapterMatrix) -> String {
    "lora_\(number(layer))_\(role.rawValue)_\(matrix.rawValue)"
  }
}

extension ModelWeights.Layer {
  /// The linear layer in a place, where there is one.
  func linear(_ role: LinearRole) -> StoredLinear? {
    switch role {
    case .query: query
    case .key: key
    case .value: value
    case .attentionOutput: attentionOutput
    case .gate: gate
    case .up: up
    case .down: down
    }
  }
}
