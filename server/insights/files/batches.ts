import { bom, writeRows } from '../../csv.ts'
import type { Filters } from '../view.ts'
import { columns, type Kind } from './columns.ts'
import { isPrompted, type Known } from './known.ts'
import { writeAnswers, writeEvidence, writeSittings } from './lines.ts'
import { blankPaper, type Paper } from './paper.ts'
import { type Place, placesIn } from './places.ts'
import type { Statement } from './statement.ts'
import type { Answer, Sitting, Statements } from './statements.ts'

/** What a file is made from. */
export type FileWork = { kind: Kind; statements: Statements; known: Known; filters: Filters }
/** Makes a statement ready to be run with what was left open in it. */
export type Prepare = <Row>(statement: Statement<Row>) => (value: string) => Promise<Row[]>
/** Bytes of a file, which hold until the next piece is asked for, and whose words are in them. */
export type Piece = { bytes: Uint8Array; shown: { responseId: string; consentLevel: string }[] }

/** A file piece by piece: its head first, then some hundred sittings at a time, oldest first. */
export async function* piecesOf(prepare: Prepare, work: FileWork): AsyncGenerator<Piece> {
  const { kind, statements, known, filters } = work
  const paper = blankPaper()
  const places = kind === 'responses' ? placesIn(await prepare(statements.spots)(''), known) : []
  paper.write(bom + writeRows([[...columns[kind].map(([name]) => name), ...places.map(({ name }) => name)]]))
  yield { bytes: paper.read(), shown: [] }

  const sittingsAfter = prepare(statements.sittings)
  const write = kind === 'responses' ? sittingWriter(prepare, work, places) : answerWriter(prepare, work)
  for (let last = ''; ; ) {
    const sittings = await sittingsAfter(last)
    const newest = sittings.at(-1)
    if (!newest) return
    last = newest.id
    const isWanted = (answer: Asked): boolean =>
      filters.asked === '' ||
      isPrompted(known, sittings[answer.place]?.template_version_id ?? '', answer) === (filters.asked === 'prompted')
    paper.clear()
    const heard = await write(paper, sittings, isWanted)
    const shown = sittings
      .filter((_, place) => heard.has(place))
      .map(({ id, consent_level: consentLevel }) => ({ responseId: id, consentLevel }))
    yield { bytes: paper.read(), shown }
  }
}

/** Writes what these sittings brought, and says of which of them, by their places, there was something. */
type Write = (paper: Paper, sittings: Sitting[], isWanted: (answer: Asked) => boolean) => Promise<Heard>
type Asked = Pick<Answer, 'place' | 'question' | 'after_prompt'>
type Heard = { has: (place: number) => boolean }
const idsOf = (sittings: Sitting[]): string => JSON.stringify(sittings.map(({ id }) => id))

function sittingWriter(prepare: Prepare, { statements, known }: FileWork, places: Place[]): Write {
  const [answersOf, summariesOf] = [prepare(statements.answers), prepare(statements.summaries)]
  return async (paper, sittings, isWanted) => {
    const ids = idsOf(sittings)
    const said = Map.groupBy((await answersOf(ids)).filter(isWanted), ({ place }) => place)
    const summaries = Map.groupBy(await summariesOf(ids), ({ place }) => place)
    writeSittings(paper, sittings, said, summaries, known, places)
    return said
  }
}

function answerWriter(prepare: Prepare, { kind, statements, known }: FileWork): Write {
  const answersOf = prepare(kind === 'answers' ? statements.codedAnswers : statements.taggedAnswers)
  return async (paper, sittings, isWanted) => {
    const said = Map.groupBy((await answersOf(idsOf(sittings))).filter(isWanted), ({ place }) => place)
    if (kind === 'answers') writeAnswers(paper, sittings, said, known)
    else writeEvidence(paper, sittings, said, known)
    return said
  }
}
