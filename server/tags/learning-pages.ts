import type { User } from '../access.ts'
import { driverLetters, driverNames, drivers } from '../drivers.ts'
import { printInstantDay, readerOf } from '../time.ts'
import { plural } from '../words.ts'
import { f1Of, fewestHeldOut, type Standing } from './learn.ts'
import { enoughDecisions, type learningOf } from './learned.ts'
import type { MonthFigures, Version } from './learning-history.ts'

/** Fewer than this on either side tell nothing about a month. */
const fewestToShow = 10

type Learning = Awaited<ReturnType<typeof learningOf>>

export function learningPage(
  page: { learning: Learning; versions: Version[]; months: MonthFigures[]; fresh: number },
  user: User,
  now: Date,
) {
  const { learning, versions, months, fresh } = page
  const inUse = versions.find((version) => version.is_in_use === 1 && version.isOfThisRelease)
  const mayChange = user.role === 'lead' || user.role === 'admin'
  const reader = readerOf(user)
  return {
    title: 'What the suggester learned here',
    part: 'Review',
    says: saysOf(learning, inUse),
    since:
      learning.changedAt === ''
        ? ''
        : `${learning.changedBy} turned learning ${learning.isOn ? 'on' : 'off'}, ${printInstantDay(learning.changedAt, now, reader)}.`,
    isOn: learning.isOn,
    fresh: learning.isOn
      ? `${plural(fresh, 'decision')} since it last learned. It learns again from ${enoughDecisions} on, at most once an hour.`
      : '',
    mayChange,
    canGoBack: mayChange && inUse !== undefined,
    versions: versions.map((version) => ({
      id: version.id,
      name: `Version ${version.number}`,
      isInUse: version === inUse && learning.isOn,
      made: printInstantDay(version.made_at, now, reader),
      from: `${plural(version.decisions, 'decision')} of ${plural(version.customers, 'customer')}`,
      heldOut: String(version.held_out),
      precision: version.outcome === 'too_few' ? '–' : change(version, precisionOf),
      recall: version.outcome === 'too_few' ? '–' : change(version, recallOf),
      f1: version.outcome === 'too_few' ? '–' : change(version, (standing) => percent(f1Of(standing))),
      outcome: outcomeOf(version),
      canUse: mayChange && version.hasBody && version.isOfThisRelease && version !== inUse,
    })),
    months: [...Map.groupBy(months, ({ month }) => month)].map(([month, rows]) => ({
      name: monthName(month),
      rows: drivers.map((driver) => {
        const seen = summed(rows.filter((row) => row.driver === driver))
        const blind = summed(rows.filter((row) => row.driver === driver && row.isBlind === 1))
        return {
          driver,
          letter: driverLetters[driver],
          name: driverNames[driver],
          suggested: String(seen.said),
          decided: String(seen.decided),
          precision: precisionOf(seen),
          recall: recallOf(seen),
          blindPrecision: precisionOf(blind),
          blindRecall: recallOf(blind),
        }
      }),
    })),
  }
}

function saysOf({ isOn }: Learning, inUse: Version | undefined): string {
  if (!isOn) return 'Learning is off: suggestions come from what was shipped.'
  if (!inUse) return 'Suggestions come from what was shipped; nothing that was learned here is in use.'
  return `Suggestions come from what was shipped and from version ${inUse.number}, learned from ${plural(inUse.decisions, 'decision')} here.`
}

function outcomeOf(version: Version): string {
  if (version.is_forgotten === 1) return 'Forgotten: an answer that it had learned from is no longer here'
  if (version.outcome === 'worse') return 'Not kept: worse on customers that it had not learned from'
  if (version.outcome === 'too_few') return `Not kept: under ${fewestHeldOut} decisions of two customers to judge it by`
  if (!version.isOfThisRelease) return 'Kept then; made for an earlier release'
  return 'Kept: no worse on customers that it had not learned from'
}

const percent = (share: number): string => `${Math.round(share * 100)}\u00a0%`
const precisionOf = ({ right, said }: Standing): string => (said < fewestToShow ? '–' : percent(right / said))
const recallOf = ({ right, decided }: Standing): string => (decided < fewestToShow ? '–' : percent(right / decided))

/** "61 % → 70 %" */
const change = ({ figures }: Version, print: (standing: Standing) => string): string =>
  `${print(figures.before)} → ${print(figures.after)}`

const summed = (rows: Standing[]): Standing => ({
  right: rows.reduce((sum, row) => sum + row.right, 0),
  said: rows.reduce((sum, row) => sum + row.said, 0),
  decided: rows.reduce((sum, row) => sum + row.decided, 0),
})

const monthName = (month: string): string =>
  new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(new Date(`${month}-01`))
