// Finds a scenario file from what somebody typed: a path in any case, or a bare name, from any subfolder.

import Foundation

/// Finds scenario files.
public enum ScenarioLocator {
    /// The folder that is searched for bare names.
    static let folder = "Scenarios"

    /// Finds the file that `argument` means.
    ///
    /// Tried in `directory` and then in each folder above it: the path itself, the path with `.yaml`, and both below
    /// `Scenarios`; last of all in `home`. Where no name fits exactly, case does not matter.
    ///
    /// - Throws: ``BenchError`` with ``ExitCode/usage`` when there is no such file, or more than one.
    public static func find(
        _ argument: String, from directory: String, home: String? = nil
    ) throws(BenchError) -> String {
        guard !argument.isEmpty else { throw BenchError(.usage, "the name of the scenario is empty") }
        let candidates = [
            argument, argument + ".yaml", "\(folder)/\(argument)", "\(folder)/\(argument).yaml",
        ]
        // An absolute path stands for itself; a relative one is tried from here and from every folder above.
        let isAbsolute = argument.hasPrefix("/")
        let places = ancestors(of: directory) + (home.map { [$0] } ?? [])
        var folderFound: String?
        for ancestor in isAbsolute ? ["/"] : places {
            for candidate in isAbsolute ? Array(candidates.prefix(2)) : candidates {
                guard let path = try resolve(candidate, in: ancestor) else { continue }
                var isFolder: ObjCBool = false
                guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { continue }
                if !isFolder.boolValue { return path }
                // `ted` may be the folder of recordings beside ted.yaml, so the search goes on.
                folderFound = folderFound ?? path
            }
        }
        if let folderFound {
            throw BenchError(.usage, "\(folderFound) is a folder, not a scenario file")
        }
        throw missing(argument, from: places)
    }

    private static func missing(_ argument: String, from places: [String]) -> BenchError {
        var names: [String] = []
        for ancestor in places where names.isEmpty {
            let path = (ancestor as NSString).appendingPathComponent(folder)
            let files = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
            names = files.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()
        }
        let known = names.isEmpty ? "" : "; there are \(names.joined(separator: ", "))"
        return BenchError(.usage, "there is no scenario '\(argument)'\(known)")
    }

    private static func ancestors(of directory: String) -> [String] {
        var url = URL(fileURLWithPath: directory).standardizedFileURL
        var paths = [url.path]
        while url.path != "/", paths.count < 64 {
            url = url.deletingLastPathComponent()
            paths.append(url.path)
        }
        return paths
    }

    /// The file or folder at `path` below `base`, where case does not matter if nothing fits exactly.
    private static func resolve(_ path: String, in base: String) throws(BenchError) -> String? {
        var current = base
        for component in path.split(separator: "/") where component != "." {
            if component == ".." {
                current = (current as NSString).deletingLastPathComponent
                continue
            }
            let exact = (current as NSString).appendingPathComponent(String(component))
            if FileManager.default.fileExists(atPath: exact) {
                current = exact
                continue
            }
            let wanted = component.lowercased()
            let names = (try? FileManager.default.contentsOfDirectory(atPath: current)) ?? []
            let matches = names.filter { $0.lowercased() == wanted }.sorted()
            guard let match = matches.first else { return nil }
            guard matches.count == 1 else {
                throw BenchError(
                    .usage, "'\(component)' could be \(matches.joined(separator: " or ")) in \(current)")
            }
            current = (current as NSString).appendingPathComponent(match)
        }
        return current
    }
}
