// The labelled utterances that intents are measured on.

import EvaluationInterface
import Foundation

/// What somebody said, and what was meant.
struct LabelledUtterance: Sendable {
    let text: String
    /// Nil when nobody meant it for the assistant, or the assistant cannot do it.
    let intent: String?
    /// What the slots should hold.
    let slots: [String: String]

    /// Whether the utterance may be looked at to choose constants; the other half only measures. A hash of the text decides.
    var isForTuning: Bool {
        // FNV-1a, 64 bits: Fowler, Noll and Vo; the top bit, mixed from all others.
        let hash = text.utf8.reduce(UInt64(0xcbf2_9ce4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return (hash >> 33) & 1 == 0
    }
}

/// The set: written by hand as people speak on a stage and as recognisers write it, misheard words included.
enum LabelledUtterances {
    /// - Throws: ``EvaluationError`` with the number of the line that cannot be read.
    static func all() throws -> [LabelledUtterance] {
        try read(String(decoding: PackageResources.utterances_tsv, as: UTF8.self))
    }

    /// Lines of intent, slots and utterance, with tabs between them; `-` is the intent of what is off topic.
    static func read(_ text: String) throws -> [LabelledUtterance] {
        var utterances: [LabelledUtterance] = []
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if line.isEmpty || line.hasPrefix("#") { continue }
            let parts = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 3, !parts[0].isEmpty, !parts[2].isEmpty else {
                throw EvaluationError(
                    "line \(number + 1) of the labelled utterances is not intent, slots and utterance")
            }
            var slots: [String: String] = [:]
            for slot in parts[1].split(separator: ";") {
                let sides = slot.split(separator: "=", maxSplits: 1).map(String.init)
                guard sides.count == 2 else {
                    throw EvaluationError("line \(number + 1) of the labelled utterances: \"\(slot)\" is no slot")
                }
                slots[sides[0]] = sides[1]
            }
            utterances.append(
                LabelledUtterance(text: parts[2], intent: parts[0] == "-" ? nil : parts[0], slots: slots))
        }
        return utterances
    }
}
