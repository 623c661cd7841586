import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { natureOf } from '#server/campaigns/chosen.ts'
import { shareDifference } from '#server/insights/differences.ts'
import { readFilters } from '#server/insights/forms.ts'
import { respondersOf } from '#server/insights/responders.ts'
import { differencesOf, earlyAndLate, harmApart, lines } from '#server/insights/spoken-differences.ts'
import type { Told } from '#server/insights/spoken-groups.ts'
import type { TrustFacts } from '#server/insights/trust.ts'
import { chosenWords } from '#server/insights/trust-basis-page.ts'
import { agreementCheck } from '#server/insights/trust-coding-page.ts'
import { agreementOf } from '#server/tags/agreement-figures.ts'

const told = (n: number, anyHurt: number, riskHelped = 0): Told => ({
  n,
  anyHurt,
  several: 0,
  drivers: {
    revenue: { '+': 0, '-': 0 },
    cost: { '+': 0, '-': anyHurt },
    risk: { '+': riskHelped, '-': 0 },
    emotion: { '+': 0, '-': 0 },
  },
})

describe('ways of asking', () => {
  test('a difference is first less second, with the interval of two shares', () => {
    const [found] = harmApart([[told(30, 3), told(30, 21)]])
    const { low, high } = shareDifference(3, 30, 21, 30)
    expect(found).toMatchObject({ first: 21, second: 3, low, high, stands: true })
    expect(found?.difference).toBeCloseTo(-0.6, 12)
  })

  test('below ten on a side nothing is compared', () => {
    expect(harmApart([[told(9, 0), told(30, 30)]])).toEqual([undefined])
    expect(earlyAndLate(told(30, 0), told(9, 9))).toEqual([])
  })

  test('of several comparisons each keeps its place, and what Holm lets fall does not stand', () => {
    const found = harmApart([
      [told(9, 9), told(30, 0)],
      [told(30, 3), told(30, 21)],
      [told(30, 10), told(30, 11)],
    ])
    expect(found.map((one) => one?.stands)).toEqual([undefined, true, false])
  })

  test('what stands leaves zero, whatever is counted', () => {
    const side = fc
      .integer({ min: 10, max: 80 })
      .chain((n) => fc.tuple(fc.constant(n), fc.integer({ min: 0, max: n }), fc.integer({ min: 0, max: n })))
    fc.assert(
      fc.property(side, side, (one, other) => {
        for (const { stands, low, high, difference } of differencesOf(lines, told(...one), told(...other))) {
          expect(low).toBeLessThanOrEqual(difference)
          expect(high).toBeGreaterThanOrEqual(difference)
          if (stands) expect(low > 0 || high < 0).toBe(true)
        }
      }),
    )
  })
})

describe('how a round was chosen', () => {
  const draw = { purpose: 'figures' as const, owner_id: null, wanted: 60, list_size: 212 }
  test.each([
    ['a draw for figures is random', [draw], 0, 'random'],
    ['a draw of the whole list is the whole', [{ ...draw, wanted: 212 }], 0, 'whole'],
    ['hands change a sample', [draw], 1, 'changed'],
    ['a draw for reasons is picked', [{ ...draw, purpose: 'reasons' as const }], 0, 'picked'],
    ['a draw from one rep’s own is picked', [{ ...draw, owner_id: 'rosa' }], 0, 'picked'],
    ['two draws are no one sample', [draw, draw], 0, 'picked'],
    ['no draw at all is picked by hand', [], 0, 'picked'],
  ])('%s', (_says, draws, changes, nature) => {
    expect(natureOf(draws, changes)).toBe(nature)
  })

  test('it is told in words', () => {
    const round = { id: '', name: '', listSize: 212, customers: 60, added: 2, dropped: 1 }
    expect(chosenWords({ ...round, nature: 'random' })).toBe('Drawn at random: 60 of the 212 customers on the list.')
    expect(chosenWords({ ...round, nature: 'picked' })).toContain(
      'the noise of counting only. By hand: 2 added and 1 dropped.',
    )
  })
})

