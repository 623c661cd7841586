import { writeCell, writeCells } from '../../csv.ts'
import { drivers } from '../../drivers.ts'
import { writeAmount } from '../../money.ts'
import { isPrompted, type Known } from './known.ts'
import type { Paper } from './paper.ts'
import { type Place, spotOf, valueText } from './places.ts'
import type { Answer, ReadAnswer, Sitting, Summary } from './statements.ts'
import { tagsIn } from './tags.ts'

/** A row for each answer. What its sitting and its question have in common with others is written once and then copied. */
export function writeAnswers(paper: Paper, sittings: Sitting[], said: Map<number, ReadAnswer[]>, known: Known): void {
  for (const [place, sitting] of sittings.entries()) {
    const questions = known.versions.get(sitting.template_version_id)?.questions
    const start = paper.at()
    let end = start
    for (const row of said.get(place) ?? []) {
      if (end === start) {
        paper.write(writeCells(sittingCells(sitting, known)))
        end = paper.at()
      } else paper.again(start, end)
      paper.add(questionBytes(row, questions?.get(row.question)?.text ?? ''))
      paper.write(answerText(row, isPrompted(known, sitting.template_version_id, row), known))
    }
  }
}

/** A row for each tag, with the words that it stands on. */
export function writeEvidence(paper: Paper, sittings: Sitting[], said: Map<number, ReadAnswer[]>, known: Known): void {
  for (const [place, sitting] of sittings.entries()) {
    const { id, consent_level: consent, took_place_on: day } = sitting
    const sittingRest = writeCells([id, sitting.customer_id, sitting.customer, consent, day])
    for (const row of said.get(place) ?? []) {
      const tags = tagsIn(row.tags)
      if (tags.length === 0) continue
      // Offsets count code points; where no character takes two places they are those of the text itself.
      const points = /[\uD800-\uDFFF]/.test(row.text) ? [...row.text] : undefined
      const start = writeCells([row.id, `${sitting.reference} ${row.question}`])
      const settled = row.is_settled === 1 ? 'yes' : 'no'
      const end = `,${taggedText(row, known)},${sittingRest}\r\n`
      for (const tag of tags) {
        const [from, to] = [Number(tag.start), Number(tag.end)]
        const content = points ? points.slice(from, to).join('') : row.text.slice(from, to)
        paper.write(`${start},${tag.code},${writeCell(content)},${tag.cells},${settled},${tag.start},${tag.end}${end}`)
      }
    }
  }
}

/** A row for each sitting of which there is something, with what was said at each place. */
export function writeSittings(
  paper: Paper,
  sittings: Sitting[],
  said: Map<number, Answer[]>,
  summaries: Map<number, Summary[]>,
  known: Known,
  places: Place[],
): void {
  for (const [place, sitting] of sittings.entries()) {
    const answers = said.get(place)
    if (!answers) continue
    const counted = summaryCells(summaries.get(place) ?? [])
    const cells = [...sittingCells(sitting, known), ...counted, ...placeCells(answers, places)]
    paper.write(`${writeCells(cells)}\r\n`)
  }
}

function sittingCells(sitting: Sitting, { users, campaigns, versions }: Known): string[] {
  const campaign = campaigns.get(sitting.campaign_id ?? '')
  const version = versions.get(sitting.template_version_id)
  return [
    sitting.id,
    sitting.reference,
    campaign?.name ?? '',
    campaign ? String(campaign.round) : '',
    version?.key ?? '',
    version ? String(version.number) : '',
    sitting.customer_id,
    sitting.external_id ?? '',
    sitting.customer,
    ...revenueCells(sitting),
    [sitting.first_name, sitting.last_name].filter(Boolean).join(' '),
    sitting.email ?? '',
    sitting.buying_role ?? '',
    sitting.segment ?? '',
    sitting.region ?? '',
    users.get(sitting.owner_id ?? '') ?? '',
    sitting.channel,
    users.get(sitting.author_id ?? '') ?? '',
    sitting.consent_level,
    sitting.took_place_on,
    sitting.submitted_at ?? '',
  ]
}

function revenueCells({
  latest_revenue_minor: minor,
  latest_currency: currency,
  latest_year: year,
}: Sitting): string[] {
  if (minor === null || currency === null || year === null) return ['', '', '']
  return [writeAmount({ minor, currency }), currency, String(year)]
}

const encoder = new TextEncoder()
const questionsWritten = new Map<string, Map<string, Uint8Array>>()

/** What is the same for everybody who was asked this; there are some hundred of it. */
function questionBytes({ question, item, row }: Answer, words: string): Uint8Array {
  const place = `${question} ${item} ${row}`
  const ofWords = questionsWritten.get(words) ?? new Map<string, Uint8Array>()
  questionsWritten.set(words, ofWords)
  const known = ofWords.get(place)
  if (known) return known
  const bytes = encoder.encode(`,${writeCells([question, item, String(row), words])}`)
  if (ofWords.size < 1_000) ofWords.set(place, bytes)
  return bytes
}

/** Only what people write is looked through for what a spreadsheet would run: the rest is ours. */
function answerText(row: ReadAnswer, prompted: boolean, known: Known): string {
  const { id, provenance, text, value, language, submitted_at: updatedAt } = row
  const said = `,${id},${provenance},${writeCell(text)},${value === '{}' ? '' : writeCell(value)},${writeCell(language)}`
  const asked = prompted ? 'prompted' : 'unprompted'
  if (row.tagged_by === null) return `${said},${asked}${','.repeat(9)}${updatedAt}\r\n`
  const tags = tagsIn(row.tags)
  let [codes, starts, ends] = ['', '', '']
  for (const { code, start, end } of tags) {
    const part = codes === '' ? '' : '; '
    codes += part + code
    starts += part + start
    ends += part + end
  }
  // In some countries the semicolon parts cells.
  const many = tags.length > 1 ? '"' : ''
  const coded = `${many}${codes}${many}`
  const read = row.is_settled === 1 ? `${coded},,${row.none_kind ?? ''}` : `,${coded},`
  const evidence = `${many}${starts}${many},${many}${ends}${many}`
  return `${said},${asked},${read},${evidence},${taggedText(row, known)},${updatedAt}\r\n`
}

function taggedText(row: ReadAnswer, { users }: Known): string {
  const by = users.get(row.tagged_by ?? '') ?? row.tagged_by ?? ''
  return `${writeCell(by)},${row.created_at ?? ''},${writeCell(row.codebook_version ?? '')}`
}

// As the figures count: settled, or settled from a bare attribute (see tables.ts).
const [named, inferred] = [1, 2]

function summaryCells(rows: Summary[]): string[] {
  const isRead = rows.some(({ settled }) => settled > 0)
  return drivers.flatMap((driver) =>
    (['plus', 'minus'] as const).map((direction) => {
      const bits = rows.reduce((all, row) => all | row[`${driver}_${direction}`], 0)
      if (!isRead) return ''
      return bits & named ? 'yes' : bits & inferred ? 'inferred' : 'no'
    }),
  )
}

function placeCells(answers: Answer[], places: Place[]): string[] {
  const said = new Map(answers.map((answer) => [spotOf(answer), answer]))
  return places.map(({ key, isValue }) => {
    const answer = said.get(key)
    return answer ? (isValue ? valueText(answer.value) : answer.text) : ''
  })
}
