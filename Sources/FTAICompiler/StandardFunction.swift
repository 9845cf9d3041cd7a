// The functions that every task can call.

import SerenaNetBytecode

/// The standard library: the VM's built-ins, and the few functions that are instructions of their own.
enum StandardFunction {
    case count, append, float, now
    /// Overloads share a name.
    case builtin([Builtin])

    /// The built-ins by name; overloads share one.
    static let builtins = Dictionary(grouping: Builtin.allCases) { $0.signature.name }

    /// The functions that are instructions of their own.
    private static let instructions: [String: StandardFunction] = [
        "count": .count, "append": .append, "float": .float, "now": .now,
    ]

    static let names = Set(builtins.keys).union(instructions.keys).sorted()

    /// In the order of ``names``, which is the order of ``NameTable/common`` behind the keywords.
    private static let inOrder = names.map { Self(named: $0) ?? .builtin([]) }
    private static let firstNumber = Keyword.allCases.count

    /// The function of that name.
    init?(_ name: Name) {
        guard Self.isName(name) else { return nil }
        self = Self.inOrder[name.index - Self.firstNumber]
    }

    init?(named name: String) {
        guard let function = Self.instructions[name] ?? Self.builtins[name].map(Self.builtin) else { return nil }
        self = function
    }

    static func isName(_ name: Name) -> Bool {
        name.index >= firstNumber && name.index < firstNumber + inOrder.count
    }

    static func isName(_ name: String) -> Bool {
        builtins[name] != nil || instructions[name] != nil
    }

    /// How an overload is called: `round(float, int)`.
    static func form(of builtin: Builtin) -> String {
        let parameters = builtin.signature.parameters.map { type in
            builtin.isGeneric ? type.description.replacing("any", with: "T") : type.description
        }
        return "\(builtin.signature.name)(\(parameters.joined(separator: ", ")))"
    }
}
