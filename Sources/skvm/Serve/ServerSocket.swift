import Foundation

/// A connection's descriptor, read and written with deadlines. Closed when it is let go.
final class ServerSocket: Sendable {
  /// Why a connection cannot be used further.
  enum Failure: Error, Hashable, Sendable {
    /// The other side has closed it, or it broke.
    case closed
    case timedOut
    /// The system refuses something, with what and why.
    case refused(String)
  }

  let descriptor: Int32

  init(_ descriptor: Int32) { self.descriptor = descriptor }

  deinit { close(descriptor) }

  /// Waits for the connection to be ready.
  ///
  /// - Returns: Whether it is; false where the time is over.
  private func wait(for events: Int32, until deadline: ContinuousClock.Instant) -> Bool {
    while true {
      let left = ContinuousClock.now.duration(to: deadline)
      guard left > .zero else { return false }
      var entry = pollfd(fd: descriptor, events: Int16(truncatingIfNeeded: events), revents: 0)
      let milliseconds = Int32(clamping: Int(left.inSeconds * 1000) + 1)
      let count = poll(&entry, 1, milliseconds)
      if count > 0 { return true }
      if count < 0, errno != EINTR { return true }
    }
  }

  /// Reads what there is, at least a byte.
  ///
  /// - Parameters:
  ///   - count: The most bytes.
  ///   - deadline: When waiting ends.
  /// - Returns: The bytes; none at the end.
  /// - Throws: A ``Failure``.
  func read(_ count: Int, until deadline: ContinuousClock.Instant) throws(Failure) -> [UInt8] {
    while true {
      guard wait(for: Int32(POLLIN), until: deadline) else { throw .timedOut }
      var result = 0
      let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
        result = recv(descriptor, buffer.baseAddress, buffer.count, Int32(MSG_DONTWAIT))
        initialized = max(result, 0)
      }
      if result >= 0 { return bytes }
      guard errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR else { throw .closed }
    }
  }

  /// Writes all bytes.
  ///
  /// - Parameters:
  ///   - bytes: The bytes.
  ///   - deadline: When waiting for the other side to read ends.
  /// - Throws: A ``Failure``.
  func write(_ bytes: [UInt8], until deadline: ContinuousClock.Instant) throws(Failure) {
    #if canImport(Darwin)
      let flags = Int32(MSG_DONTWAIT)
    #else
      let flags = Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL)
    #endif
    var start = 0
    while start < bytes.count {
      guard wait(for: Int32(POLLOUT), until: deadline) else { throw .timedOut }
      let count = bytes[start...].withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, flags) }
      if count > 0 {
        start += count
      } else if errno != EAGAIN, errno != EWOULDBLOCK, errno != EINTR {
        throw .closed
      }
    }
  }

  /// What is known of the other side.
  enum Peer: Hashable, Sendable {
    case open
    /// It sends no more. It has gone, or waits for the rest of the answer: only writing tells.
    case silent
    case gone
  }

  /// What is known of the other side.
  var peer: Peer {
    var byte: UInt8 = 0
    let count = recv(descriptor, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT))
    if count == 0 {
      // Reading tells nothing after the end; what became of a write is told apart.
      var error: Int32 = 0
      var length = socklen_t(MemoryLayout<Int32>.size)
      getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &length)
      return error == 0 ? .silent : .gone
    }
    return count > 0 || errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? .open : .gone
  }

  /// Ends writing: the other side sees the end.
  func endWriting() { shutdown(descriptor, Int32(SHUT_WR)) }

  /// Ends reading: whoever waits for bytes sees the end.
  func endReading() { shutdown(descriptor, Int32(SHUT_RD)) }
}

extension ServerSocket {
  /// Begins to listen.
  ///
  /// - Parameters:
  ///   - host: A name or an address of this machine.
  ///   - port: The port; 0 for any free one.
  /// - Returns: The socket, and the port.
  /// - Throws: A ``Failure``.
  static func listening(host: String, port: Int) throws(Failure) -> (socket: ServerSocket, port: Int) {
    var hints = addrinfo()
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
    hints.ai_socktype = streamType
    var list: UnsafeMutablePointer<addrinfo>?
    let status = getaddrinfo(host, String(port), &hints, &list)
    guard status == 0, let list else {
      throw .refused("'\(host)' is no address: \(String(cString: gai_strerror(status)))")
    }
    defer { freeaddrinfo(list) }
    let address = list.pointee
    let descriptor = socket(address.ai_family, address.ai_socktype, address.ai_protocol)
    guard descriptor >= 0 else { throw .refused("no socket: \(String(cString: strerror(errno)))") }
    let result = ServerSocket(descriptor)
    result.set(SO_REUSEADDR, 1)
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    guard bind(descriptor, address.ai_addr, address.ai_addrlen) == 0, listen(descriptor, 128) == 0 else {
      throw .refused("port \(port) of \(host): \(String(cString: strerror(errno)))")
    }
    return (result, result.boundPort ?? port)
  }

  /// The next connection.
  ///
  /// - Parameter deadline: When waiting ends.
  /// - Returns: The connection; nil where none came.
  func accept(until deadline: ContinuousClock.Instant) -> ServerSocket? {
    guard wait(for: Int32(POLLIN), until: deadline) else { return nil }
    let descriptor = systemAccept(descriptor)
    guard descriptor >= 0 else { return nil }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    let connection = ServerSocket(descriptor)
    #if canImport(Darwin)
      connection.set(SO_NOSIGPIPE, 1)
    #endif
    return connection
  }

  private func set(_ option: Int32, _ value: Int32) {
    var value = value
    setsockopt(descriptor, SOL_SOCKET, option, &value, socklen_t(MemoryLayout<Int32>.size))
  }

  private var boundPort: Int? {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    return withUnsafeMutablePointer(to: &storage) { pointer -> Int? in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address -> Int? in
        guard getsockname(descriptor, address, &length) == 0 else { return nil }
        // The port is in the same place for both families.
        return address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
          Int(UInt16(bigEndian: $0.pointee.sin_port))
        }
      }
    }
  }

  #if canImport(Darwin)
    private static let streamType = SOCK_STREAM
  #else
    private static let streamType = Int32(SOCK_STREAM.rawValue)
  #endif
}

private func systemAccept(_ descriptor: Int32) -> Int32 { accept(descriptor, nil, nil) }
