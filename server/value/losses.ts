import { type Db, transact } from '../db.ts'
import { newId } from '../ids.ts'
import { currentList } from '../on-list.ts'
import { dayAt } from '../time.ts'
import { scored } from './value.ts'
import type { Band } from './vulnerability.ts'

const bands: Band[] = ['act', 'watch', 'low']

/** Notes the band of every active customer where it is another one than noted last. Doing it again notes nothing. */
export async function keepBands(db: Db, now: Date): Promise<void> {
  const [all, list] = [await scored(db, now), await currentList(db)]
  const rows = all.flatMap(({ id, score }) => {
    const [band] = score.bands
    return band === undefined || list.get(id)?.bands.at(-1)?.band === band
      ? []
      : [{ id: newId(), customer_id: id, from_on: dayAt(now), band }]
  })
  // In slices, so that a long list keeps nobody else from writing.
  for (let start = 0; start < rows.length; start += 500)
    await transact(db, (trx) =>
      trx
        .insertInto('vulnerability_record')
        .columns(['id', 'customer_id', 'from_on', 'band'])
        // Who was erased meanwhile is not noted again.
        .expression((eb) =>
          eb
            .selectFrom('customer')
            .innerJoin(
              (json) =>
                json
                  .fn<{ value: string }>('json_each', [json.val(JSON.stringify(rows.slice(start, start + 500)))])
                  .as('noted'),
              (join) =>
                join.on((on) =>
                  on(on.fn('json_extract', ['noted.value', on.val('$.customer_id')]), '=', on.ref('customer.id')),
                ),
            )
            .select((row) => [
              row.fn<string>('json_extract', ['noted.value', row.val('$.id')]).as('id'),
              'customer.id as customer_id',
              row.fn<string>('json_extract', ['noted.value', row.val('$.from_on')]).as('from_on'),
              row.fn<Band>('json_extract', ['noted.value', row.val('$.band')]).as('band'),
            ]),
        )
        .execute(),
    )
}

/** One customer with the band as it stood before it left, or, if it did not, as it stands. */
export type Watched = { band: Band; isLost: boolean }

/** Everybody whose band was noted; who left before any was is not among them. */
export async function watched(db: Db): Promise<Watched[]> {
  const found: Watched[] = []
  for (const { bands: noted, outcomes } of (await currentList(db)).values()) {
    const lostOn = outcomes.find(({ kind }) => kind === 'left')?.on
    const last = noted.findLast(({ on }) => lostOn === undefined || on < lostOn)
    if (last) found.push({ band: last.band, isLost: lostOn !== undefined })
  }
  return found
}

export type LossByBand = {
  n: number
  lost: number
  bands: { band: Band; n: number; lost: number }[]
  brier: number
  plain: number
}

/**
 * Share lost by band, and how well the shares fit.
 *
 * Formula: Brier score of the band rates, Σ (rate of the band − lost)²/n, beside that of one rate for all, p(1 − p).
 * Source: Brier 1950; methods 4.11. Units: customers. Minimum n: 50 customers with 10 losses; undefined below.
 * How it misleads: the rates are fitted to the customers whom they are judged by, so the score flatters; who was called
 * because of the band may have stayed for it; nobody says over which time.
 */
export function lossByBand(all: Watched[]): LossByBand | undefined {
  const lost = all.filter(({ isLost }) => isLost).length
  const n = all.length
  if (n < 50 || lost < 10) return undefined
  const by = bands.map((band) => {
    const those = all.filter((one) => one.band === band)
    return { band, n: those.length, lost: those.filter(({ isLost }) => isLost).length }
  })
  const spread = (one: { n: number; lost: number }) => (one.n === 0 ? 0 : (one.lost * (one.n - one.lost)) / one.n)
  return {
    n,
    lost,
    bands: by,
    brier: by.reduce((sum, one) => sum + spread(one), 0) / n,
    plain: spread({ n, lost }) / n,
  }
}
