import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeRows } from '#server/csv.ts'
import { type FileRow, readRows, Unreadable } from '#server/customers/import/csv.ts'
import { encodingOf, notText } from '#server/customers/import/encoding.ts'
import { problemOf, understand } from '#server/customers/import/meanings.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'whybuy-reading-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function read(content: string | Buffer) {
  const path = join(folder, 'file.csv')
  writeFileSync(path, content)
  const encoding = await encodingOf(path)
  const rows: FileRow[] = []
  let header: string[] = []
  let sign = ''
  await readRows(
    path,
    encoding,
    (cells, delimiter) => {
      header = cells
      sign = delimiter
    },
    (some) => void rows.push(...some),
  )
  return { encoding: encoding.name, header, sign, rows }
}

const text =
  'company;email;note\r\nKäserei Müller – Söhne;kaese@mueller.example;"first\r\nsecond; line"\r\nB;b@b.example;\r\n'
const cells = [
  ['Käserei Müller – Söhne', 'kaese@mueller.example', 'first\r\nsecond; line'],
  ['B', 'b@b.example', ''],
]

test.each([
  ['UTF-8', Buffer.from(text), 'UTF-8'],
  ['UTF-8 with a BOM', Buffer.from(`\uFEFF${text}`), 'UTF-8'],
  ['Excel’s Unicode text', Buffer.from(`\uFEFF${text}`, 'utf16le'), 'UTF-16'],
  ['the same the other way round', Buffer.from(`\uFEFF${text}`, 'utf16le').swap16(), 'UTF-16'],
  ['UTF-16 without a BOM', Buffer.from(text, 'utf16le'), 'UTF-16'],
  ['Windows-1252', Buffer.from(text.replace('–', '\x96'), 'latin1'), 'Windows-1252'],
  ['Excel’s sep= line', Buffer.from(`sep=;\r\n${text}`), 'UTF-8'],
  ['a BOM and a sep= line', Buffer.from(`\uFEFFsep=;\r\n${text}`), 'UTF-8'],
])('%s is read, with its umlauts, dashes and breaks within a cell', async (_name, bytes, encoding) => {
  const found = await read(bytes)
  expect(found.encoding).toBe(encoding)
  expect(found.header).toEqual(['company', 'email', 'note'])
  expect(found.rows.map((row) => row.cells)).toEqual(cells)
})

test.each([',', ';', '\t'])(
  'columns parted by "%s" are found, also when the header holds others in quotes',
  async (sign) => {
    const { header, rows } = await read(`"a,;\t",b${sign}c\n1${sign}2\n`.replace(',b', `${sign}b`))
    expect(header).toEqual(['a,;\t', 'b', 'c'])
    expect(rows[0]?.cells).toEqual(['1', '2'])
  },
)

test.each(['\n', '\r\n', '\r'])('lines may end with %j, and each row knows its line', async (end) => {
  const { rows } = await read(['company,email', 'A,a', '', 'B,"x"', 'C,c'].join(end))
  expect(rows.map(({ cells: [name] }) => name)).toEqual(['A', 'B', 'C'])
  if (end !== '\r') expect(rows.map(({ line }) => line)).toEqual([2, 4, 5])
})

test('a row after one with breaks within a cell still knows its line', async () => {
  expect((await read(text)).rows.map(({ line }) => line)).toEqual([2, 4])
})

test.each([
  ['', 'This file is empty.'],
  ['\n\n  \n', 'This file is empty.'],
  ['company,email\n', 'no rows below'],
  ['company,email\nA,a\nB,"broken\nC,c\n', 'In line 3 a quotation mark is opened and never closed.'],
  ['company,email\nA,a\nB,"b" c\n', 'In line 3 the quotation marks do not match.'],
  [`${Array.from({ length: 101 }, (_, n) => `c${n}`).join(',')}\n1\n`, 'more than 100 columns'],
  [`company\n"${'x'.repeat(1_100_000)}\n`, 'The row that begins in line 2 is longer than a million characters.'],
])('a file that cannot be read says why and where: %#', async (content, sentence) => {
  const failed = await read(content).catch((error) => error)
  expect(failed).toBeInstanceOf(Unreadable)
  expect(failed.message).toContain(sentence)
})

test('what is no text at all is named', async () => {
  for (const [bytes, word] of [
    [Buffer.from('PK\x03\x04rest'), 'workbook'],
    [Buffer.from('%PDF-1.7'), 'PDF'],
    [Buffer.from([0x1f, 0x8b, 8, 0]), 'compressed'],
    [Buffer.from('company,email'), ''],
  ] as const) {
    const path = join(folder, 'kind')
    writeFileSync(path, bytes)
    expect(await notText(path)).toContain(word)
  }
})

test('what we hand out runs nowhere as a formula, and comes back as it was', async () => {
  const rows = [
    ['a', 'b'],
    ['=1+1', '+49 30 1'],
    ['@x', '-5'],
    ['"q"', 'a;b\nc'],
  ]
  const written = writeRows(rows, ';')
  for (const cell of ["'=1+1", "'+49 30 1", "'@x"]) expect(written).toContain(cell)
  // A number below zero is no formula.
  expect(written).toContain(';-5\r\n')
  expect((await read(written)).rows.map((row) => row.cells)).toEqual(rows.slice(1))
})

const meaningsOf = (header: string) => understand(header.split(',')).map(({ meaning }) => meaning)

test('names of columns are known in English and German, whatever their case, spaces and accents', () => {
  expect(meaningsOf('Company Name,E-Mail Address,FIRST-NAME,Surname,Customer No.')).toEqual([
    'company',
    'email',
    'first_name',
    'last_name',
    'customer_external_id',
  ])
  expect(
    meaningsOf('Firma,Kundennummer,Branche,Land,Währung,Jahresumsatz,E-Mail-Adresse,Vorname,Nachname,Sprache'),
  ).toEqual([
    'company',
    'customer_external_id',
    'segment',
    'country',
    'currency',
    'annual_revenue',
    'email',
    'first_name',
    'last_name',
    'language',
  ])
  expect(meaningsOf('Pumps,,rejected_because')).toEqual(['attribute', 'none', 'none'])
})

test('a name that only holds a known one is a guess, and so is a second one of the same meaning', () => {
  const columns = understand(['Company', 'Primary e-mail', 'Firma', 'Name'])
  expect(columns.map(({ meaning, isUnsure }) => [meaning, isUnsure])).toEqual([
    ['company', false],
    ['email', true],
    ['none', true],
    ['name', false],
  ])
  expect(understand(['Name', 'Mail'])[0]).toMatchObject({ meaning: 'name', isUnsure: true })
})

test('columns that say nothing of whom a row is about, or the same twice, are a problem', () => {
  expect(problemOf(understand(['colour', 'size']))).toContain('No column says whom a row is about.')
  const twice = understand(['company', 'other']).map((column) => ({ ...column, meaning: 'company' }))
  expect(problemOf(twice)).toContain('"company" and "other" mean the same')
  expect(problemOf(understand(['E-Mail']))).toBe('')
})
