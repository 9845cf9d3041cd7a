// The talks of the scenarios, as the sequence of the tasks that are asked for.

import EvaluationInterface
import Foundation
import Yams

/// What is asked for in a scenario, in order.
struct Talk {
    let name: String
    let intents: [String]

    /// Scenarios with an order that somebody chose; the labelled set of turn-taking has none.
    private static let names = [
        "ted", "audience", "noisy-room", "network-loss", "mixed-speech", "smoke", "own-voice", "endurance",
    ]

    /// The requests of the labelled set, in its order, which nobody chose: for what was settled by looking at the talks.
    ///
    /// - Throws: ``EvaluationError`` when a scenario is not there.
    static func heldOut(in home: URL) throws -> Talk {
        let folder = home.appending(path: "Scenarios")
        return Talk(name: "turn-taking", intents: try intents(of: "turn-taking.yaml", in: folder, depth: 0))
    }

    /// - Throws: ``EvaluationError`` when a scenario is not there.
    static func all(in home: URL) throws -> [Talk] {
        let folder = home.appending(path: "Scenarios")
        return try names.map { name in
            Talk(name: name, intents: try intents(of: "\(name).yaml", in: folder, depth: 0))
        }
    }

    private static func intents(of file: String, in folder: URL, depth: Int) throws -> [String] {
        guard depth < 4, let text = try? String(contentsOf: folder.appending(path: file), encoding: .utf8),
            let scenario = (try? Yams.load(yaml: text)) as? [String: Any]
        else { throw EvaluationError("the scenario \(file) cannot be read") }
        var includes: [String] = []
        if let one = scenario["include"] as? String { includes = [one] }
        if let several = scenario["include"] as? [String] { includes = several }
        let included = try includes.flatMap { try intents(of: $0, in: folder, depth: depth + 1) }
        let steps = scenario["steps"] as? [[String: Any]] ?? []
        return included + steps.compactMap { ($0["expect"] as? [String: Any])?["intent"] as? String }
    }
}
