// The tables of the evaluation of intents.

import EvaluationInterface
import SerenaEngine
import SerenaSpeech

extension IntentEvaluation {
    static func outcomes(_ halves: [(name: String, figures: IntentFigures)]) -> EvaluationTable {
        EvaluationTable(
            title: "Outcomes",
            columns: [
                "half", "utterances", "right", "requests", "rejected", "confused", "slots right", "off topic",
                "accepted",
            ],
            rows: halves.map { name, figures in
                [
                    name, "\(figures.count)", percent(figures.accuracy), "\(figures.requestCount)",
                    percent(figures.falseRejects), percent(figures.confusions), percent(figures.slotAccuracy),
                    "\(figures.otherCount)", percent(figures.falseAccepts),
                ]
            })
    }

    /// Rows are what was meant, columns what was understood, by the number in front of the row.
    static func confusion(_ utterances: [ClassifiedUtterance], intents: [String]) -> EvaluationTable {
        let classes = intents.map(Optional.some) + [nil]
        let rows = classes.enumerated().map { index, truth in
            let meant = utterances.filter { $0.label.intent == truth }
            return ["\(truth ?? "none of them") (\(index + 1))"]
                + classes.map { understood in
                    let count = meant.count { $0.result.intent == understood }
                    return count == 0 ? "" : "\(count)"
                }
        }
        return EvaluationTable(
            title: "Confusion matrix, held out: meant down, understood across",
            columns: ["intent"] + classes.indices.map { "\($0 + 1)" }, rows: rows)
    }

    static func calibration(_ reliability: Reliability) -> EvaluationTable {
        EvaluationTable(
            title: "Reliability of the confidence, held out",
            columns: ["confidence", "utterances", "mean confidence", "share right"],
            rows: reliability.bins.enumerated().map { index, bin in
                [
                    "\(decimal(Double(index) / 10, 1))–\(decimal(Double(index + 1) / 10, 1))", "\(bin.count)",
                    bin.count > 0 ? decimal(bin.meanConfidence, 3) : "–", bin.count > 0 ? decimal(bin.share, 3) : "–",
                ]
            })
    }

    /// The coefficients in use, and those that a fit on the tune half gives now.
    static func scale(_ tune: [ClassifiedUtterance], _ classifier: IntentClassifier) -> EvaluationTable {
        let examples = tune.compactMap { utterance in
            classifier.features(of: utterance.label.text).map {
                (features: $0.features.values, happened: $0.intent == utterance.label.intent)
            }
        }
        let fitted = LogisticFit.coefficients(examples)
        let names = ["constant", "fit", "weight", "has a string slot"]
        return EvaluationTable(
            title: "Coefficients of the confidence", columns: ["of", "in use", "fitted on the tune half"],
            rows: zip(names, zip(ConfidenceScale.fitted.coefficients, fitted)).map {
                [$0, decimal($1.0, 2), decimal($1.1, 2)]
            })
    }

    static func time(_ times: [Double]) -> EvaluationTable {
        EvaluationTable(
            title: "Processor time of one classification", columns: ["p50 [ms]", "p95 [ms]", "largest [ms]"],
            rows: [[0.5, 0.95, 1].map { decimal(quantile(times, $0), 3) }])
    }

    static func beginnings(_ beginnings: RequestBeginnings) -> EvaluationTable {
        func share(_ count: Int, _ whole: Int) -> String {
            whole > 0 ? percent(Double(count) / Double(whole)) : "–"
        }
        let count = beginnings.count
        var table = EvaluationTable(
            title: "Pauses inside requests, held out: each request cut behind each word",
            columns: ["what", "number", "share"])
        table.rows = [
            ["beginnings", "\(count)", ""],
            ["more expected", "\(beginnings.expectedCount)", share(beginnings.expectedCount, count)],
            ["not taken for another request", "\(beginnings.heldCount)", share(beginnings.heldCount, count)],
            ["taken for one that can still grow", "\(beginnings.growingCount)", share(beginnings.growingCount, count)],
            ["taken for another request", "\(beginnings.cutOffCount)", share(beginnings.cutOffCount, count)],
            ["whole requests", "\(beginnings.wholeCount)", ""],
            [
                "whole requests not seen as complete", "\(beginnings.heldWholeCount)",
                share(beginnings.heldWholeCount, beginnings.wholeCount),
            ],
        ]
        return table
    }

    /// How requests and off-topic speech would fare with other thresholds, on the tune half.
    static func thresholds(_ tune: [ClassifiedUtterance]) -> EvaluationTable {
        EvaluationTable(
            title: "Thresholds, tune half", columns: ["threshold", "requests found", "off topic accepted"],
            rows: stride(from: 0.2, through: 0.9, by: 0.1).map { threshold in
                let requests = tune.filter { $0.label.intent != nil }
                let others = tune.filter { $0.label.intent == nil }
                let found = requests.count { $0.isLikeliestRight && $0.result.confidence >= threshold }
                let accepted = others.count { $0.result.confidence >= threshold }
                return [
                    decimal(threshold, 1), percent(Double(found) / Double(max(1, requests.count))),
                    percent(Double(accepted) / Double(max(1, others.count))),
                ]
            })
    }

    /// How both halves would fare with other limits of the fit, or with none.
    static func leastFits(_ halves: [[ClassifiedUtterance]]) throws -> EvaluationTable {
        var table = EvaluationTable(
            title: "Least fit; in use: \(IntentClassifier.defaultLeastFit)",
            columns: [
                "least fit", "requests found, tune", "off topic accepted, tune", "requests found, held out",
                "off topic accepted, held out",
            ])
        for limit in [0, 0.3, 0.4, 0.45, 0.5, 0.55, 0.6, 0.7] {
            let classifier = try IntentClassifier(StandardTasks.intentPatterns(), leastFit: limit)
            var row = [decimal(limit, 2)]
            for half in halves {
                let figures = IntentFigures(
                    half.map { ClassifiedUtterance(label: $0.label, result: classifier.classify($0.label.text)) })
                row += [percent(1 - figures.falseRejects - figures.confusions), percent(figures.falseAccepts)]
            }
            table.rows.append(row)
        }
        return table
    }

    static func misses(_ tune: [ClassifiedUtterance]) -> EvaluationTable {
        EvaluationTable(
            title: "Mistakes in the tune half", columns: ["utterance", "meant", "understood", "confidence"],
            rows: tune.filter { !$0.isRight || ($0.label.intent != nil && !$0.slotsAreRight) }.map { utterance in
                [
                    utterance.label.text, utterance.label.intent ?? "–",
                    utterance.isRight ? "slots \(slots(utterance.result))" : utterance.result.intent ?? "–",
                    decimal(utterance.result.confidence, 2),
                ]
            })
    }

    private static func slots(_ result: IntentClassification) -> String {
        result.parameters.sorted { $0.key < $1.key }.map { name, value in
            switch value {
            case .int(let number): "\(name)=\(number)"
            case .float(let number): "\(name)=\(number)"
            case .bool(let state): "\(name)=\(state)"
            case .string(let text): "\(name)=\(text)"
            }
        }.joined(separator: ";")
    }
}
