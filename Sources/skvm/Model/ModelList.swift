import LanguageModels
import SkillIR

/// `skvm model list`: the models that have a name.
struct ModelList {
  private let store = ModelStore.standard

  func print(isJSON: Bool) {
    let models = CatalogueModel.all.map { (model: $0, isPulled: store.contains($0)) }
    if isJSON {
      let list = models.map { model, isPulled -> JSONValue in
        [
          "name": .string(model.name), "summary": .string(model.summary), "bytes": .integer(model.size),
          "pulled": .bool(isPulled), "path": isPulled ? .string(store.path(of: model)) : .null,
        ]
      }
      Swift.print(JSONValue.array(list).jsonText)
      return
    }
    for (model, isPulled) in models {
      let state = isPulled ? "pulled" : "not pulled"
      Swift.print("\(model.name)  \(ByteText.megabytes(model.size))  \(state)  \(model.summary)")
    }
    Swift.print("Any other model is the path of a GGUF file. Pulled ones are in \(store.folder)")
  }
}

/// Sizes as people read them.
enum ByteText {
  static func megabytes(_ bytes: Int) -> String { "\((bytes + 500_000) / 1_000_000) MB" }
}
