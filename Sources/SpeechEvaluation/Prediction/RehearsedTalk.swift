// Talks with a script, and how they go on the night.

import EvaluationInterface
import Foundation
import Instrumentation
import SerenaSpeech

/// One thing said in a talk.
struct SpokenTurn {
    var text: String
    /// Nil when it asks for nothing.
    var intent: String?
}

/// A talk as it was written.
struct RehearsedTalk {
    let name: String
    let turns: [SpokenTurn]

    /// Shorter talks have no order to learn.
    private static let leastTurns = 5

    /// The talks of the scenarios that come with the project: the `say:` lines of each, in their order.
    ///
    /// - Throws: ``EvaluationError`` when there are none.
    static func shipped(in home: URL, classifier: IntentClassifier) throws -> [RehearsedTalk] {
        let folder = home.appending(path: "Scenarios")
        let files = (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
        let talks = files.filter { $0.pathExtension == "yaml" }.sorted { $0.path < $1.path }.compactMap { file in
            (try? String(contentsOf: file, encoding: .utf8)).map { text in
                let turns = lines(of: text).map { SpokenTurn(text: $0, intent: classifier.classify($0).intent) }
                return RehearsedTalk(name: file.deletingPathExtension().lastPathComponent, turns: turns)
            }
        }.filter { $0.turns.count >= leastTurns }
        guard talks.count > 1 else {
            throw EvaluationError("there are no talks in \(folder.path)", remedy: "run it in the folder of the project")
        }
        return talks
    }

    static func lines(of scenario: String) -> [String] {
        scenario.split(separator: "\n").compactMap { line in
            let trimmed = line.trimmingCharacters(in: .whitespaces)
            guard trimmed.hasPrefix("say: ") else { return nil }
            return trimmed.dropFirst(5).trimmingCharacters(in: CharacterSet(charactersIn: " \"'"))
        }
    }

    /// The talk as it may go: a line in ten left out, one in ten exchanged with the next, one in five said in other words, and before one
    /// in ten something that is in no script.
    func performed(_ generator: inout SeededGenerator, phrasings: [LabelledUtterance]) -> [SpokenTurn] {
        func happens(_ share: Double) -> Bool { Double.random(in: 0..<1, using: &generator) < share }
        var order = turns
        for index in order.indices.dropLast() where happens(0.1) { order.swapAt(index, index + 1) }
        var performed: [SpokenTurn] = []
        for turn in order {
            if happens(0.1), let adLib = phrasings.randomElement(using: &generator) {
                performed.append(SpokenTurn(text: adLib.text, intent: adLib.intent))
            }
            if happens(0.1) { continue }
            let others = phrasings.filter { $0.intent == turn.intent }
            if turn.intent != nil, happens(0.2), let other = others.randomElement(using: &generator) {
                performed.append(SpokenTurn(text: other.text, intent: turn.intent))
            } else {
                performed.append(turn)
            }
        }
        return performed
    }
}
