import Foundation

/// A package index on this machine over a folder of packages. While there is a file `cut` in the folder, connections end
/// in the middle of a package, and while there is a file `stall` nothing follows the middle; `asked` tells that it was.
final class PackageIndex {
  private let process = Process()
  private let input = Pipe()
  let url: String

  init(folder: String) throws {
    let output = Pipe()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3", "-c", Self.program, folder]
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    var line: [UInt8] = []
    while let byte = try output.fileHandleForReading.read(upToCount: 1)?.first, byte != 10 { line.append(byte) }
    url = "http://127.0.0.1:\(String(decoding: line, as: UTF8.self))/simple"
  }

  // It ends with its input.
  deinit { try? input.fileHandleForWriting.close() }

  private static let program = """
    import http.server, os, sys, threading, time
    folder = sys.argv[1]
    there = lambda name: os.path.exists(os.path.join(folder, name))
    class Handler(http.server.BaseHTTPRequestHandler):
        def log_message(self, *arguments): pass
        def send(self, kind, body, part):
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(part)
        def do_GET(self):
            if self.path.startswith("/simple"):
                names = [name for name in os.listdir(folder) if name.endswith(".whl")]
                page = "".join('<a href="/%s">%s</a>' % (name, name) for name in names).encode()
                return self.send("text/html", page, page)
            body = open(folder + self.path, "rb").read()
            if not there("cut") and not there("stall"):
                return self.send("application/zip", body, body)
            self.send("application/zip", body, body[:len(body) // 2])
            open(folder + "/asked", "w").close()
            while there("stall"):
                time.sleep(0.05)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_port, flush=True)
    sys.stdin.read()
    """
}
