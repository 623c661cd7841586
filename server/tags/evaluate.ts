import { krippendorffAlpha } from './agreement.ts'
import { codebook, driverOf } from './codebook.ts'
import { bootstrap, brier, type Quality, qualityOf, type ReliabilityRow, reliability } from './metrics.ts'
import { labels } from './model.ts'
import type { LabelledRow } from './rows.ts'
import type { Suggester, Suggestion } from './suggestion.ts'
import { labelOf } from './train.ts'

/** A row with what was suggested for it. */
export type Judged = { row: LabelledRow; suggestions: Suggestion[]; truth: Set<string>; said: Map<string, Suggestion> }
export type LabelFigures = Quality & { name: string; interval: [number, number]; alpha: number | null }
/** Missed; said though it is not there; said in the wrong direction; rightly said with the wrong sub-code. */
export type ErrorKind = 'missed' | 'wrong' | 'turned' | 'wrong sub-code'
export type Evaluation = {
  rows: number
  sources: number
  labels: LabelFigures[]
  macroF1: number
  macroInterval: [number, number]
  drivers: (Quality & { name: string })[]
  subs: { right: number; n: number }
  /** Of rightly suggested labels with a span: how many spans touch that of the labels, and the mean share in common. */
  spans: { n: number; touching: number; shared: number }
  brier: number
  reliability: ReliabilityRow[]
  none: Quality
  errors: { kind: ErrorKind; label: string; id: string; words: string }[]
}

/** Labels that stand less often than this are printed apart and not averaged. */
export const fewestToAverage = 20
const shownErrors = 3

/** What would be shown as a suggestion about us, label by label: the surest one speaks. */
export function judgeRows(rows: LabelledRow[], suggester: Suggester): Judged[] {
  return rows.map((row) => {
    const { suggestions } = suggester.suggest(
      row.question === undefined ? { text: row.text } : { text: row.text, question: row.question },
    )
    const said = new Map<string, Suggestion>()
    for (const suggestion of suggestions
      .filter(({ about }) => about === 'us')
      .sort((a, b) => a.probability - b.probability))
      said.set(`${suggestion.sub[0]}${suggestion.direction}`, suggestion)
    return { row, suggestions, truth: new Set(row.tags.map(labelOf)), said }
  })
}

/** Every figure about a suggester on labelled rows. */
export function evaluate(judged: Judged[]): Evaluation {
  const figures = labels.map(({ name }) => labelFigures(judged, name))
  const averaged = figures.filter(({ n }) => n >= fewestToAverage).map(({ name }) => name)
  const pairs = judged.flatMap(({ truth, said }) =>
    labels.map(({ name }) => ({ truth: truth.has(name), probability: said.get(name)?.probability ?? 0 })),
  )
  return {
    rows: judged.length,
    sources: new Set(judged.map(({ row }) => row.source)).size,
    labels: figures,
    macroF1: macroF1(judged, averaged),
    macroInterval: bootstrap(judged, (drawn) => macroF1(drawn, averaged)),
    drivers: codebook.drivers.map(({ letter, name }) => ({
      name,
      ...qualityOf(
        judged.map(({ truth, said }) => ({ truth: hasLetter(truth, letter), said: hasLetter(said.keys(), letter) })),
      ),
    })),
    subs: subAccuracy(judged),
    spans: spanQuality(judged),
    brier: brier(pairs),
    reliability: reliability(pairs.filter(({ probability }) => probability > 0)),
    none: qualityOf(judged.map(({ truth, said }) => ({ truth: truth.size === 0, said: said.size === 0 }))),
    errors: labels.flatMap(({ name }) => errorsOf(judged, name)),
  }
}

const pairsOf = (judged: Judged[], name: string) =>
  judged.map(({ truth, said }) => ({ truth: truth.has(name), said: said.has(name) }))

const macroF1 = (judged: Judged[], names: string[]): number =>
  names.reduce((sum, name) => sum + qualityOf(pairsOf(judged, name)).f1, 0) / names.length

function labelFigures(judged: Judged[], name: string): LabelFigures {
  const pairs = pairsOf(judged, name)
  return {
    name,
    ...qualityOf(pairs),
    interval: bootstrap(pairs, (drawn) => qualityOf(drawn).f1),
    alpha: krippendorffAlpha(pairs.map(({ truth, said }) => [truth, said])),
  }
}

const hasLetter = (names: Iterable<string>, letter: string): boolean =>
  [...names].some((name) => name.startsWith(letter))

/** Of the labels that were suggested rightly, how many with a sub-code of the labels. */
function subAccuracy(judged: Judged[]): { right: number; n: number } {
  const found = judged.flatMap(({ row, truth, said }) =>
    [...said].filter(([name]) => truth.has(name)).map(([name, { sub }]) => row.tags.includes(`${sub}${name[1]}`)),
  )
  return { right: found.filter(Boolean).length, n: found.length }
}

/** Spans are compared by code points: the share in common of what either covers (Jaccard 1901). */
function spanQuality(judged: Judged[]): Evaluation['spans'] {
  const shares = judged.flatMap(({ row, truth, said }) =>
    [...said].flatMap(([name, { start, end }]) => {
      const span = row.spans?.[row.tags.findIndex((tag) => labelOf(tag) === name)]
      if (!truth.has(name) || !span) return []
      const common = Math.max(0, Math.min(end, span[1]) - Math.max(start, span[0]))
      return [common / (end - start + span[1] - span[0] - common || 1)]
    }),
  )
  return {
    n: shares.length,
    touching: shares.filter((share) => share > 0).length,
    shared: shares.length === 0 ? 0 : shares.reduce((sum, share) => sum + share, 0) / shares.length,
  }
}

/** Examples of each kind of error of one label, a few of each. */
function errorsOf(judged: Judged[], name: string): Evaluation['errors'] {
  const driver = driverOf(name)
  const found = judged.flatMap(({ row, truth, said }): Evaluation['errors'] => {
    const suggestion = said.get(name)
    const at = row.tags.findIndex((tag) => labelOf(tag) === name)
    const marked = wordsAt(row.text, row.spans?.[at])
    if (!suggestion) return truth.has(name) ? [{ kind: 'missed', label: name, id: row.id, words: marked }] : []
    const words = wordsAt(row.text, [suggestion.start, suggestion.end])
    if (truth.has(name))
      return row.tags.includes(`${suggestion.sub}${name[1]}`)
        ? []
        : [
            {
              kind: 'wrong sub-code',
              label: name,
              id: row.id,
              words: `${row.tags[at]} as ${suggestion.sub}: ${marked}`,
            },
          ]
    const isTurned = [...truth].some((label) => driverOf(label) === driver)
    return [{ kind: isTurned ? 'turned' : 'wrong', label: name, id: row.id, words }]
  })
  return [...Map.groupBy(found, ({ kind }) => kind).values()].flatMap((some) => some.slice(0, shownErrors))
}

const wordsAt = (text: string, span: [number, number] | undefined): string =>
  Array.from(text)
    .slice(...(span ?? [0, 60]))
    .join('')
