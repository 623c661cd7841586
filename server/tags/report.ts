import { verdictOf } from './agreement.ts'
import { type Evaluation, fewestToAverage, type LabelFigures } from './evaluate.ts'
import { type Quality, qualityOf } from './metrics.ts'
import { calibrated, labels, type Model } from './model.ts'
import type { Prepared } from './train.ts'

const baselines: Record<string, string> = { always: 'always the label', words: 'plain TF-IDF logistic' }

const percent = (share: number): string => share.toFixed(2)
const range = ([low, high]: [number, number]): string => `${percent(low)}–${percent(high)}`

/** Label by label what held-out scores come to under the model's thresholds. */
export function crossValidated(rows: Prepared[], model: Model, scores: number[][]): (Quality & { name: string })[] {
  return labels.map(({ name }, label) => {
    const threshold = model.thresholds[label] ?? null
    const pairs = rows.map((row, index) => ({
      truth: row.labels.has(name),
      said: threshold !== null && calibrated(model, label, scores[index]?.[label] ?? 0) >= threshold,
    }))
    return { name, ...qualityOf(pairs) }
  })
}

const meanF1 = (figures: Quality[]): number => figures.reduce((sum, { f1 }) => sum + f1, 0) / figures.length

export function trainingText(
  rows: Prepared[],
  model: Model,
  figures: (Quality & { name: string })[],
  baseline: (Quality & { name: string })[],
): string {
  const learned = figures.filter((_, label) => model.thresholds[label] !== null)
  const left = figures.filter((_, label) => model.thresholds[label] === null)
  return [
    `Trained on ${rows.length} rows of ${new Set(rows.map((row) => row.source)).size} sources, ${model.terms.size} terms.`,
    'Cross-validated by source (no row is judged by a model that has seen its source):',
    ...learned.map(qualityLine),
    `macro-F1 over these ${learned.length}: ${meanF1(learned).toFixed(3)}; words alone: ${meanF1(baseline.filter((_, label) => model.thresholds[label] !== null)).toFixed(3)}`,
    ...left.map(({ name, n }) => `${name}: ${n} rows, but in too few sources to be learned: the phrases decide.`),
  ].join('\n')
}

const qualityLine = ({ name, n, precision, recall, f1 }: Quality & { name: string }): string =>
  `${name.padEnd(8)} n ${String(n).padStart(5)}  precision ${percent(precision)}  recall ${percent(recall)}  F1 ${percent(f1)}`

const labelLine = (figures: LabelFigures): string =>
  `${qualityLine(figures)} (${range(figures.interval)})  α ${figures.alpha === null ? '  –' : percent(figures.alpha)} ${verdictOf(figures.alpha)}`

/** Everything that is known about a suggester on labelled rows, as text. */
export function evaluationText(
  version: string,
  evaluation: Evaluation,
  compared: { version: string; evaluation: Evaluation }[],
): string {
  const { rows, sources, macroF1, macroInterval, subs, spans, none } = evaluation
  const often = evaluation.labels.filter(({ n }) => n >= fewestToAverage)
  const rare = evaluation.labels.filter(({ n }) => n < fewestToAverage)
  return [
    `${version} on ${rows} rows of ${sources} sources. What it was made from was labelled by automated coders, not by people.`,
    '',
    'By driver and direction (F1 with bootstrap 95 %, Krippendorff’s α of the suggester against the labels)',
    ...often.map(labelLine),
    `macro-F1 over these ${often.length}: ${macroF1.toFixed(3)} (${range(macroInterval)})`,
    ...(rare.length > 0 ? [`Fewer than ${fewestToAverage} rows, not averaged:`, ...rare.map(labelLine)] : []),
    '',
    'By driver, whatever the direction',
    ...evaluation.drivers.map(qualityLine),
    '',
    `Sub-code right in ${subs.right} of ${subs.n} labels rightly suggested (${percent(subs.n === 0 ? 0 : subs.right / subs.n)})`,
    `Spans: ${spans.touching} of ${spans.n} touch those of the labels; on average ${percent(spans.shared)} of what either covers is in common`,
    qualityLine({ name: 'no tag', ...none }),
    '',
    `Calibration: Brier ${evaluation.brier.toFixed(4)} (what is not suggested counts as 0)`,
    'forecast      n  mean  came true',
    ...evaluation.reliability.map(
      (bin) =>
        `${bin.from.toFixed(1)}–${bin.to.toFixed(1)}  ${String(bin.n).padStart(5)}  ${percent(bin.forecast)}  ${percent(bin.observed)}`,
    ),
    '',
    'For comparison, macro-F1',
    ...compared.map(
      (other) =>
        `${baselines[other.version] ?? 'phrases alone'}: ${other.evaluation.macroF1.toFixed(3)} (${range(other.evaluation.macroInterval)})`,
    ),
    '',
    'Examples of errors',
    ...evaluation.errors.map(
      ({ kind, label, id, words }) => `${kind} ${label} ${id}: ${words.replace(/\s+/g, ' ').slice(0, 100)}`,
    ),
  ].join('\n')
}
