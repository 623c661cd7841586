import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseAmount, printMoney, writeAmount } from '#server/money.ts'

test.each([
  ['412000', 'EUR', 41_200_000],
  ['412,000.50', 'EUR', 41_200_050],
  ['412.000,50', 'EUR', 41_200_050],
  ['412.000', 'EUR', 41_200_000],
  ["412'000", 'CHF', 41_200_000],
  ['€ 1 200,5', 'EUR', 120_050],
  ['1\u00A0200 EUR', 'EUR', 120_000],
  ['0,5', 'EUR', 50],
  ['(300)', 'USD', -30_000],
  ['−300', 'USD', -30_000],
  ['300-', 'USD', -30_000],
  ['-$300.00', 'USD', -30_000],
  ['500', 'JPY', 500],
  ['1.234', 'KWD', 1_234],
  ['1.234.567', 'EUR', 123_456_700],
  ['0.001', 'KWD', 1],
  ['12.345,678', 'KWD', 12_345_678],
  ['0', 'EUR', 0],
])('%s in %s is read', (text, currency, minor) => {
  expect(parseAmount(text, currency)).toBe(minor)
})

test.each([
  ['', 'EUR'],
  ['a lot', 'EUR'],
  ['1.5', 'JPY'],
  ['0.001', 'EUR'],
  ['1.255,999', 'EUR'],
  ['1,2,3', 'EUR'],
  ['1e9', 'EUR'],
  ['9'.repeat(20), 'EUR'],
  ['=1+1', 'EUR'],
  ['2025-01', 'EUR'],
])('%s in %s is no amount', (text, currency) => {
  expect(parseAmount(text, currency)).toBeUndefined()
})

test('what a field shows is read back as the same amount', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1e12, max: 1e12 }), fc.constantFrom('EUR', 'JPY', 'KWD'), (minor, currency) => {
      expect(parseAmount(writeAmount({ minor, currency }), currency)).toBe(minor)
    }),
  )
})

test('money is printed in its currency, decimals only where there are any', () => {
  expect(printMoney({ minor: 41_200_000, currency: 'EUR' })).toBe('€412,000')
  expect(printMoney({ minor: -120_050, currency: 'USD' })).toBe('−$1,200.50')
  expect(printMoney({ minor: 500, currency: 'JPY' })).toBe('¥500')
})
