// The JSON Schema for editors and the parser know the same keys, and every scenario that ships fits both.

import Foundation
import Testing
import Yams

@testable import SerenaBench

/// As much of JSON Schema (draft 2020-12) as our schema uses. A keyword that it does not know is a problem.
struct SchemaChecker {
    let root: [String: Any]

    /// What is wrong with `value`, with the path of the place.
    func problems(_ value: Any, _ schema: [String: Any], at path: String = "$") -> [String] {
        schema.sorted { $0.key < $1.key }.flatMap { keyword, rule in check(keyword, rule, schema, value, path) }
    }

    private func check(_ keyword: String, _ rule: Any, _ schema: [String: Any], _ value: Any, _ path: String)
        -> [String]
    {
        func fails(_ isWrong: Bool) -> [String] { isWrong ? ["\(path): \(keyword)"] : [] }
        let object = value as? [String: Any]
        let list = value as? [Any]
        switch keyword {
        case "$ref":
            let name = (rule as? String)?.replacingOccurrences(of: "#/$defs/", with: "") ?? ""
            let target = (root["$defs"] as? [String: Any])?[name] as? [String: Any]
            return target.map { problems(value, $0, at: path) } ?? ["\(path): no definition \(name)"]
        case "type":
            let names = (rule as? [String]) ?? [(rule as? String) ?? ""]
            return fails(!names.contains { Self.isOf($0, value) })
        case "anyOf":
            return fails(!((rule as? [[String: Any]]) ?? []).contains { problems(value, $0, at: path).isEmpty })
        case "required":
            return fails(
                object.map { object in !((rule as? [String]) ?? []).allSatisfy { object[$0] != nil } } ?? false)
        case "properties":
            let rules = (rule as? [String: [String: Any]]) ?? [:]
            return (object ?? [:]).flatMap { key, item in
                rules[key].map { problems(item, $0, at: "\(path).\(key)") } ?? []
            }
        case "additionalProperties":
            let known = (schema["properties"] as? [String: Any]) ?? [:]
            return (object ?? [:]).filter { known[$0.key] == nil }.flatMap { key, item in
                (rule as? [String: Any]).map { problems(item, $0, at: "\(path).\(key)") } ?? ["\(path).\(key): unknown"]
            }
        case "propertyNames":
            return (object ?? [:]).keys.flatMap { problems($0, (rule as? [String: Any]) ?? [:], at: "\(path).\($0)") }
        case "items":
            return (list ?? []).enumerated().flatMap {
                problems($1, (rule as? [String: Any]) ?? [:], at: "\(path)[\($0)]")
            }
        case "enum": return fails(!((rule as? [String]) ?? []).contains((value as? String) ?? ""))
        case "const": return fails((rule as? String) != (value as? String))
        case "pattern":
            guard let text = value as? String, let regex = (rule as? String).flatMap({ try? Regex($0) }) else {
                return []
            }
            return fails(text.firstMatch(of: regex) == nil)
        case "minLength", "maxLength":
            guard let text = value as? String, let limit = rule as? Int else { return [] }
            return fails(keyword == "minLength" ? text.count < limit : text.count > limit)
        case "minItems", "maxItems":
            guard let list, let limit = rule as? Int else { return [] }
            return fails(keyword == "minItems" ? list.count < limit : list.count > limit)
        case "minProperties", "maxProperties":
            guard let object, let limit = rule as? Int else { return [] }
            return fails(keyword == "minProperties" ? object.count < limit : object.count > limit)
        case "minimum", "maximum":
            guard let number = Self.number(value), let limit = Self.number(rule) else { return [] }
            return fails(keyword == "minimum" ? number < limit : number > limit)
        case "$schema", "$id", "$defs", "title", "description", "examples": return []
        default: return ["\(path): the checker does not know '\(keyword)'"]
        }
    }

    private static func number(_ value: Any) -> Double? {
        (value as? Double) ?? (value as? Int).map(Double.init)
    }

    private static func isOf(_ type: String, _ value: Any) -> Bool {
        switch type {
        case "object": value is [String: Any]
        case "array": value is [Any]
        case "string": value is String
        case "boolean": value is Bool
        case "integer": value is Int && !(value is Bool)
        case "number": number(value) != nil && !(value is Bool)
        default: false
        }
    }
}

@Suite struct ScenarioSchemaTests {
    private static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().appending(
            path: "Scenarios")

    static var shipped: [String] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path())) ?? []
        return files.filter { $0.hasSuffix(".yaml") }.sorted()
    }

    private static func checker() throws -> SchemaChecker {
        let object = try JSONSerialization.jsonObject(with: Data(Scenario.schema.utf8))
        return SchemaChecker(root: try #require(object as? [String: Any]))
    }

    private static func problems(_ yaml: String) throws -> [String] {
        let checker = try checker()
        return checker.problems(try #require(try Yams.load(yaml: yaml)), checker.root)
    }

    @Test func everythingThatWasAskedForShips() {
        let wanted = [
            "all-faults", "audience", "endurance", "mixed-speech", "multi-user", "network-loss", "noisy-room",
            "own-voice", "smoke", "ted", "turn-taking",
        ]
        #expect(Self.shipped == wanted.map { $0 + ".yaml" })
    }

    @Test(arguments: shipped)
    func aShippedScenarioFitsTheSchemaAndTheParser(_ name: String) throws {
        let url = Self.folder.appending(path: name)
        let text = try String(contentsOf: url, encoding: .utf8)
        #expect(text.hasPrefix("# "), "it says what it proves")
        #expect(try Self.problems(text) == [])
        let loaded = try LoadedScenario(path: url.path())
        #expect(loaded.scenario.name + ".yaml" == name && loaded.notices.allSatisfy { !$0.contains("no note") })
    }

    @Test func theExampleFitsTheSchemaAndTheParser() throws {
        let text = Scenario.example(name: "lunch")
        #expect(try Self.problems(text) == [])
        #expect(try Scenario.parse(text, path: "lunch.yaml").steps.count == 2)
    }

    @Test(arguments: [
        ("", ScenarioFields.keys), ("step", StepFields.keys), ("expectation", StepFields.expectationKeys),
    ])
    func schemaAndParserKnowTheSameKeys(_ definition: String, _ keys: [String]) throws {
        let root = try Self.checker().root
        let definitions = try #require(root["$defs"] as? [String: [String: Any]])
        let schema = definition.isEmpty ? root : definitions[definition]
        let properties = try #require(schema?["properties"] as? [String: Any])
        #expect(properties.keys.sorted() == keys.sorted())
    }

    @Test(arguments: [
        "{name: t, stps: [{id: a, say: hi}]}", "{name: T T, steps: [{id: a, say: hi}]}", "{name: t}",
        "{name: t, steps: []}", "{name: t, steps: [{id: a}]}", "{name: t, steps: [{id: a, say: hi, sey: ho}]}",
        "{name: t, runs: 0, steps: [{id: a, say: hi}]}",
        "{name: t, conditions: babbel(1dB), steps: [{id: a, say: hi}]}",
        "{name: t, steps: [{id: a, say: hi, expect: {route: vn}}]}",
        "{name: t, steps: [{id: a, say: hi, at: {after: 1s}}]}",
        "{name: t, thresholds: ['avg<1s'], steps: [{id: a, say: hi}]}",
    ])
    func whatTheParserRefusesTheSchemaRefuses(_ yaml: String) throws {
        #expect(throws: ScenarioError.self) { try Scenario.parse(yaml, path: "t") }
        #expect(try !Self.problems(yaml).isEmpty)
    }
}
