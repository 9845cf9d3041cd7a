// What the tasks that come with the engine are asked for with.

import BytecodeCache
import SerenaSpeech

/// The tasks that come with the engine, as far as others need to know them.
public enum StandardTasks {
    /// The intents of the tasks, with their phrases and slots.
    ///
    /// - Throws: ``AssistantError`` when the tasks do not compile.
    public static func intentPatterns() throws -> [IntentPattern] {
        try TaskLibrary(paths: []).patterns
    }

    /// What an assistant with these documents compiles when it starts; with none, the document that comes with the engine.
    ///
    /// - Throws: ``AssistantError`` when a document cannot be read.
    public static func compilation(ofDocuments paths: [String]) throws -> CompilationRequest {
        try TaskLibrary.request(paths: paths)
    }
}
