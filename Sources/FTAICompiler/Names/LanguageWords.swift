// The words that every document may use, for tools that offer them.

import FTAI
import SerenaNetBytecode

/// The words of the language and how its functions are called.
public enum LanguageWords {
    /// In the order in which the reference has them.
    public static let keywords = Keyword.allCases.map(\.rawValue)

    /// Those that stand at the beginning of a line, and nowhere else.
    public static let lineKeywords = Keyword.allCases.filter(\.beginsLine).map(\.rawValue)

    /// The keys that mean something in the head of a task.
    public static let headKeys = TaskHeadReader.keys

    public static let types = ["int", "float", "bool", "string", "any", "list<", "map<string, ", "map<int, "]

    public static let effects = EffectSet.named.map(\.name) + ["pure"]

    /// The functions of the standard library, in the order of the alphabet.
    public static let functions = StandardFunction.names

    /// How a function is called, and the type of its result, one line for each way; empty when there is no such function.
    public static func forms(ofFunction name: String) -> [String] {
        let builtins = (StandardFunction.builtins[name] ?? []).map { builtin in
            let result = builtin.signature.result.description
            let settled = builtin.isGeneric ? result.replacing("any", with: "T") : result
            return "\(StandardFunction.form(of: builtin)) -> \(settled)"
        }
        switch StandardFunction(named: name) {
        case .count: return ["count(list<T>) -> int"] + builtins
        case .append: return ["append(list<T>, T)"]
        case .float: return ["float(int) -> float"]
        case .now: return ["now() -> int"]
        case .builtin, nil: return builtins
        }
    }
}

extension LanguageWords {
    /// Whether a task, an input or a variable may be called so; the names of variables may also begin with `_`.
    public static func isName(_ text: String) -> Bool {
        let word = text.drop { $0 == "_" }
        return TaskHeadReader.isName(word.isEmpty ? text : String(word)) && Keyword(spelled: text.utf8) == nil
    }
}
