// The functions that every task can call.

import SerenaNetBytecode

/// The standard library: the VM's built-ins, and the few functions that are instructions of their own.
enum StandardFunction {
    static let count = "count"
    static let append = "append"
    static let float = "float"
    static let now = "now"

    /// The built-ins by name; overloads share one.
    static let builtins = Dictionary(grouping: Builtin.allCases) { $0.signature.name }

    static let names = Set(builtins.keys).union([count, append, float, now]).sorted()

    static func isName(_ name: String) -> Bool {
        builtins[name] != nil || name == count || name == append || name == float || name == now
    }

    /// How an overload is called: `round(float, int)`.
    static func form(of builtin: Builtin) -> String {
        let parameters = builtin.signature.parameters.map { type in
            builtin.isGeneric ? type.description.replacing("any", with: "T") : type.description
        }
        return "\(builtin.signature.name)(\(parameters.joined(separator: ", ")))"
    }
}
