// The command line of `ftai`: its subcommands, and what they have in common.

import ArgumentParser
import Foundation
import SerenaNetBytecode
import TaskInspection

@main
struct FTAITool: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ftai", abstract: "Check, compile, run and inspect FTAI documents.",
        discussion: """
            EXAMPLES:
              ftai lint tip.ftai
              ftai run tip.ftai --input bill=63
              ftai disasm tip.ftai --source
              ftai fmt tip.ftai
              ftai lint - < tip.ftai

            A document named - is read from standard input.

            Exit codes: 0 fine, 1 a task failed while it ran, 2 a document is not laid out (fmt --check), 6 the output cannot be written, 64 the source has \
            errors or the command line is wrong.
            """,
        subcommands: [
            LintCommand.self, FormatCommand.self, JSONCommand.self, ReferenceCommand.self, CompileCommand.self,
            RunCommand.self, ResumeCommand.self, DebugCommand.self, ProfileCommand.self, DisassembleCommand.self,
            EffectsCommand.self,
            LanguageServerCommand.self, DebugAdapterCommand.self,
        ])
}

/// How a command ends. Usage errors are 64 as well, which is ArgumentParser's own code.
enum ToolExit: Int32 {
    case fine = 0
    case taskFailed = 1
    case notFormatted = 2
    case outputFailed = 6
    case badSource = 64
}

/// Something that ends a command, in words for its user.
struct ToolFailure: Error {
    let exit: ToolExit
    let message: String
    /// What the user can do.
    var remedy: String?
}

/// Where a command writes, so that commands are functions of their arguments.
final class Console {
    /// Whether diagnostics may be coloured.
    let useColor: Bool
    private let out: FileHandle
    private let takeNote: (String) -> Void

    init(out: FileHandle = .standardOutput, errors: FileHandle = .standardError, useColor: Bool) {
        self.out = out
        takeNote = { try? errors.write(contentsOf: Data($0.utf8)) }
        self.useColor = useColor
    }

    /// A console whose notes somebody else shows.
    init(notes: @escaping (String) -> Void) {
        out = .standardError
        takeNote = notes
        useColor = false
    }

    /// The terminal that the program was started from; colour is for people alone.
    static var terminal: Console {
        Console(useColor: wantsColor(on: .standardError))
    }

    /// Whether what is written there goes to somebody who sees colours and wants them.
    static func wantsColor(on handle: FileHandle) -> Bool {
        let environment = ProcessInfo.processInfo.environment
        let isPlain = environment["NO_COLOR"].map { !$0.isEmpty } ?? false || environment["TERM"] == "dumb"
        return !isPlain && isatty(handle.fileDescriptor) == 1
    }

    /// Writes the result of a command.
    func write(_ text: String) throws(ToolFailure) { try write(Array(text.utf8)) }

    func write(_ bytes: [UInt8]) throws(ToolFailure) {
        do {
            try out.write(contentsOf: Data(bytes))
        } catch {
            throw ToolFailure(
                exit: .outputFailed, message: "the output cannot be written: \(error.localizedDescription)")
        }
    }

    /// Writes what is not the result: diagnostics, notes, figures. There is nowhere to report when that fails.
    func note(_ text: String) {
        takeNote(text)
    }
}

extension Console {
    /// Shows how a command failed; a task may have chosen the words.
    func note(_ failure: ToolFailure) {
        let remedy = failure.remedy.map { "  try: \($0)\n" } ?? ""
        note(TerminalText.lines("ftai: \(failure.message)\n\(remedy)"))
    }
}

extension ParsableCommand {
    /// Runs a command's work with the terminal, reports how it failed, and exits with its code.
    func perform(_ work: (Console) async throws -> ToolExit) async throws {
        let console = Console.terminal
        let exit: ToolExit
        do {
            exit = try await work(console)
        } catch let failure as ToolFailure {
            console.note(failure)
            exit = failure.exit
        }
        if exit != .fine { throw ExitCode(exit.rawValue) }
    }
}

extension OptimizationLevel: ExpressibleByArgument {}

/// The level of optimisation, the same for all commands that compile.
struct LevelOption: ParsableArguments {
    @Option(
        name: [.customShort("O"), .customLong("optimization")],
        help: "How much to optimise.")
    var level: OptimizationLevel = .basic
}
