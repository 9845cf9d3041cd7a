// What a task that is run from the command line finds outside: answers that its user has written down.

import FTAICompiler
import Foundation
import SerenaNetBytecode
import SerenaNetVM
import TaskInspection

/// Tools and agents by name, each with the one answer that was given for it, and the calendar of the machine.
struct CommandLineOutside {
    private let answers: [String: VMValue]

    /// - Parameter answers: each `name=JSON`.
    init(answers: [String]) throws(ToolFailure) {
        var values: [String: VMValue] = [:]
        for word in answers {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2, !parts[0].isEmpty else {
                throw ToolFailure(exit: .badSource, message: "`\(word)` is no answer: write --answer name=JSON")
            }
            do throws(JSONError) {
                values[parts[0]] = try VMValue(json: parts[1])
            } catch {
                throw ToolFailure(exit: .badSource, message: "the answer of `\(parts[0])` is no JSON: \(error)")
            }
        }
        self.answers = values
    }

    /// The tools and agents that a request asks and for which no answer is written down.
    func lacks(_ request: HostRequest) -> [String] {
        switch request {
        case .callTool(let name, _), .askAgent(let name, _): answers[name] == nil ? [name] : []
        case .together(let requests): requests.flatMap(lacks)
        case .say, .remember, .recall, .emit, .readClock: []
        }
    }

    func answer(_ request: HostRequest, _ console: Console) -> HostAnswer {
        switch request {
        case .callTool(let name, _), .askAgent(let name, _):
            return answers[name].map(HostAnswer.returned)
                ?? .failed(reason: "there is none here; say what it answers with --answer \(name)=JSON")
        case .emit(let event, let values):
            console.note("event \(TerminalText.lines(event)) \(TerminalText.lines(VMValue.map(values).json))\n")
            return .done
        case .readClock: return .returned(.int(Int64(Date().timeIntervalSince1970)))
        case .together(let requests): return .together(requests.map { answer($0, console) })
        case .say, .remember, .recall: return .failed(reason: "it is answered elsewhere")
        }
    }
}
