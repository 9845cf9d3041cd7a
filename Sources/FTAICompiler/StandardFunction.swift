// The functions that every task can call.

import SerenaNetBytecode

/// The standard library: the VM's built-ins, and the few functions that are instructions of their own.
enum StandardFunction {
    static let count = "count"
    static let append = "append"
    static let float = "float"

    /// The built-ins by name; overloads share one.
    static let builtins = Dictionary(grouping: Builtin.allCases) { $0.signature.name }

    static let names = builtins.keys.sorted() + [count, append, float]

    /// How an overload is called: `round(float, int)`.
    static func form(of builtin: Builtin) -> String {
        "\(builtin.signature.name)(\(builtin.signature.parameters.map(\.description).joined(separator: ", ")))"
    }
}
