import Foundation
import LanguageModels
import SkillRuntime

@main
enum Brief {
  static func main() async throws {
    let table = CommandLine.arguments.dropFirst().first ?? Bundle.module.path(forResource: "sales", ofType: "csv")
    guard let table else { throw SkillError(.missingFile, "there is no sales table") }
    ModelSchemes.shared.register(LocalModels())
    let sales = SkillFile(table)
    let hasModel = SkillMachine.standard.model != nil

    var brief = try await SalesBrief.brief(sales: sales, top: 3, written: hasModel, reviewed: hasModel)
    // A model this small writes sentences, but is no agent.
    if !hasModel, let model = await smallModel() {
      do {
        brief = try await SalesBrief.brief(sales: sales, top: 3, written: true, on: SkillMachine(model: model))
      } catch {
        // The figures need no model.
        say("\(error)\n")
      }
    }

    if let headline = brief.headline { print("\(headline)\n") }
    print("\(brief.rows) sales")
    for (region, share) in zip(brief.totals, brief.shares) {
      print("  \(region.name): \(region.revenue)  (\(share) of the top \(brief.totals.count))")
    }
    for note in brief.notes ?? [] { print("- \(note)") }
    if let review = brief.review { print("Largest: \(review)") }
  }

  /// A model that runs in this process, fetched once; nil where it cannot be had.
  private static func smallModel() async -> (any ModelProvider)? {
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
