// The language server as an editor sees it: messages in, messages out.

import FTAI
import Foundation

/// Speaks the Language Server Protocol 3.17 about FTAI documents. It neither reads nor writes itself: whoever has a channel does.
///
/// ```swift
/// let server = LanguageServer(files: files, root: nil)
/// while server.end == nil { write(try server.receive(read())) }
/// ```
/// The same messages always give the same answers.
public final class LanguageServer {
    /// How the conversation ended.
    public enum End: Hashable, Sendable {
        /// `shutdown` came before `exit`.
        case orderly
        case abrupt
    }

    private enum State {
        case fresh, running, shutDown
    }

    /// Nil while the conversation goes on.
    public private(set) var end: End?
    var documents: OpenDocuments
    private var state = State.fresh
    private var reader = MessageReader()
    private var output: [UInt8] = []
    /// Requests that were taken back before they were looked at.
    private var cancelled: Set<RequestID> = []

    /// - Parameters:
    ///   - files: where documents are found that are included and not open.
    ///   - root: the folder that included documents are kept to; nil for that of each document.
    public init(files: any IncludedFiles, root: String?) {
        documents = OpenDocuments(files: files, root: root)
    }

    /// Takes what has come from the editor.
    ///
    /// - Returns: what the editor is to be sent.
    /// - Throws: when nothing that comes can be understood any more.
    public func receive(_ bytes: some Collection<UInt8>) throws(FramingError) -> [UInt8] {
        output = []
        let messages = try reader.receive(bytes)
        // A request can be taken back as long as it waits behind others.
        cancelled = Set(messages.count > 1 ? messages.compactMap(Self.cancelled) : [])
        for message in messages where end == nil {
            switch message {
            case .content(let content): take(Data(content))
            case .tooLarge(let size):
                fail(nil, ResponseError(.invalidRequest, "a message of \(size) bytes is too large"))
            }
        }
        if end == nil { for report in documents.reports() { notify("textDocument/publishDiagnostics", report) } }
        return output
    }

    private static func cancelled(by message: MessageReader.Message) -> RequestID? {
        guard case .content(let content) = message,
            let envelope = try? JSONDecoder().decode(LanguageEnvelope.self, from: Data(content)),
            envelope.method == LanguageMethod.cancel.rawValue
        else { return nil }
        return try? JSONDecoder().decode(LanguageRequest<CancelledRequest>.self, from: Data(content)).params.id
    }

    // MARK: Messages

    private func take(_ content: Data) {
        let envelope: LanguageEnvelope
        do {
            envelope = try JSONDecoder().decode(LanguageEnvelope.self, from: content)
        } catch DecodingError.dataCorrupted {
            return fail(nil, ResponseError(.parseError, "the message is not JSON"))
        } catch {
            return fail(nil, ResponseError(.invalidRequest, "the message is no request and no notification"))
        }
        guard let name = envelope.method else { return }
        let method = LanguageMethod(rawValue: name)
        guard let id = envelope.id else { return tell(method, content) }
        if cancelled.contains(id) { return fail(id, ResponseError(.requestCancelled, "it was taken back")) }
        switch (state, method) {
        case (.fresh, .initialize):
            state = .running
            send(LanguageResponse(id: id, result: ServerAbilities()))
        case (.fresh, _): fail(id, ResponseError(.serverNotInitialized, "`initialize` comes first"))
        case (.shutDown, _): fail(id, ResponseError(.invalidRequest, "the server was shut down"))
        case (.running, .initialize): fail(id, ResponseError(.invalidRequest, "`initialize` comes once"))
        case (.running, .shutdown):
            state = .shutDown
            send(LanguageResponse(id: id, result: Nothing()))
        case (.running, let method?): ask(method, id, content)
        case (.running, nil): fail(id, ResponseError(.methodNotFound, "there is no method `\(name.prefix(64))`"))
        }
    }

    /// Takes a notification. What is not understood is passed over, as the protocol has it.
    private func tell(_ method: LanguageMethod?, _ content: Data) {
        if method == .exit {
            end = state == .shutDown ? .orderly : .abrupt
            return
        }
        guard state == .running, let method else { return }
        switch method {
        case .didOpen:
            if let opened: OpenedDocument = parameters(content) { documents.open(opened.textDocument) }
        case .didChange:
            if let changed: ChangedDocument = parameters(content) { documents.change(changed) }
        case .didClose:
            if let closed: DocumentQuestion = parameters(content) { documents.close(closed.textDocument.uri) }
        default: break
        }
    }

    private func ask(_ method: LanguageMethod, _ id: RequestID, _ content: Data) {
        switch method {
        case .hover:
            answer(id, content) { (question: PlaceQuestion, document) in document.hover(at: question.position) }
        case .definition:
            answer(id, content) { (question: PlaceQuestion, document) in document.definition(at: question.position) }
        case .references:
            answer(id, content) { (question: PlaceQuestion, document) in
                document.references(
                    at: question.position, withDeclaration: question.context?.includeDeclaration ?? true)
            }
        case .highlights:
            answer(id, content) { (question: PlaceQuestion, document) in document.highlights(at: question.position) }
        case .symbols: answer(id, content) { (_: DocumentQuestion, document) in document.symbols }
        case .completion:
            answer(id, content) { (question: PlaceQuestion, document) in document.completions(at: question.position) }
        case .formatting: answer(id, content) { (_: DocumentQuestion, document) in document.layout }
        case .actions:
            answer(id, content) { (question: ActionQuestion, document) in
                document.actions(in: question.range, only: question.context.only)
            }
        case .prepareRename:
            answer(id, content) { (question: PlaceQuestion, document) in document.renamable(at: question.position) }
        case .rename:
            answer(id, content) { (question: PlaceQuestion, document) throws(ResponseError) in
                try document.renaming(at: question.position, to: question.newName ?? "") {
                    self.documents.errorCount(in: question.textDocument.uri, with: $0)
                }
            }
        default: fail(id, ResponseError(.invalidRequest, "`\(method.rawValue)` is a notification"))
        }
    }

    // MARK: Answers

    private func parameters<Parameters: Decodable>(_ content: Data) -> Parameters? {
        try? JSONDecoder().decode(LanguageRequest<Parameters>.self, from: content).params
    }

    private func answer<Question: DocumentNaming, Answer: Encodable>(
        _ id: RequestID, _ content: Data, _ answer: (Question, DocumentAnalysis) throws(ResponseError) -> Answer
    ) {
        guard let question: Question = parameters(content) else {
            return fail(id, ResponseError(.invalidParams, "the parameters are not those of the method"))
        }
        guard let document = documents.analysis(of: question.textDocument.uri) else {
            return fail(id, ResponseError(.invalidParams, "that document is not open"))
        }
        do throws(ResponseError) {
            send(LanguageResponse(id: id, result: try answer(question, document)))
        } catch {
            fail(id, error)
        }
    }

    private func fail(_ id: RequestID?, _ error: ResponseError) { send(LanguageFailure(error: error, id: id)) }

    private func notify(_ method: String, _ parameters: some Encodable) {
        send(LanguageNotification(method: method, params: parameters))
    }

    private func send(_ message: some Encodable) { output += MessageWriter.framed(message) }
}
