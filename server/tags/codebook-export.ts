import { createHash } from 'node:crypto'
import { type Driver, directionSigns, directions } from '../drivers.ts'
import { type Codebook, isInUse, readAs, type SubCode, subsOf } from './codebook.ts'
import { printExample, printHardCase, printInstead } from './codebook-lines.ts'

/** The codebook as Markdown, to read, print and pass on. Texts are escaped, so that an underscore stays one. */
export function codebookMarkdown(book: Codebook, company: string): string {
  const list = (lines: string[]) => lines.map((line) => `- ${escaped(line)}`).join('\n')
  const terms = (all: { name: string; definition: string }[]) =>
    list(all.map(({ name, definition }) => `${name}: ${definition}`))
  const driver = (entry: Codebook['drivers'][number]) => [
    `## ${escaped(`${entry.letter} ${entry.name}: ${entry.line}`)}`,
    escaped(entry.definition),
    '### Sub-codes',
    list(subsOf(entry.key, book).map((sub) => subLine(book, sub))),
    '### Counts',
    list(entry.include),
    '### Belongs elsewhere',
    list(entry.exclude.map(printInstead)),
    '### So it is tagged',
    list(entry.positive.map(printExample)),
    '### So it is not',
    list(entry.negative.map(printInstead)),
  ]
  const blocks = [
    `# Codebook ${escaped(book.version)}, ${escaped(company)}`,
    '## Rules, in this order',
    book.rules.map(({ number, title, text }) => `${number}. **${escaped(title)}** ${escaped(text)}`).join('\n'),
    ...book.drivers.flatMap(driver),
    '## Direction',
    list(book.directions.map(({ key, name, definition }) => `${directionSigns[key]} ${name}: ${definition}`)),
    '## Whose value',
    terms(book.abouts),
    '## Flags',
    terms(book.flags),
    '## None of the four',
    list(book.nones.map(({ key, name, definition }) => `${key}, ${name}: ${definition}`)),
    '## Hard cases: the agreed answer',
    list(book.hardCases.map(printHardCase)),
    '## Rulings',
    list(book.rulings),
    '## Weak homes',
    list(book.weakHomes),
  ]
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`
}

const subLine = (book: Codebook, sub: SubCode): string => {
  const elements = sub.elements.length > 0 ? ` (${sub.elements.join(', ')})` : ''
  const target = sub.mergedInto ? readAs(book, sub.code)?.code : undefined
  const state = isInUse(sub) ? '' : target ? `; merged into ${target}` : '; retired'
  return `${sub.code} ${sub.short}${elements}${state}`
}

const escaped = (text: string): string => text.replaceAll(/[\\`*_[\]<>#|]/g, '\\$&').replaceAll('\n', ' ')

/** The colours of the four in charts, so that other programs show them alike. */
const colours: Record<Driver, string> = { revenue: '#04726c', cost: '#1f3bb3', risk: '#96580c', emotion: '#7d1547' }

/**
 * The codebook as a REFI-QDA codebook file (.qdc), which ATLAS.ti, MAXQDA, NVivo, QualCoder and others open.
 * Source: REFI-QDA standard 1.5, codebook schema 1.0. A driver holds its sub-codes, each of them one code a direction;
 * the identifiers follow from the codes, so that a later export updates what an earlier one brought.
 */
export function codebookQdc(book: Codebook): string {
  const drivers = book.drivers.map((entry) => {
    const subs = subsOf(entry.key, book).filter(isInUse)
    return codeElement(
      { guid: guidOf(entry.letter), name: entry.name, isCodable: false, color: colours[entry.key] },
      [entry.line, entry.definition, ...entry.include.map((line) => `Counts: ${line}`)].join('\n'),
      subs.map((sub) =>
        codeElement(
          { guid: guidOf(sub.code), name: `${sub.code} ${sub.short}`, isCodable: false, color: colours[entry.key] },
          sub.elements.join(', '),
          directions.map((direction) =>
            codeElement(
              {
                guid: guidOf(`${sub.code}${direction}`),
                name: `${sub.code}${directionSigns[direction]}`,
                isCodable: true,
                color: colours[entry.key],
              },
              book.directions.find(({ key }) => key === direction)?.definition ?? '',
              [],
            ),
          ),
        ),
      ),
    )
  })
  const nones = book.nones.map(({ key, name, definition }) =>
    codeElement({ guid: guidOf(key), name: `${key} ${name}`, isCodable: true, color: '#6b6b6b' }, definition, []),
  )
  const none = codeElement(
    { guid: guidOf('none-of-the-four'), name: 'None of the four', isCodable: false, color: '#6b6b6b' },
    '',
    nones,
  )
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    `<CodeBook xmlns="urn:QDA-XML:codebook:1.0" origin="Whybuy">`,
    `<Codes>${[...drivers, none].join('')}</Codes>`,
    '</CodeBook>',
    '',
  ].join('\n')
}

type CodeAttributes = { guid: string; name: string; isCodable: boolean; color: string }

function codeElement({ guid, name, isCodable, color }: CodeAttributes, description: string, inner: string[]): string {
  const words = description ? `<Description>${xml(description)}</Description>` : ''
  return `<Code guid="${guid}" name="${xml(name)}" isCodable="${isCodable}" color="${color}">${words}${inner.join('')}</Code>`
}

/** A name-based UUID (RFC 9562, version 8 by SHA-256), the same for the same code everywhere. */
function guidOf(code: string): string {
  const hex = createHash('sha256').update(`whybuy codebook ${code}`).digest('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  )
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
/** Text for XML: markup escaped, and what XML 1.0 cannot hold at all left out. */
const xml = (text: string): string =>
  text
    .replaceAll(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '')
    .replaceAll(/[&<>"]/g, (character) => entities[character] ?? '')
