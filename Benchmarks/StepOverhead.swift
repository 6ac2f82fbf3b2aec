struct StepOverhead { func run() async throws -> BenchmarkResult { BenchmarkResult(name: "step-overhead", goal: "", figures: [:]) } }
