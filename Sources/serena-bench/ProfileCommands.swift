// `profile` and its subcommands.

import ArgumentParser
import Foundation
import SerenaBench
import SerenaSpeech

struct ProfileCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "profile",
        abstract: "Keep voice profiles: how a user speaks, and the names and terms that they use.",
        discussion: """
            Examples:
              serena-bench profile enrol ada --term Kubernetes --term "Aoife Byrne" lines/*.wav
              serena-bench profile show ada
              serena-bench profile list
              serena-bench profile delete ada

            A scenario names a profile as 'profile: FILE' under 'assistant'.
            """,
        subcommands: [Enrol.self, Show.self, List.self, Delete.self])

    struct Folder: ParsableArguments {
        @Option(help: "Where the profiles are. Default: the folder Profiles of the project.", completion: .directory)
        var folder: String?
        @OptionGroup var common: CommonOptions

        /// Does `body` with the folder, and turns what it throws into a message and an exit code.
        func perform(
            _ body: @escaping @Sendable (VoiceProfileFolder, Terminal) throws -> Void
        ) async throws {
            let folder = folder
            try await common.perform { environment in
                let url = folder.map { URL(filePath: $0) } ?? URL(filePath: environment.projectFolder + "/Profiles")
                do {
                    try body(VoiceProfileFolder(url), environment.terminal)
                    return .pass
                } catch {
                    environment.terminal.problem("\(error)")
                    return .usage
                }
            }
        }
    }

    struct Enrol: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a profile from recordings of the user.",
            discussion: """
                The words of each recording stand beside it, in NAME.json, as 'annotate' and 'record' write it, or in NAME.txt. Each term should be said in two \
                recordings or more, between words that are easy to understand.
                """)

        @Argument(help: "The user: letters, digits, '.', '_' and '-'.") var user: String
        @Argument(help: "Recordings of at most 30 s each.", completion: .file(extensions: ["wav", "flac"]))
        var recordings: [String]
        @Option(name: .customLong("term"), help: "A name or a term as it is to be written; may be given often.")
        var terms: [String] = []
        @Option(help: "The language.") var language = "en-US"
        @OptionGroup var place: Folder

        func run() async throws {
            let (user, recordings, terms, language) = (user, recordings, terms, language)
            try await place.perform { folder, terminal in
                let choice = try RecognizerChoice.load()
                if let notice = choice.notice { terminal.note(notice) }
                let enrolment = try Enrolment.make(
                    userId: user, language: language, vocabulary: terms,
                    recordings: recordings.map { try EnrolmentRecording(path: $0) }, recognizer: choice.recognizer)
                let file = try folder.save(enrolment.profile)
                terminal.result(ProfileCommand.text(of: enrolment.profile))
                terminal.result("misheard: \(enrolment.wordErrors) of \(enrolment.words) words")
                for term in enrolment.unheardTerms { terminal.note("no recording says \(term)") }
                terminal.note("written to \(file.path(percentEncoded: false))")
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print a profile.")

        @Argument(help: "The user.") var user: String
        @OptionGroup var place: Folder

        func run() async throws {
            let user = user
            try await place.perform { folder, terminal in
                terminal.result(ProfileCommand.text(of: try folder.load(user)))
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print the users that have a profile.")

        @OptionGroup var place: Folder

        func run() async throws {
            try await place.perform { folder, terminal in
                let users = try folder.list()
                terminal.result(users.isEmpty ? "there are no profiles" : users.joined(separator: "\n"))
            }
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Delete a profile.")

        @Argument(help: "The user.") var user: String
        @OptionGroup var place: Folder

        func run() async throws {
            let user = user
            try await place.perform { folder, _ in try folder.delete(user) }
        }
    }

    private static func text(of profile: VoiceProfile) -> String {
        var lines = [
            "user: \(profile.userId)", "language: \(profile.language)", "enrolled with: \(profile.acousticModel)",
            "speaking rate: \(profile.speakingRate.map { "\(Int($0)) words per minute" } ?? "unknown")",
            "level: \(profile.speechLevel.map { "\($0) dBFS" } ?? "unknown")",
        ]
        for term in profile.customVocabulary {
            let forms = profile.heardForms.filter { $0.written == term }.map(\.heard)
            lines.append("term: \(term)" + (forms.isEmpty ? "" : ", heard as: \(forms.joined(separator: "; "))"))
        }
        return lines.joined(separator: "\n")
    }
}
