/// The two ways in which servers write a moment, as seconds since 1970.
package enum HTTPDate {
  /// A moment as headers have it: `Wed, 21 Oct 2015 07:28:00 GMT` (RFC 9110, section 5.6.7).
  package static func seconds(ofHeader text: some StringProtocol) -> Int? {
    let words = text.split { $0 == " " || $0 == "," || $0 == "-" }
    guard words.count == 6, let day = Int(words[1]), let month = month(words[2]), let year = Int(words[3]) else {
      return nil
    }
    return seconds(year: year, month: month, day: day, time: words[4])
  }

  /// A moment as RFC 3339 has it: `2026-10-21T07:28:00Z`, also with a fraction or an offset.
  package static func seconds(ofTimestamp text: some StringProtocol) -> Int? {
    let halves = text.split(maxSplits: 1) { $0 == "T" || $0 == "t" || $0 == " " }
    guard halves.count == 2 else { return nil }
    let date = halves[0].split(separator: "-")
    guard date.count == 3, let year = Int(date[0]), let month = Int(date[1]), let day = Int(date[2]) else { return nil }
    let time = halves[1].prefix { $0.isNumber || $0 == ":" }
    guard let local = seconds(year: year, month: month, day: day, time: time) else { return nil }
    let zone = halves[1].dropFirst(time.count).drop { $0 == "." || $0.isNumber }
    switch zone.first {
    case "Z", "z": return local
    case let sign? where sign == "+" || sign == "-":
      let parts = zone.dropFirst().split(separator: ":")
      guard parts.count == 2, let hours = Int(parts[0]), let minutes = Int(parts[1]), hours < 24, minutes < 60 else {
        return nil
      }
      return local - (hours * 3600 + minutes * 60) * (sign == "+" ? 1 : -1)
    default: return nil
    }
  }

  /// A moment as RFC 3339 has it, in UTC.
  package static func timestamp(_ seconds: Int) -> String {
    func digits(_ number: Int, _ width: Int) -> String {
      let text = String(number)
      return String(repeating: "0", count: max(width - text.count, 0)) + text
    }
    let (day, time) = (seconds / 86_400, seconds % 86_400)
    // The inverse of the count of days below, with March as the first month.
    let shifted = day + 719_468
    let era = shifted / 146_097
    let dayOfEra = shifted % 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let dayOfMonth = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return "\(digits(year, 4))-\(digits(month, 2))-\(digits(dayOfMonth, 2))T"
      + "\(digits(time / 3600, 2)):\(digits(time / 60 % 60, 2)):\(digits(time % 60, 2))Z"
  }

  private static func month(_ name: some StringProtocol) -> Int? {
    let names = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
    return names.firstIndex(of: name.lowercased()).map { $0 + 1 }
  }

  private static func seconds(year: Int, month: Int, day: Int, time: some StringProtocol) -> Int? {
    let parts = time.split(separator: ":").map { Int($0) ?? -1 }
    guard (1970...9999).contains(year), (1...12).contains(month), (1...31).contains(day), parts.count == 3,
      (0..<24).contains(parts[0]), (0..<60).contains(parts[1]), (0...60).contains(parts[2])
    else { return nil }
    // Days since 1970 in the Gregorian calendar, counted from March so that the leap day comes last.
    let shiftedYear = month > 2 ? year : year - 1
    let era = shiftedYear / 400
    let yearOfEra = shiftedYear % 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let days = era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    return days * 86_400 + parts[0] * 3600 + parts[1] * 60 + parts[2]
  }
}
