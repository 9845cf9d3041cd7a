// The breakpoints of an editor: where they stand in the program, and when they stop it.

import Foundation
import SerenaNetBytecode
import SerenaNetVM
import TaskInspection

/// How often control must have come to a breakpoint before it stops.
enum HitCondition: Hashable {
    case exactly(Int)
    case atLeast(Int)
    case moreThan(Int)
    case everyOther(Int)

    /// `5` or `>= 5`, `> 5`, `== 5`, `% 5`; nil for anything else.
    init?(_ text: String) {
        let sign = text.prefix { !$0.isNumber && $0 != "-" }.filter { !$0.isWhitespace }
        let digits = text.drop { !$0.isNumber }.filter { !$0.isWhitespace }
        guard let number = Int(digits), number > 0 else { return nil }
        switch sign {
        case "", ">=": self = .atLeast(number)
        case "==", "=": self = .exactly(number)
        case ">": self = .moreThan(number)
        case "%": self = .everyOther(number)
        default: return nil
        }
    }

    func isMet(by hits: Int) -> Bool {
        switch self {
        case .exactly(let number): hits == number
        case .atLeast(let number): hits >= number
        case .moreThan(let number): hits > number
        case .everyOther(let number): hits % number == 0
        }
    }
}

/// The text of a log point: words, and expressions in braces.
enum LogMessage {
    static func text(of message: String, value: (String) -> String) -> String {
        var text = ""
        var rest = message[...]
        while let open = rest.firstIndex(of: "{") {
            text += rest[..<open]
            let inner = rest[rest.index(after: open)...]
            guard let close = inner.firstIndex(of: "}") else { break }
            text += value(String(inner[..<close]))
            rest = inner[inner.index(after: close)...]
        }
        return text + rest
    }
}

/// A breakpoint in the program.
struct PlacedBreakpoint {
    let id: Int
    /// The places in the program; several where a line has code in several places.
    let places: [Debugger.Place]
    let condition: String?
    let hitCondition: HitCondition?
    let logMessage: String?
    var hits = 0
}

/// Who owns a breakpoint: each request replaces all of one owner.
enum BreakpointOwner: Hashable {
    /// The canonical path of a document.
    case document(String)
    case tasks, instructions
}

/// What a stop at breakpoints comes to.
struct BreakpointVerdict {
    /// Those that stop the program.
    var hits: [Int] = []
    /// What log points say, and conditions that cannot be computed.
    var messages: [String] = []
}

extension DebuggedTask {
    /// Replaces the breakpoints of an owner.
    func setBreakpoints(_ wanted: [WantedBreakpoint], of owner: BreakpointOwner) -> [ShownBreakpoint] {
        for number in numbers.removeValue(forKey: owner) ?? [] {
            debugger.removeBreakpoint(id: number)
            owners[number] = nil
        }
        for id in placed.filter({ $0.value.owner == owner }).keys { placed[id] = nil }
        return wanted.map { place($0, of: owner) }
    }

    /// Sets the breakpoints of the editor in a debugger that begins anew.
    func restoreBreakpoints() {
        for (number, id) in owners.sorted(by: { $0.key < $1.key }) {
            if let place = placed[id.breakpoint]?.breakpoint.places[id.place] {
                debugger.setBreakpoint(place, id: number)
            }
            placed[id.breakpoint]?.breakpoint.hits = 0
        }
    }

