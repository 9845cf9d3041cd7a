// The tasks that an assistant knows, compiled, and the phrases that ask for them.

import AssistantInterface
import BytecodeCache
import FTAI
import FTAICompiler
import Foundation
import SerenaNetBytecode
import SerenaSpeech

/// The compiled documents of an assistant.
struct TaskLibrary: Sendable {
    let program: FTAIBytecode
    /// SHA-256 of each document, by name.
    let inputs: [String: String]

    /// Compiles the documents at `paths` with all that they include, or the ones that come with the engine when there are none.
    /// Included documents are kept to the folder of the one that is named.
    ///
    /// - Parameter cache: where compiled programs are kept; nil compiles them now.
    /// - Throws: ``AssistantError`` with every error of the document, each with its line and a caret.
    init(paths: [String], cache: BytecodeCacheManager? = nil) throws {
        let request = try Self.request(paths: paths)
        let name = request.source.file
        let document = Self.includer(of: name).expand(request.source)
        do throws(CompilationError) {
            if let cache {
                program = try cache.program(for: request).bytecode
            } else {
                program = try FTAICompiler().compile(document, level: request.level).bytecode
            }
        } catch {
            let listing = document.report(error.diagnostics).rendered(.text)
            throw AssistantError(
                "the tasks in \(name) do not compile:\n\(listing)", remedy: "scripts/ftai lint \(name)")
        }
        inputs = Dictionary(document.files.map { ($0.source.file, FTAICompiler.hash(of: $0.source)) }) { first, _ in
            first
        }
    }

    /// What is to be compiled for the documents at `paths`, or for those that come with the engine when there are none.
    static func request(paths: [String]) throws -> CompilationRequest {
        guard paths.count <= 1 else {
            throw AssistantError("an assistant takes one document of tasks; \(paths.count) were given")
        }
        let (name, bytes) = try paths.first.map { ($0, try Self.read($0)) } ?? Self.standardTasks
        return CompilationRequest(
            FTAISource(file: name, bytes: bytes), level: .basic,
            includes: .init(root: includer(of: name).root, files: IncludedFilesOnDisk()))
    }

    /// Finds what the document of that name includes.
    private static func includer(of name: String) -> DocumentIncluder {
        DocumentIncluder.onDisk(for: name, root: nil, mode: .strict)
    }

    /// What the intent classifier needs to know of the tasks.
    var patterns: [IntentPattern] {
        program.tasks.filter { !$0.phrases.isEmpty }.map { task in
            IntentPattern(
                intent: task.name, agent: task.agent, phrases: task.phrases,
                slots: task.inputs.compactMap { input in
                    SlotType(input.type).map {
                        SlotDefinition(name: input.name, type: $0, isRequired: input.defaultValue == nil)
                    }
                })
        }
    }

    /// Knows every phrase of the tasks.
    ///
    /// - Parameter name: what the assistant is called by.
    /// - Throws: ``AssistantError`` that shows the phrase that cannot be read.
    func classifier(name: String) throws -> IntentClassifier {
        do {
            return try IntentClassifier(patterns, assistantName: name)
        } catch {
            throw AssistantError("\(program.metadata.sourceFile): \(error)")
        }
    }

    private static var standardTasks: (String, [UInt8]) {
        ("assistant.ftai", PackageResources.assistant_ftai)
    }

    private static func read(_ path: String) throws -> [UInt8] {
        do {
            return [UInt8](try Data(contentsOf: URL(filePath: path)))
        } catch {
            throw AssistantError("the tasks in \(path) cannot be read: \(error.localizedDescription)")
        }
    }
}

extension SlotType {
    /// The type of slot that fills an input of `type`; nil when no slot can.
    init?(_ type: ValueType) {
        switch type {
        case .int: self = .int
        case .float: self = .float
        case .bool: self = .bool
        case .string: self = .string
        case .optional(let wrapped): self.init(wrapped)
        case .list, .map, .intMap, .any: return nil
        }
    }
}
