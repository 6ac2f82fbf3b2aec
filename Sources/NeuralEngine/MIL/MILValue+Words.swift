extension MILValue.Payload {
  /// What a word that is a literal by itself stands for; no value can have such a name.
  init?(word: some StringProtocol) {
    switch word {
    case "true": self = .boolean(true)
    case "false": self = .boolean(false)
    case "inf", "INF", "infinity", "Infinity": self = .number(.infinity)
    case "nan", "NaN", "NAN": self = .number(.nan)
    default: return nil
    }
  }
}
