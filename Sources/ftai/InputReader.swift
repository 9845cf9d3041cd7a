// Values on the command line and on the terminal.

import FTAI
import SerenaNetBytecode
import TaskInspection

/// Reads `name=value` as the inputs of a task.
enum InputReader {
    static func values(_ words: [String], for task: TaskDeclaration) throws(ToolFailure) -> [String: VMValue] {
        var values: [String: VMValue] = [:]
        for word in words {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2 else {
                throw failure("`\(word)` is no input: write --input name=value")
            }
            let input = try input(parts[0], of: task)
            guard let value = value(parts[1], as: input.type) else {
                throw failure("`\(parts[1])` is no value for the input `\(input.name)` of type \(input.type)")
            }
            values[input.name] = value
        }
        try requireAll(values, for: task)
        return values
    }

    /// Values of JSON as the inputs of a task; a text stands for a value of another type as it does on a command line.
    static func values(_ given: [String: VMValue], for task: TaskDeclaration) throws(ToolFailure) -> [String: VMValue] {
        var values: [String: VMValue] = [:]
        for (name, value) in given.sorted(by: { $0.key < $1.key }) {
            let input = try input(name, of: task)
            var converted = value.converted(to: input.type)
            if converted == nil, case .string(let text) = value { converted = self.value(text, as: input.type) }
            guard let converted else {
                throw failure("`\(value.json)` is no value for the input `\(input.name)` of type \(input.type)")
            }
            values[name] = converted
        }
        try requireAll(values, for: task)
        return values
    }

    private static func input(_ name: String, of task: TaskDeclaration) throws(ToolFailure) -> TaskDeclaration.Input {
        if let input = task.inputs.first(where: { $0.name == name }) { return input }
        let suggestion = Spelling.suggestion(for: name, among: task.inputs.map(\.name))
        throw failure(
            "task `\(task.name)` has no input `\(name)`" + (suggestion.map { "; did you mean `\($0)`?" } ?? ""))
    }

    private static func requireAll(_ values: [String: VMValue], for task: TaskDeclaration) throws(ToolFailure) {
        let missing = task.inputs.filter { $0.defaultValue == nil && values[$0.name] == nil }
        guard missing.isEmpty else {
            let inputs = missing.map { "--input \($0.name)=<\($0.type)>" }.joined(separator: " ")
            throw ToolFailure(
                exit: .badSource, message: "task `\(task.name)` needs a value for each of its inputs", remedy: inputs)
        }
    }

    /// A text as a value of a type; the elements of a list stand between commas, maps and what may be anything are JSON.
    static func value(_ text: String, as type: ValueType) -> VMValue? {
        switch type {
        case .int: return Int64(text).map(VMValue.int)
        case .float: return Double(text).flatMap { $0.isFinite ? .float($0) : nil }
        case .bool: return Bool(text).map(VMValue.bool)
        case .string: return .string(text)
        case .any, .map, .intMap: return (try? VMValue(json: text))?.converted(to: type)
        case .optional(let wrapped): return text == "null" ? .null : value(text, as: wrapped)
        case .list(let element):
            let parts = text.isEmpty ? [] : text.split(separator: ",", omittingEmptySubsequences: false)
            let values = parts.compactMap { value(String($0), as: element) }
            return values.count == parts.count ? .list(values) : nil
        }
    }

    private static func failure(_ message: String) -> ToolFailure {
        ToolFailure(exit: .badSource, message: message)
    }
}

/// Values as they are printed.
enum ValueText {
    /// - Parameter type: the keys of a map from ints stand without quotes.
    static func of(_ value: VMValue, as type: ValueType?) -> String {
        let type = type?.withoutNull
        switch value {
        case .int(let number): return String(number)
        case .float(let number): return float(number)
        case .bool(let flag): return String(flag)
        case .string(let text): return TerminalText.lines(text)
        case .null: return "null"
        case .map(let entries):
            let shown = entries.map { entry in
                let key = type?.hasIntKeys == true ? entry.key : Escape.quoted(entry.key)
                return "\(key): \(element(entry.value, as: type?.element))"
            }
            return shown.isEmpty ? "[:]" : "[\(shown.joined(separator: ", "))]"
        case .list(let elements):
            return "[\(elements.map { element($0, as: type?.element) }.joined(separator: ", "))]"
        }
    }

    private static func element(_ value: VMValue, as type: ValueType?) -> String {
        if case .string(let text) = value { Escape.quoted(text) } else { of(value, as: type) }
    }

    /// As tasks say numbers: whole ones without a fraction.
    private static func float(_ number: Double) -> String {
        let text = number == 0 ? "0" : number.description
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
