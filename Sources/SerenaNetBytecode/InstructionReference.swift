// The instruction set as a table for people.

extension VMOpcode {
    /// All instructions as a table in Markdown: name, operands, effect, meaning, what can fail, what is proven besides the operands.
    public static var referenceTable: String {
        let rows = allCases.map { opcode in
            let signature = opcode.signature
            let operands = zip("abcdef", signature.operands).compactMap { name, kind in
                kind.reference.map { "\(name): \($0)" }
            }
            let cells = [
                "`\(opcode)`", operands.joined(separator: ", "), signature.effect.isEmpty ? "" : "\(signature.effect)",
                signature.meaning,
                signature.faults.map(\.rawValue).joined(separator: ", "), signature.proof?.meaning ?? "",
            ]
            return "| \(cells.joined(separator: " | ")) |"
        }
        let head = [
            "| instruction | operands | effect | meaning | fails | proven besides the operands |",
            "| --- | --- | --- | --- | --- | --- |",
        ]
        return (head + rows).joined(separator: "\n")
    }
}

extension OperandKind {
    /// How the reference calls the operand; nil when it is not used.
    fileprivate var reference: String? {
        switch self {
        case .none: nil
        case .write(let pattern): "to \(pattern.reference)"
        case .read(let pattern): "\(pattern.reference)"
        case .immediate: "number"
        case .constant: "constant"
        case .jump: "place"
        case .function: "function"
        case .builtin: "built-in"
        case .relation: "relation"
        case .argumentCount: "arguments"
        }
    }
}

extension TypePattern {
    fileprivate var reference: String {
        switch self {
        case .int: "int"
        case .float: "float"
        case .bool: "bool"
        case .string: "string"
        case .any: "any"
        case .element: "T"
        case .listOfElement: "list of T"
        case .mapOfElement: "map to T"
        case .intMapOfElement: "map of ints to T"
        case .mapOfAny: "map to any"
        case .optionalElement: "T?"
        case .nullable: "T? or any"
        case .fromSignature: "as declared"
        }
    }
}
