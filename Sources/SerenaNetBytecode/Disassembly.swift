// Bytecode as text for people.

/// A program as text: what it is, its constants and tasks, and the code of every function.
///
/// Any program can be shown, also one that the verifier refuses: what does not exist is shown with a question mark.
///
/// ```swift
/// print(Disassembly(of: program, source: sourceText).text)
/// ```
public struct Disassembly: Sendable {
    private let program: FTAIBytecode
    /// By file.
    private let sourceLines: [String: [Substring]]

    /// - Parameters:
    ///   - source: the text that the program was compiled from; each of its lines is shown above its code.
    ///   - included: the texts of the included documents, by file.
    public init(of program: FTAIBytecode, source: String? = nil, included: [String: String] = [:]) {
        self.program = program
        var texts = included
        if let source { texts[program.metadata.sourceFile] = source }
        sourceLines = texts.mapValues { $0.split(separator: "\n", omittingEmptySubsequences: false) }
    }

    /// The whole program. Ends with a line break.
    public var text: String {
        var lines = header + constants + tasks
        for (index, function) in program.functions.enumerated() {
            lines.append("")
            lines += FunctionListing(program: program, function: function, index: index, sources: sourceLines).lines
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// A line for each instruction of a function; its number, its source line, its name and its operands. Empty when there is no
    /// such function.
    public func instructions(ofFunction index: Int) -> [String] {
        guard program.functions.indices.contains(index) else { return [] }
        return FunctionListing(program: program, function: program.functions[index], index: index, sources: [:])
            .instructions
    }

    private var header: [String] {
        let words = program.instructions.reduce(0) { $0 + $1.wordCount }
        return [
            "program   \(program.id)", "source    \(program.metadata.sourceFile) (\(program.metadata.sourceLanguage))",
            "sha256    \(program.sourceHash)",
        ]
            + program.metadata.dependencies.sorted { $0.key < $1.key }.map { "includes  \($0.key), sha256 \($0.value)" }
            + [
                "target    \(program.metadata.targetVM)", "level     \(program.optimizationLevel.rawValue)",
                "size      \(program.functions.count) functions, \(program.instructions.count) instructions, \(words) words",
            ]
    }

    private var constants: [String] {
        guard !program.constants.isEmpty else { return [] }
        return ["", "constants"]
            + program.constants.enumerated().map { index, constant in
                "  \("k\(index)".padded(to: 6)) \("\(constant.type)".padded(to: 7)) \(constant.listing)"
            }
    }

    private var tasks: [String] {
        guard !program.tasks.isEmpty else { return [] }
        return ["", "tasks"]
            + program.tasks.flatMap { task in
                let inputs = task.inputs.map { input in
                    "\(input.name):\(input.type)"
                        + (input.defaultValue.map { " = \($0.listing(as: input.type))" } ?? "")
                }
                let output = task.outputName.map { " → \($0)" } ?? ""
                let agent = task.agent.map { "  agent \($0)" } ?? ""
                return ["  \(task.name)(\(inputs.joined(separator: ", ")))\(output)  function \(task.function)\(agent)"]
                    + task.phrases.map { "    \($0.quoted)" }
            }
    }
}

extension BytecodeConstant {
    /// The value as it would be written in source; long texts are cut.
    var listing: String {
        switch self {
        case .int(let value): "\(value)"
        case .float(let value): "\(value)"
        case .string(let value): value.quoted
        }
    }
}

extension VMValue {
    /// The value as it would be written in source; long texts and lists are cut.
    public var listing: String { listing(as: nil) }

    /// The same of a value whose type is known: the keys of a map from ints stand without quotes.
    public func listing(as type: ValueType?) -> String {
        let type = type?.withoutNull
        switch self {
        case .int(let value): return "\(value)"
        case .float(let value): return "\(value)"
        case .bool(let value): return "\(value)"
        case .string(let value): return value.quoted
        case .null: return "null"
        case .list(let elements):
            let shown = elements.prefix(8).map { $0.listing(as: type?.element) } + (elements.count > 8 ? ["…"] : [])
            return "[\(shown.joined(separator: ", "))]"
        case .map(let entries):
            let shown = entries.prefix(8).map { entry in
                let key = type?.hasIntKeys == true ? entry.key : entry.key.quoted
                return "\(key): \(entry.value.listing(as: type?.element))"
            }
            let all = shown + (entries.count > 8 ? ["…"] : [])
            return entries.isEmpty ? "[:]" : "[\(all.joined(separator: ", "))]"
        }
    }
}

extension ValueType {
    /// The type of what is not null.
    package var withoutNull: ValueType {
        if case .optional(let wrapped) = self { wrapped } else { self }
    }

    /// Whether it is a map from ints, whose keys are numbers wherever they are shown.
    package var hasIntKeys: Bool {
        if case .intMap = self { true } else { false }
    }
}

extension String {
    /// In quotes on one line, with escapes for what would break it, cut after 60 characters.
    var quoted: String {
        var text = "\""
        for character in prefix(60) {
            switch character {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\t": text += "\\t"
            default:
                for scalar in character.unicodeScalars {
                    text += scalar.properties.generalCategory == .control ? scalar.escaped(asASCII: true) : "\(scalar)"
                }
            }
        }
        return text + (dropFirst(60).isEmpty ? "\"" : "…\"")
    }

    func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
