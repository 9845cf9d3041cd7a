// The intermediate form as text.

import SerenaNetBytecode

/// Writes functions in a stable, readable form, one instruction in a line:
///
/// ```text
/// task double(v0: int) -> int
/// b0:
///   v1 = loadInt 2
///   v2 = mulInt v0, v1
///   return v2
/// ```
struct IRListing {
    let program: IRProgram

    var text: String {
        program.functions.map { text(of: $0) }.joined(separator: "\n")
    }

    func text(of function: IRFunction) -> String {
        let inputs = function.inputs.map { "v\($0): \(program.types[function.types[$0]])" }.joined(separator: ", ")
        let result = function.result.map { " -> \(program.types[$0])" } ?? ""
        var lines = ["task \(function.name)(\(inputs))\(result)"]
        for block in function.layout {
            let parameters = function.blocks[block].parameters.map {
                "v\($0): \(program.types[function.types[$0]])"
            }
            lines.append("b\(block)\(parameters.isEmpty ? "" : "(\(parameters.joined(separator: ", ")))"):")
            for index in function.blocks[block].code {
                lines.append("  " + text(of: function.instructions[index], in: function))
            }
            lines.append("  " + text(of: function.blocks[block].terminator))
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func text(of instruction: IRInstruction, in function: IRFunction) -> String {
        let result = instruction.result < 0 ? "" : "v\(instruction.result) = "
        var parts = instruction.operands.map { "v\($0)" }
        if let payload = payload(of: instruction, in: function) { parts.append(payload) }
        if instruction.cell >= 0 {
            return instruction.result < 0 ? "c\(instruction.cell) = \(parts[0])" : "\(result)c\(instruction.cell)"
        }
        let showsType: Set<VMOpcode> = [
            .loadNull, .makeList, .makeMap, .mapGet, .makeIntMap, .intMapGet, .box, .cast,
        ]
        let type =
            showsType.contains(instruction.opcode) ? ": \(program.types[function.types[instruction.result]])" : ""
        let operands = parts.isEmpty ? "" : " " + parts.joined(separator: ", ")
        let scope = instruction.scope == 0 ? "" : "  // in \(function.inlined[instruction.scope - 1].name)"
        return "\(result)\(instruction.opcode)\(type)\(operands)\(scope)"
    }

    private func payload(of instruction: IRInstruction, in function: IRFunction) -> String? {
        switch instruction.opcode {
        case .loadBool: return instruction.payload == 0 ? "false" : "true"
        case .loadConstant where function.types[instruction.result] == .string:
            return "\(program.texts[instruction.payload].debugDescription)"
        case .loadConstant:
            return "\(Double(bitPattern: UInt64(bitPattern: instruction.payload)))"
        case .call: return program.functions[Int(instruction.payload)].name
        case .callBuiltin:
            return UInt16(exactly: instruction.payload).flatMap(Builtin.init)?.signature.name ?? "?"
        default: break
        }
        let signature = instruction.opcode.signature
        let hasImmediate = [signature.a, signature.b, signature.c].contains(.immediate)
        return hasImmediate ? "\(instruction.payload)" : nil
    }

    private func text(of terminator: IRTerminator) -> String {
        switch terminator {
        case .jump(let edge): return "jump \(text(of: edge))"
        case .branch(let test, let first, let second):
            return "if \(text(of: test)) \(text(of: first)) else \(text(of: second))"
        case .returnValue(let value): return "return v\(value)"
        case .returnNothing: return "return"
        case .attempt(let body, let handler): return "try \(text(of: body)) catch \(text(of: handler))"
        case .fail(let message): return "fail v\(message)"
        }
    }

    private func text(of edge: IREdge) -> String {
        let arguments = edge.arguments.map { "v\($0)" }.joined(separator: ", ")
        return "b\(edge.target)" + (arguments.isEmpty ? "" : "(\(arguments))")
    }

    private func text(of test: IRCondition) -> String {
        switch test.test {
        case .isTrue: "v\(test.left)"
        case .isNull: "v\(test.left) == null"
        case .equal: "v\(test.left) == v\(test.right)"
        case .less: "v\(test.left) < v\(test.right)"
        case .lessEqual: "v\(test.left) <= v\(test.right)"
        }
    }
}
