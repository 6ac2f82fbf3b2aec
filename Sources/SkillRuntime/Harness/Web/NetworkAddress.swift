import Synchronization

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#endif

/// An address of a machine on a network.
package enum NetworkAddress: Hashable, Sendable {
  /// Four bytes.
  case v4([UInt8])
  /// Sixteen bytes.
  case v6([UInt8])

  /// Reads an address written in numbers, as one looks in a URL.
  package init?(_ text: String) {
    var four = in_addr()
    var six = in6_addr()
    if inet_pton(AF_INET, text, &four) == 1 {
      self = .v4(withUnsafeBytes(of: four) { Array($0) })
    } else if inet_pton(AF_INET6, text, &six) == 1 {
      self = .v6(withUnsafeBytes(of: six) { Array($0) })
    } else {
      return nil
    }
  }

  /// Whether the address is one of the public internet: not of this machine, its network, or a reserved range.
  ///
  /// The ranges are those of the IANA registries of special-purpose addresses.
  package var isPublic: Bool {
    switch self {
    case .v4(let b):
      switch (b[0], b[1]) {
      case (0, _), (10, _), (127, _), (224..., _): false
      case (100, 64...127), (169, 254), (172, 16...31), (192, 168), (198, 18...19): false
      case (192, 0): !(b[2] == 0 || b[2] == 2)
      case (198, 51): b[2] != 100
      case (203, 0): b[2] != 113
      case (192, 88): b[2] != 99
      default: true
      }
    case .v6(let b):
      if b[..<12].elementsEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]) {
        NetworkAddress.v4(Array(b[12...])).isPublic
      } else if b[..<12].elementsEqual([0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0]) {
        // Translated to version 4 by a gateway.
        NetworkAddress.v4(Array(b[12...])).isPublic
      } else if b[0] == 0x20, b[1] == 0x02 {
        NetworkAddress.v4(Array(b[2..<6])).isPublic
      } else {
        // Only 2000::/3 is given out, and of it not the ranges for protocols and documentation.
        b[0] & 0xE0 == 0x20 && !(b[0] == 0x20 && b[1] == 0x01 && (b[2] < 0x02 || b[2] == 0x0D && b[3] == 0xB8))
          && !(b[0] == 0x3F && b[1] == 0xFF)
      }
    }
  }

  /// The address as the host of a URL.
  package var host: String {
    switch self {
    case .v4(let bytes): return bytes.map(String.init).joined(separator: ".")
    case .v6(let bytes):
      let groups = stride(from: 0, to: 16, by: 2).map { String(Int(bytes[$0]) << 8 | Int(bytes[$0 + 1]), radix: 16) }
      return "[\(groups.joined(separator: ":"))]"
    }
  }

  /// The addresses of a host; none where it is not known.
  package static func resolve(_ host: String) async throws -> [NetworkAddress] {
    let answer = FirstAnswer()
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        answer.wait(continuation)
        do {
          try DedicatedThread.run { answer.give(.success(lookUp(host))) }
        } catch {
          answer.give(.failure(error))
        }
      }
    } onCancel: {
      // The system's look-up cannot be stopped, but nobody has to wait for it.
      answer.give(.failure(CancellationError()))
    }
  }

  private static func lookUp(_ host: String) -> [NetworkAddress] {
    var hints = addrinfo()
    #if canImport(Darwin)
      hints.ai_socktype = SOCK_STREAM
    #else
      hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    #endif
    var list: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host, nil, &hints, &list) == 0 else { return [] }
    defer { freeaddrinfo(list) }
    var addresses: [NetworkAddress] = []
    var entry = list
    while let info = entry?.pointee {
      if let address = info.ai_addr {
        switch info.ai_family {
        case AF_INET:
          let bytes = address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { pointer in
            withUnsafeBytes(of: pointer.pointee.sin_addr) { Array($0) }
          }
          addresses.append(.v4(bytes))
        case AF_INET6:
          let bytes = address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { pointer in
            withUnsafeBytes(of: pointer.pointee.sin6_addr) { Array($0) }
          }
          addresses.append(.v6(bytes))
        default: break
        }
      }
      entry = info.ai_next
    }
    return addresses
  }

  /// Resumes a continuation with whatever comes first.
  private final class FirstAnswer: Sendable {
    private typealias Answer = Result<[NetworkAddress], any Error>
    private enum State {
      case nobodyWaits
      case waiting(CheckedContinuation<[NetworkAddress], any Error>)
      case given(Answer)
    }
    private let state = Mutex(State.nobodyWaits)

    func wait(_ continuation: CheckedContinuation<[NetworkAddress], any Error>) {
      let early = state.withLock { state -> Answer? in
        if case .given(let answer) = state { return answer }
        state = .waiting(continuation)
        return nil
      }
      if let early { continuation.resume(with: early) }
    }

    func give(_ answer: Result<[NetworkAddress], any Error>) {
      let waiting = state.withLock { state -> CheckedContinuation<[NetworkAddress], any Error>? in
        switch state {
        case .given: return nil
        case .nobodyWaits:
          state = .given(answer)
          return nil
        case .waiting(let continuation):
          state = .given(answer)
          return continuation
        }
      }
      waiting?.resume(with: answer)
    }
  }
}
