import Foundation
import LanguageModels
import SkillRuntime

@main
enum Brief {
  static func main() async throws {
    let table = CommandLine.arguments.dropFirst().first ?? Bundle.module.path(forResource: "sales", ofType: "csv")
    guard let table else { throw SkillError(.missingFile, "there is no sales table") }
    let machine = SkillMachine(model: await model())
    let hasModel = machine.model != nil

    let brief = try await SalesBrief.brief(sales: SkillFile(table), top: 3, written: hasModel, on: machine)

    if let headline = brief.headline { print("\(headline)\n") }
    print("\(brief.rows) sales")
    for (region, share) in zip(brief.totals, brief.shares) {
      print("  \(region.name): \(region.revenue)  (\(share) of the top \(brief.totals.count))")
    }
    for note in brief.notes ?? [] { print("- \(note)") }
    if let review = brief.review { print("Largest: \(review)") }
  }

  /// The model that `SKVM_MODEL` names, else a small one that runs in this process and is fetched once.
  private static func model() async -> (any ModelProvider)? {
    ModelSchemes.shared.register(LocalModels())
    if let named = SkillMachine.standard.model { return named }
    do {
      try await ModelStore.standard.pull("smollm2-135m") { progress in
        let isDone = progress.completed == progress.total
        say("\(progress.phase.rawValue) smollm2-135m: \(Int(progress.fraction * 100)) %\(isDone ? "\n" : "\r")")
      }
      return try LocalModels().model(named: "smollm2-135m", environment: [:])
    } catch {
      say("\(error)\nWithout a model there are no written sentences. Name one in SKVM_MODEL, as the README says.\n")
      return nil
    }
  }

  private static func say(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
