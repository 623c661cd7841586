import { type Direction, type Driver, directionSigns, driverLetters, driverNames } from '../drivers.ts'
import { leavesZero } from './differences.ts'
import type { Linked } from './names.ts'

/** One question about trust: what follows first, then what it follows from. */
export type Check = {
  id: string
  heading: string
  verdict: string
  /** Whether it calls for care, and in which words the page says so on top; '' if it does not. */
  care: string
  texts: string[]
  facts: { name: string; text: string }[]
  tables: TrustTable[]
  link: Linked | ''
}
export type Cell = Linked & { name: string }
export type Row = { driver: Driver | ''; letter: string; name: string; cells: Cell[] }
/** Folded away on the screen, where the words come first; `isOpen` where nothing can be pressed. */
export type TrustTable = { id: string; caption: string; heads: string[]; rows: Row[]; note: string; isOpen?: boolean }

/** A row about a driver in one direction; `cells` in the order of `heads`. */
export const driverRow = (driver: Driver, direction: Direction, heads: string[], cells: (string | Linked)[]): Row => ({
  ...plainRow(`${driverNames[driver]} ${directionSigns[direction]}`, heads, cells),
  driver,
  letter: driverLetters[driver],
})

export const plainRow = (name: string, heads: string[], cells: (string | Linked)[]): Row => ({
  driver: '',
  letter: '',
  name,
  cells: heads.map((head, at) => {
    const cell = cells[at] ?? ''
    return { name: head, ...(typeof cell === 'string' ? { text: cell, href: '' } : cell) }
  }),
})

/** "36 %". */
export const percent = (share: number): string => `${Math.round(share * 100)} %`

/** "−12", in points of a hundred. */
export const points = (share: number): string => {
  const rounded = Math.round(share * 100)
  return `${rounded < 0 ? '−' : rounded > 0 ? '+' : ''}${Math.abs(rounded)}`
}

/** A difference with its interval; where it does not stand nothing is claimed. */
export const differenceText = (found: { difference: number; low: number; high: number }, stands: boolean): string => {
  const ends = `(${points(found.low)} to ${points(found.high)})`
  if (stands) return `${points(found.difference)} points ${ends}`
  // It leaves zero alone, but among so many comparisons one does so by chance.
  return leavesZero(found) ? `may be chance ${ends}` : `cannot tell ${ends}`
}
