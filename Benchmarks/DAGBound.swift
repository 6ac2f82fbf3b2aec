struct DAGBound { func run() async throws -> BenchmarkResult { BenchmarkResult(name: "dag-bound", goal: "", figures: [:]) } }
