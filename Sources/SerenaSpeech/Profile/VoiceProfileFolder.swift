// Profiles on disk: one JSON file for each user.

import Foundation

/// A folder of voice profiles. Files are written whole or not at all; what is read is untrusted.
public struct VoiceProfileFolder: Hashable, Sendable {
    public let folder: URL

    /// The largest file that is read, in bytes.
    static let largestFile = 1 << 20
    static let kind = "voice-profile"
    static let version = 1

    private struct File: Codable {
        var kind: String
        var schemaVersion: Int
        var profile: VoiceProfile
    }

    private struct Heading: Decodable {
        var kind: String?
        var schemaVersion: Int?
    }

    public init(_ folder: URL) {
        self.folder = folder
    }

    /// The users that have a profile here, in order.
    public func list() throws(VoiceProfileError) -> [String] {
        guard FileManager.default.fileExists(atPath: path(folder)) else { return [] }
        do {
            return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
                .filter { $0.pathExtension == "json" }
                .map { $0.deletingPathExtension().lastPathComponent }
                .filter(VoiceProfile.isName).sorted()
        } catch {
            throw VoiceProfileError(path(folder), "cannot be listed: \(error.localizedDescription)")
        }
    }

    public func load(_ userId: String) throws(VoiceProfileError) -> VoiceProfile {
        let profile = try Self.read(try file(of: userId))
        guard profile.userId == userId else {
            throw VoiceProfileError(path(try file(of: userId)), "it is the profile of \(profile.userId)")
        }
        return profile
    }

    /// Writes the profile over an earlier one of the same user.
    ///
    /// - Returns: the file.
    @discardableResult
    public func save(_ profile: VoiceProfile) throws(VoiceProfileError) -> URL {
        if let problem = profile.problem { throw VoiceProfileError("the profile", problem) }
        let file = try file(of: profile.userId)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try encoder.encode(File(kind: Self.kind, schemaVersion: Self.version, profile: profile))
                .write(to: file, options: .atomic)
        } catch {
            throw VoiceProfileError(path(file), "cannot be written: \(error.localizedDescription)")
        }
        return file
    }

    public func delete(_ userId: String) throws(VoiceProfileError) {
        let file = try file(of: userId)
        guard FileManager.default.fileExists(atPath: path(file)) else {
            throw VoiceProfileError(userId, "has no profile in \(path(folder))")
        }
        do {
            try FileManager.default.removeItem(at: file)
        } catch {
            throw VoiceProfileError(path(file), "cannot be deleted: \(error.localizedDescription)")
        }
    }

    /// Reads and checks one file.
    public static func read(_ file: URL) throws(VoiceProfileError) -> VoiceProfile {
        let path = file.path(percentEncoded: false)
        let attributes = try? FileManager.default.attributesOfItem(atPath: file.resolvingSymlinksInPath().path)
        guard attributes?[.type] as? FileAttributeType == .typeRegular else {
            throw VoiceProfileError(path, "there is no such file; make it with: serena-bench profile enrol")
        }
        let bytes: Data
        do {
            bytes = try FileHandle(forReadingFrom: file).read(upToCount: largestFile + 1) ?? Data()
        } catch {
            throw VoiceProfileError(path, "cannot be read: \(error.localizedDescription)")
        }
        guard bytes.count <= largestFile else { throw VoiceProfileError(path, "is larger than 1 MiB") }
        do {
            let heading = try JSONDecoder().decode(Heading.self, from: bytes)
            guard heading.kind == kind else { throw VoiceProfileError(path, "is no voice profile") }
            guard heading.schemaVersion == version else {
                throw VoiceProfileError(
                    path, "has version \(heading.schemaVersion ?? 0) of the format; this program reads \(version)")
            }
            let profile = try JSONDecoder().decode(File.self, from: bytes).profile
            if let problem = profile.problem { throw VoiceProfileError(path, problem) }
            return profile
        } catch let error as VoiceProfileError {
            throw error
        } catch {
            throw VoiceProfileError(path, "is no voice profile: \(explanation(of: error))")
        }
    }

    /// Which field of the file is wrong.
    private static func explanation(of error: any Error) -> String {
        guard let error = error as? DecodingError else { return error.localizedDescription }
        func place(_ context: DecodingError.Context) -> String {
            context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".")
        }
        switch error {
        case .keyNotFound(let key, _): return "\(key.stringValue) is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            return "\(place(context)) has the wrong type"
        case .dataCorrupted: return "it is not JSON"
        @unknown default: return error.localizedDescription
        }
    }

    private func file(of userId: String) throws(VoiceProfileError) -> URL {
        guard VoiceProfile.isName(userId) else {
            throw VoiceProfileError(
                "\"\(userId.prefix(64))\"",
                "no user can have this name: letters, digits, '.', '_' and '-' only, at most 64")
        }
        return folder.appending(path: userId + ".json", directoryHint: .notDirectory)
    }

    private func path(_ url: URL) -> String { url.path(percentEncoded: false) }
}