describe('coder agreement', () => {
  const reading = (coder: string, says: boolean) => ({
    coder,
    tags: says ? [{ driver: 'risk' as const, direction: '+' as const, sub: 'K1' }] : [],
  })
  const check = (pairs: [boolean, boolean][]) => {
    const units = pairs.map(([a, b], at) => ({ answerId: String(at), readings: [reading('a', a), reading('b', b)] }))
    return agreementCheck({ agreement: agreementOf(units, 1) } as TrustFacts, false)
  }
  const verdict = (pairs: [boolean, boolean][]) =>
    check(pairs)
      .tables[0]?.rows.find(({ name }) => name === 'Risk +')
      ?.cells.at(-1)?.text
  const times = (n: number, pair: [boolean, boolean]) => Array.from({ length: n }, () => pair)

  test('below fifty answers the page says how many there are', () => {
    expect(verdict(times(12, [true, true]))).toBe('not enough yet (12 of 50)')
    expect(check(times(12, [true, true])).verdict).toContain('Not enough yet: 12 answers are read by two people')
    expect(check([]).verdict).toContain('no answer is read by two people')
  })

  test('from fifty it tells what to rely on, and what not', () => {
    expect(verdict([...times(30, [true, true]), ...times(30, [false, false])])).toBe('rely')
    expect(verdict([...times(30, [true, true]), ...times(25, [false, false]), ...times(7, [true, false])])).toBe(
      'tentative',
    )
    expect(verdict([...times(20, [true, true]), ...times(15, [false, false]), ...times(15, [true, false])])).toBe(
      'do not rely',
    )
    expect(verdict([...times(5, [true, true]), ...times(55, [false, false])])).toBe('not enough yet (5 of 10 with it)')
    expect(verdict(times(60, [false, false]))).toBe('no variation: nobody differs')
  })
})

describe('those who answered and the rest', () => {
  const listed = (at: number, of: object = {}) => ({
    id: `c${String(at).padStart(3, '0')}`,
    segment: '-',
    region: '-',
    owner: '-',
    status: 'active',
    since: '',
    currency: 'EUR',
    revenueMinor: at,
    margin: undefined,
    invitations: [{ campaign: 'one', state: 'silent' as const }],
    ...of,
  })
  const list = Array.from({ length: 40 }, (_, at) => listed(at, { segment: at < 20 ? 'Food' : 'Paper' }))
  const heard = new Set(list.slice(0, 20).map(({ id }) => id))
  const all = () => true

  test('amounts in other currencies are left out, and kinds that fewer than five were asked of', () => {
    const mixed = [...list, listed(90, { currency: 'USD', revenueMinor: 10 ** 9 }), listed(91, { segment: 'Rare' })]
    const { contrasts, currency } = respondersOf(mixed, readFilters({}), heard, '2026-11-25', all)
    expect(currency).toBe('EUR')
    expect(contrasts.find(({ of }) => of === 'revenue')).toMatchObject({ heard: 9.5, nHeard: 20, nRest: 21 })
    expect(contrasts.flatMap((one) => ('value' in one && one.of === 'segment' ? [one.value] : []))).toEqual([
      'Food',
      'Paper',
    ])
  })

  test('filters choose whom, and the large silent ones are those that the reader may see', () => {
    const found = respondersOf(list, readFilters({ segment: 'Paper' }), new Set(), '2026-11-25', (id) => id < 'c025')
    expect(found).toMatchObject({ asked: 20, heard: 0, top: 5, contrasts: [] })
    expect(found.silentTop).toEqual(['c024', 'c023', 'c022', 'c021', 'c020'])
    expect(respondersOf(list, readFilters({ campaign: 'two' }), heard, '2026-11-25', all).people.silent).toBe(0)
  })

  test('below ten on a side nothing is compared', () => {
    const few = new Set(list.slice(0, 9).map(({ id }) => id))
    expect(respondersOf(list, readFilters({}), few, '2026-11-25', all).contrasts).toEqual([])
  })
})
