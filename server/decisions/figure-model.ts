import { type Driver, driverLetters, driverNames } from '../drivers.ts'
import { evidenceBehind, type Snapshot, shareWords, viewOf } from '../insights/snapshot.ts'
import { printDay, type Reader } from '../time.ts'
import { plural } from '../words.ts'

type Mark = { driver: Driver; letter: string }
/** The model of views/partials/decisions/figure.hbs. */
export type FigureModel = Mark & { words: string; share: string; about: string; href: string; viewHref: string }

/** "9 of 24 customers say that we help with risk". */
export const said = ({ x, n, driver, direction }: Pick<Snapshot, 'x' | 'n' | 'driver' | 'direction'>): string =>
  `${x} of ${plural(n, 'customer')} ${x === 1 ? 'says' : 'say'} that we ${direction === '+' ? 'help' : 'hurt'} with ${driverNames[driver].toLowerCase()}`

export function figure(snapshot: Snapshot, now: Date, reader: Reader): FigureModel {
  const days =
    snapshot.firstDay === snapshot.lastDay
      ? printDay(snapshot.firstDay, now, reader)
      : `${printDay(snapshot.firstDay, now, reader)} to ${printDay(snapshot.lastDay, now, reader)}`
  const inferred = snapshot.inferred > 0 ? `; ${snapshot.inferred} of them inferred from a bare word` : ''
  return {
    driver: snapshot.driver,
    letter: driverLetters[snapshot.driver],
    words: said(snapshot),
    share: shareWords(snapshot),
    about: `Said from ${days}${inferred}. Codebook ${snapshot.codebook}.`,
    href: evidenceBehind(snapshot),
    viewHref: viewOf(snapshot),
  }
}

/** Words that a decision rests on. */
export type QuoteModel = { id: string; text: string; who: string; isVoice: boolean; isChosen: boolean; note: string }
