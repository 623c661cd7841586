import { type Direction, type Driver, directionSigns, driverNames } from '../drivers.ts'
import type { NoneKind } from '../tables.ts'
import { listed, plural } from '../words.ts'
import { type Codebook, driverOf, readAs, type SubCode } from './codebook.ts'
import type { About, Flag } from './suggestion.ts'

/** Which settled tags may read otherwise after a change; `part` is where it is edited. */
export type Touch =
  | { by: 'all' }
  | { by: 'drivers'; drivers: Driver[] }
  | { by: 'subs'; codes: string[] }
  | { by: 'direction'; direction: Direction }
  | { by: 'about'; about: About }
  | { by: 'flag'; flag: Flag }
  | { by: 'none'; none: NoneKind }
  | { by: 'nothing' }
export type CodebookChange = { part: CodebookPart; sentence: string; touch: Touch }

/** The parts that are edited apart: one for each driver, then what holds for all. */
export const codebookParts = ['revenue', 'cost', 'risk', 'emotion', 'terms', 'rules', 'cases'] as const
export type CodebookPart = (typeof codebookParts)[number]

/** What is different in `after`, one entry for each thing that a coder would have to know. Order follows the codebook. */
export function codebookChanges(before: Codebook, after: Codebook): CodebookChange[] {
  return [
    ...after.drivers.flatMap((driver) => driverChanges(before, after, driver.key)),
    ...termChanges(before, after),
    ...ruleChanges(before, after),
    ...caseChanges(before, after),
  ]
}

const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other)

function driverChanges(before: Codebook, after: Codebook, driver: Driver): CodebookChange[] {
  const [old, fresh] = [before, after].map((book) => book.drivers.find(({ key }) => key === driver))
  const names = {
    line: 'the line under its name',
    definition: 'the definition',
    include: 'what counts',
    exclude: 'what belongs elsewhere',
    positive: 'how it is tagged',
    negative: 'how it is not tagged',
  } as const
  const fields = (['line', 'definition', 'include', 'exclude', 'positive', 'negative'] as const).filter(
    (name) => !isSame(old?.[name], fresh?.[name]),
  )
  const own: CodebookChange[] =
    fields.length === 0
      ? []
      : [
          {
            part: driver,
            sentence: `${driverNames[driver]}: ${listed(fields.map((name) => names[name]))} changed.`,
            touch: { by: 'drivers', drivers: [driver] },
          },
        ]
  const subs = after.subs.filter(({ code }) => driverOf(code) === driver)
  return [...own, ...subs.flatMap((sub) => subChange(before, after, sub, driver))]
}

function subChange(before: Codebook, after: Codebook, sub: SubCode, part: Driver): CodebookChange[] {
  const old = before.subs.find(({ code }) => code === sub.code)
  const touch: Touch = { by: 'subs', codes: [sub.code] }
  const name = `${sub.code} ${sub.short}`
  if (!old) return [{ part, sentence: `${name} is new.`, touch: { by: 'drivers', drivers: [part] } }]
  if (isSame(old, sub)) return []
  const target = sub.mergedInto ? readAs(after, sub.code) : undefined
  const sentences = [
    sub.mergedInto !== old.mergedInto &&
      (target ? `${name} is merged into ${target.code} ${target.short}.` : `${name} stands by itself again.`),
    (sub.isRetired ?? false) !== (old.isRetired ?? false) &&
      (sub.isRetired ? `${name} is retired: no new tag is set to it.` : `${name} is in use again.`),
    sub.short !== old.short && `${sub.code} “${old.short}” is now “${sub.short}”.`,
    !isSame(sub.elements, old.elements) && `${name}: what has its home there changed.`,
  ]
  return sentences.filter((sentence) => sentence !== false).map((sentence) => ({ part, sentence, touch }))
}

function termChanges(before: Codebook, after: Codebook): CodebookChange[] {
  const changed = <T extends { key: string; name: string; definition: string }>(
    old: T[],
    fresh: T[],
    touchOf: (term: T) => Touch,
    nameOf = (term: T) => term.name,
  ): CodebookChange[] =>
    fresh
      .filter((term) => !isSame(old.find(({ key }) => key === term.key)?.definition, term.definition))
      .map((term) => ({ part: 'terms', sentence: `“${nameOf(term)}” is defined anew.`, touch: touchOf(term) }))
  return [
    ...changed(
      before.directions,
      after.directions,
      ({ key }) => ({ by: 'direction', direction: key }),
      ({ key, name }) => `${directionSigns[key]} ${name}`,
    ),
    ...changed(before.abouts, after.abouts, ({ key }) => ({ by: 'about', about: key })),
    ...changed(before.flags, after.flags, ({ key }) => ({ by: 'flag', flag: key })),
    ...changed(before.nones, after.nones, ({ key }) => ({ by: 'none', none: key })),
  ]
}

function ruleChanges(before: Codebook, after: Codebook): CodebookChange[] {
  return isSame(before.rules, after.rules)
    ? []
    : [{ part: 'rules', sentence: 'The rules that are applied in order changed.', touch: { by: 'all' } }]
}

function caseChanges(before: Codebook, after: Codebook): CodebookChange[] {
  const old = new Set(before.hardCases.map((hardCase) => JSON.stringify(hardCase)))
  const fresh = new Set(after.hardCases.map((hardCase) => JSON.stringify(hardCase)))
  const differing = [
    ...after.hardCases.filter((hardCase) => !old.has(JSON.stringify(hardCase))),
    ...before.hardCases.filter((hardCase) => !fresh.has(JSON.stringify(hardCase))),
  ]
  const drivers = [
    ...new Set(differing.flatMap(({ tags }) => (tags ? tags.split(' ') : [])).map((tag) => driverOf(tag))),
  ]
  return [
    ...(differing.length > 0
      ? [
          {
            part: 'cases' as const,
            sentence: `${plural(differing.length, 'hard case')} written, changed or left out.`,
            touch: drivers.length > 0 ? { by: 'drivers' as const, drivers } : { by: 'nothing' as const },
          },
        ]
      : []),
    ...(isSame(before.rulings, after.rulings)
      ? []
      : [{ part: 'cases' as const, sentence: 'The rulings changed.', touch: { by: 'all' as const } }]),
    ...(isSame(before.weakHomes, after.weakHomes)
      ? []
      : [
          {
            part: 'cases' as const,
            sentence: 'The list of weak homes changed.',
            touch: { by: 'nothing' as const },
          },
        ]),
  ]
}
