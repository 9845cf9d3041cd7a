// The messages of the Language Server Protocol 3.17, as far as this server speaks it.

import Foundation

/// What an editor can ask for or tell.
enum LanguageMethod: String {
    case initialize, initialized, shutdown, exit
    case cancel = "$/cancelRequest"
    case didOpen = "textDocument/didOpen"
    case didChange = "textDocument/didChange"
    case didClose = "textDocument/didClose"
    case didSave = "textDocument/didSave"
    case hover = "textDocument/hover"
    case definition = "textDocument/definition"
    case references = "textDocument/references"
    case highlights = "textDocument/documentHighlight"
    case symbols = "textDocument/documentSymbol"
    case completion = "textDocument/completion"
    case formatting = "textDocument/formatting"
    case actions = "textDocument/codeAction"
    case prepareRename = "textDocument/prepareRename"
    case rename = "textDocument/rename"
}

/// The number or the name of a request.
enum RequestID: Codable, Hashable {
    case number(Int)
    case name(String)

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let number = try? container.decode(Int.self) {
            self = .number(number)
        } else {
            self = .name(try container.decode(String.self))
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .number(let number): try container.encode(number)
        case .name(let name): try container.encode(name)
        }
    }
}

/// What every message says of itself. A message without a method answers one of the server's requests, of which there are none.
struct LanguageEnvelope: Decodable {
    let id: RequestID?
    let method: String?
}

struct LanguageRequest<Parameters: Decodable>: Decodable {
    let params: Parameters
}

struct LanguageResponse<Result: Encodable>: Encodable {
    let jsonrpc = "2.0"
    let id: RequestID
    let result: Result
}

struct LanguageNotification<Parameters: Encodable>: Encodable {
    let jsonrpc = "2.0"
    let method: String
    let params: Parameters
}

/// Why a request is not answered.
struct ResponseError: Error, Encodable, Hashable {
    /// JSON-RPC 2.0, section 5.1, and Language Server Protocol 3.17, "ErrorCodes".
    enum Code: Int, Encodable {
        case parseError = -32_700
        case invalidRequest = -32_600
        case methodNotFound = -32_601
        case invalidParams = -32_602
        case serverNotInitialized = -32_002
        case requestFailed = -32_803
        case requestCancelled = -32_800
    }

    let code: Code
    let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}

struct LanguageFailure: Encodable {
    let error: ResponseError
    /// Nil when the request could not be read.
    let id: RequestID?

    private enum Key: String, CodingKey { case jsonrpc, id, error }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode("2.0", forKey: .jsonrpc)
        // An id that is not known is null, not left out (JSON-RPC 2.0, section 5).
        try container.encode(id, forKey: .id)
        try container.encode(error, forKey: .error)
    }
}

// MARK: What is asked

struct DocumentName: Codable {
    let uri: String
}

struct OpenedDocument: Decodable {
    struct Item: Decodable {
        let uri: String
        let version: Int
        let text: String
    }

    let textDocument: Item
}

struct ChangedDocument: Decodable {
    struct Version: Decodable {
        let uri: String
        let version: Int?
    }

    /// Without a range the text is all of the document.
    struct Change: Decodable {
        let range: TextSpan?
        let text: String
    }

    let textDocument: Version
    let contentChanges: [Change]
}

/// What is asked of one document.
protocol DocumentNaming: Decodable {
    var textDocument: DocumentName { get }
}

struct DocumentQuestion: DocumentNaming {
    let textDocument: DocumentName
}

struct PlaceQuestion: DocumentNaming {
    struct Context: Decodable {
        let includeDeclaration: Bool?
    }

    let textDocument: DocumentName
    let position: TextPlace
    /// Of references alone.
    let context: Context?
    /// Of a renaming alone.
    let newName: String?
}

struct ActionQuestion: DocumentNaming {
    struct Context: Decodable {
        /// The kinds of actions that are wanted; nil for all.
        let only: [String]?
    }

    let textDocument: DocumentName
    let range: TextSpan
    let context: Context
}

struct CancelledRequest: Decodable {
    let id: RequestID
}

// MARK: What is answered

struct TextLocation: Codable, Hashable {
    var uri: String
    var range: TextSpan
}

struct TextChange: Codable, Hashable {
    var range: TextSpan
    var newText: String
}

struct WorkspaceChange: Codable, Hashable {
    /// By URI.
    var changes: [String: [TextChange]]
}

struct ShownDiagnostic: Codable, Hashable {
    struct Related: Codable, Hashable {
        var location: TextLocation
        var message: String
    }

    var range: TextSpan
    /// 1 for an error, 2 for a warning.
    var severity: Int
    var code: String
    var source = "ftai"
    var message: String
    /// 1 for code that is not needed.
    var tags: [Int]?
    var relatedInformation: [Related]?
}

struct PublishedDiagnostics: Codable, Hashable {
    var uri: String
    var version: Int?
    var diagnostics: [ShownDiagnostic]
}

struct MarkedText: Codable, Hashable {
    var kind = "markdown"
    var value: String
}

struct Hover: Codable, Hashable {
    var contents: MarkedText
    var range: TextSpan
}

struct Highlight: Codable, Hashable {
    var range: TextSpan
}

struct DocumentSymbol: Codable, Hashable {
    var name: String
    var detail: String?
    /// "SymbolKind" of the specification.
    var kind: Int
    var range: TextSpan
    var selectionRange: TextSpan
    var children: [DocumentSymbol]
}

struct CompletionItem: Codable, Hashable {
    var label: String
    /// "CompletionItemKind" of the specification.
    var kind: Int
    var detail: String?
    /// What is nearer comes first.
    var sortText: String
    var textEdit: TextChange
}

struct CompletionList: Codable, Hashable {
    var isIncomplete = false
    var items: [CompletionItem]
}

struct CodeAction: Codable, Hashable {
    var title: String
    var kind: String
    var diagnostics: [ShownDiagnostic]?
    var isPreferred: Bool?
    var edit: WorkspaceChange
}

struct RenamableWord: Codable, Hashable {
    var range: TextSpan
    var placeholder: String
}

struct Nothing: Encodable {
    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encodeNil()
    }
}

/// What the server can do, told once.
struct ServerAbilities: Encodable {
    struct Sync: Encodable {
        let openClose = true
        /// The changes alone are sent, not the whole text.
        let change = 2
    }

    struct Completion: Encodable {
        let triggerCharacters = ["@"]
    }

    struct Actions: Encodable {
        let codeActionKinds = [CodeActions.quickFix, CodeActions.fixAll]
    }

    struct Rename: Encodable {
        let prepareProvider = true
    }

    struct Abilities: Encodable {
        let positionEncoding = "utf-16"
        let textDocumentSync = Sync()
        let hoverProvider = true
        let definitionProvider = true
        let referencesProvider = true
        let documentHighlightProvider = true
        let documentSymbolProvider = true
        let completionProvider = Completion()
        let documentFormattingProvider = true
        let codeActionProvider = Actions()
        let renameProvider = Rename()
    }

    struct Server: Encodable {
        let name = "ftai"
    }

    let capabilities = Abilities()
    let serverInfo = Server()
}
