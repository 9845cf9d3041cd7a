// Holds the package description, the documentation and the imports to each other.

import Foundation
import Testing

@Suite struct ArchitectureTests {
    private static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private static func text(of path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    private struct Module: Hashable {
        var name: String
        var floor: Int
        var dependencies: Set<String>
    }

    /// The modules of Package.swift with the floor that the comment above them names.
    private static func modules() throws -> [Module] {
        let package = try text(of: "Package.swift")
        let targets = try #require(package.range(of: "// Floor 0")).lowerBound
        let tests = try #require(package.range(of: "// Tests")).lowerBound
        var modules: [Module] = []
        for section in package[targets..<tests].components(separatedBy: "// Floor ").dropFirst() {
            let floor = try #require(Int(section.prefix { $0.isNumber }))
            for target in section.components(separatedBy: "arget(").dropFirst() {
                let strings = target.matches(of: /"([A-Za-z-]+)"/).map { String($0.1) }
                let name = try #require(strings.first)
                modules.append(Module(name: name, floor: floor, dependencies: Set(strings.dropFirst())))
            }
        }
        return modules
    }

    @Test func arrowsPointDownward() throws {
        let modules = try Self.modules()
        #expect(modules.count >= 13)
        let floors = Dictionary(uniqueKeysWithValues: modules.map { ($0.name, $0.floor) })
        for module in modules {
            for dependency in module.dependencies {
                guard let below = floors[dependency] else { continue }
                #expect(below < module.floor, "\(module.name) imports \(dependency) from its own floor or above")
            }
        }
    }

    @Test func importsAreThoseOfThePackageDescription() throws {
        let modules = try Self.modules()
        let names = Set(modules.map(\.name))
        for module in modules {
            let folder = Self.root.appending(path: "Sources/\(module.name)")
            let files = try #require(FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
            var imported: Set<String> = []
            var count = 0
            for case let file as URL in files where file.pathExtension == "swift" {
                count += 1
                let text = try String(contentsOf: file, encoding: .utf8)
                imported.formUnion(text.matches(of: /(?m)^(?:@testable )?import (\w+)/).map { String($0.1) })
            }
            #expect(count > 0, "\(module.name) is an empty room")
            #expect(imported.intersection(names) == module.dependencies.intersection(names), "\(module.name)")
        }
    }

    @Test func harnessKnowsTheEngineOnlyThroughTheAssistant() throws {
        let bench = try #require(try Self.modules().first { $0.name == "SerenaBench" })
        #expect(
            bench.dependencies.isDisjoint(with: ["SerenaEngine", "SerenaSpeech", "SerenaNetBridge", "SerenaNetVM"]))
        #expect(bench.dependencies.contains("AssistantInterface"))
    }

    @Test func documentationShowsTheSameFloors() throws {
        let page = try Self.text(of: "docs/architecture.md")
        var documented: [String: Int] = [:]
        for row in page.matches(of: /(?m)^\| (\d) \| ([^|]+) \|/) {
            for name in String(row.2).matches(of: /`([\w-]+)`/) { documented[String(name.1)] = Int(row.1) }
        }
        let floors = Dictionary(uniqueKeysWithValues: try Self.modules().map { ($0.name, $0.floor) })
        #expect(documented == floors)
    }

    @Test func onlyTheTopFloorPrintsOrExits() throws {
        for module in try Self.modules() where module.floor < 6 {
            let folder = Self.root.appending(path: "Sources/\(module.name)")
            let files = try #require(FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
            for case let file as URL in files where file.pathExtension == "swift" {
                let code = try String(contentsOf: file, encoding: .utf8)
                    .split(separator: "\n").filter { !$0.drop { $0 == " " }.hasPrefix("//") }.joined(separator: "\n")
                let forbidden = /(?:^|[^\w.])(?:print|exit|fatalError|abort)\(|try!|Thread\.sleep|usleep\(/
                #expect(code.firstMatch(of: forbidden) == nil, "\(file.lastPathComponent)")
            }
        }
    }

    /// `path()` gives a blank as `%20`: no file has that name.
    @Test func pathsAreThoseOfTheDiskAndNotOfAddresses() throws {
        for module in try Self.modules() {
            let folder = Self.root.appending(path: "Sources/\(module.name)")
            let files = try #require(FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
            for case let file as URL in files where file.pathExtension == "swift" {
                let code = try String(contentsOf: file, encoding: .utf8)
                #expect(!code.contains(".path()"), "\(file.lastPathComponent)")
            }
        }
    }
}