    private func place(_ wanted: WantedBreakpoint, of owner: BreakpointOwner) -> ShownBreakpoint {
        lastBreakpoint += 1
        var shown = ShownBreakpoint(id: lastBreakpoint, verified: false)
        let places: [Debugger.Place]
        switch owner {
        case .document(let path):
            guard let line = codeLine(at: wanted.line ?? 0, in: path) else {
                shown.message = "there is no code on this line or behind it"
                return shown
            }
            shown.line = line
            places = self.places(ofLine: line, in: path)
        case .tasks:
            guard let place = firstPlace(ofTask: wanted.name ?? "") else {
                shown.message = "there is no task of that name"
                return shown
            }
            places = [.instruction(place)]
        case .instructions:
            guard let place = position(ofReference: wanted.instructionReference ?? "", offset: wanted.offset ?? 0)
            else {
                shown.message = "there is no such instruction"
                return shown
            }
            shown.instructionReference = reference(to: place)
            places = [.instruction(place)]
        }
        let hitCondition = wanted.hitCondition.flatMap { $0.isEmpty ? nil : $0 }
        if let hitCondition, HitCondition(hitCondition) == nil {
            shown.message = "`\(hitCondition)` counts nothing: write 5, > 5, == 5 or % 5"
            return shown
        }
        shown.verified = true
        let breakpoint = PlacedBreakpoint(
            id: shown.id, places: places, condition: wanted.condition.flatMap { $0.isEmpty ? nil : $0 },
            hitCondition: hitCondition.flatMap(HitCondition.init), logMessage: wanted.logMessage)
        placed[shown.id] = (breakpoint, owner)
        for (index, place) in places.enumerated() {
            lastNumber += 1
            numbers[owner, default: []].append(lastNumber)
            owners[lastNumber] = (breakpoint: shown.id, place: index)
            debugger.setBreakpoint(place, id: lastNumber)
        }
        return shown
    }

    /// What the breakpoints where the program stands come to.
    func judgeBreakpoints() -> BreakpointVerdict {
        var verdict = BreakpointVerdict()
        guard let frame = debugger.frames.first else { return verdict }
        for id in Set(debugger.breakpointsHere.compactMap { owners[$0]?.breakpoint }).sorted() {
            guard let breakpoint = placed[id]?.breakpoint else { continue }
            if let condition = breakpoint.condition {
                do throws(EvaluationError) {
                    if try value(of: condition, in: frame) == .bool(false) { continue }
                } catch {
                    verdict.messages.append("the condition `\(condition)`: \(error)")
                }
            }
            placed[id]?.breakpoint.hits += 1
            guard breakpoint.hitCondition?.isMet(by: breakpoint.hits + 1) ?? true else { continue }
            if let message = breakpoint.logMessage {
                verdict.messages.append(LogMessage.text(of: message) { self.spoken($0, in: frame) })
            } else {
                verdict.hits.append(id)
            }
        }
        return verdict
    }

    private func spoken(_ expression: String, in frame: DebugFrame) -> String {
        do throws(EvaluationError) {
            let value = try value(of: expression, in: frame)
            if case .string(let text) = value { return text }
            return value.listing
        } catch {
            return "{\(error)}"
        }
    }

    // MARK: Places

    /// The first line of a document with code from a line on.
    func codeLine(at line: Int, in path: String) -> Int? { codeLines(in: path).first { $0 >= line } }

    /// The lines of a document that have code, in order.
    func codeLines(in path: String) -> [Int] {
        let functions = functions(in: path)
        return Set(functions.flatMap { bytecode.functions[$0].lines }).filter { $0 > 0 }.sorted().map(Int.init)
    }

    private func functions(in path: String) -> [Int] {
        bytecode.functions.indices.filter { index in
            canonicalPath(bytecode.functions[index].file ?? bytecode.metadata.sourceFile) == path
        }
    }

    /// The debugger knows the lines of the main document; those of included ones are where their code begins.
    private func places(ofLine line: Int, in path: String) -> [Debugger.Place] {
        if canonicalPath(bytecode.metadata.sourceFile) == path { return [.line(line)] }
        return functions(in: path).flatMap { function -> [Debugger.Place] in
            let lines = bytecode.functions[function].lines
            return lines.indices.filter { lines[$0] == line && ($0 == 0 || lines[$0 - 1] != line) }.map {
                .instruction(CodePosition(function: function, instruction: $0))
            }
        }
    }

    /// In front of the first line of a task, where its inputs have been put.
    private func firstPlace(ofTask name: String) -> CodePosition? {
        guard let task = bytecode.task(named: name) else { return nil }
        let start = bytecode.functions[task.function].lines.firstIndex { $0 > 0 } ?? 0
        return CodePosition(function: task.function, instruction: start)
    }
}
