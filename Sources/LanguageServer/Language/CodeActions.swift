// What an editor offers to do about problems, and the layout of a document.

import FTAI
import FTAICompiler

/// The kinds of actions, as the protocol names them.
enum CodeActions {
    static let quickFix = "quickfix"
    static let fixAll = "source.fixAll"

    /// Whether a kind is among those that are wanted: kinds are paths, and a wanted one stands for all below it.
    static func isWanted(_ kind: String, by only: [String]?) -> Bool {
        only?.contains { kind == $0 || kind.hasPrefix($0 + ".") || $0.isEmpty } ?? true
    }
}

extension DocumentAnalysis {
    /// The fixes of the problems that touch a span, and one that applies all that are certain.
    func actions(in span: TextSpan, only: [String]?) -> [CodeAction] {
        guard let uri = uris.first, let problems = problems.first else { return [] }
        let wanted = source.range(of: span)
        var actions: [CodeAction] = []
        for problem in problems where CodeActions.isWanted(CodeActions.quickFix, by: only) {
            guard let fix = problem.fix, problem.range.start <= wanted.end, wanted.start <= problem.range.end else {
                continue
            }
            let changes = fix.edits.map { TextChange(range: source.span(of: $0.range), newText: $0.text) }
            actions.append(
                CodeAction(
                    title: fix.message, kind: CodeActions.quickFix, diagnostics: [shown(problem, in: 0)],
                    isPreferred: fix.isCertain ? true : nil, edit: WorkspaceChange(changes: [uri: changes])))
        }
        if CodeActions.isWanted(CodeActions.fixAll, by: only), problems.contains(where: { $0.fix?.isCertain == true }) {
            let fixed = DiagnosticFixer.fixed(source) { FTAICompiler().validateSyntax($0) }
            if let change = source.change(to: fixed.bytes) {
                let title = "fix what a program can (\(fixed.count))"
                actions.append(
                    CodeAction(
                        title: title, kind: CodeActions.fixAll, diagnostics: nil, isPreferred: nil,
                        edit: WorkspaceChange(changes: [uri: [change]])))
            }
        }
        return actions
    }

    /// The changes that lay the document out; nil when it has errors, because then it is left alone.
    var layout: [TextChange]? {
        let result = FTAIParser(mode: .strict).parse(source)
        guard !result.hasErrors, let document = result.document else { return nil }
        return source.change(to: Array(DocumentLayout.text(of: document).utf8)).map { [$0] } ?? []
    }
}
