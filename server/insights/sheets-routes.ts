import type { FastifyInstance, FastifyRequest } from 'fastify'
import { isReader } from '../access.ts'
import { signedIn } from '../session/scope.ts'
import { readerOf } from '../time.ts'
import { currentFacts } from '../value/facts.ts'
import type { Sheet } from '../xlsx.ts'
import { askedIn } from './closer-routes.ts'
import { filterNames } from './insights.ts'
import { currentLedger } from './ledger.ts'
import { marketedFacts } from './marketed-routes.ts'
import { marketedTable } from './marketed-table.ts'
import type { Names } from './names.ts'
import { seenCustomers } from './outcome-facts.ts'
import { chosenCustomers, readOutcomesQuery } from './outcomes-choice.ts'
import { outcomesTable } from './outcomes-table.ts'
import { compareRounds, type Rounds } from './rounds.ts'
import { roundsTable } from './rounds-table.ts'
import { silentTable } from './silent-table.ts'
import type { Table } from './tables.ts'
import { trustChecks, trustTable } from './trust-page.ts'
import { trustView } from './trust-routes.ts'
import { readWeightFilters } from './weight/filters.ts'
import { weightTable } from './weight/table.ts'
import { weightsFor } from './weight/weights-for.ts'

/** So many rows a sheet has at most: more makes everybody wait, and stands in the CSV file of its page. */
const mostRows = 2_000

/** The closer looks as sheets beside the figures, each with a sentence on what it holds; those that have nothing are left out. */
export async function closerSheets(
  app: FastifyInstance,
  request: FastifyRequest,
): Promise<(Sheet & { about: string })[]> {
  const user = signedIn(request)
  const reads = isReader(user)
  const names = await filterNames(app.db)
  const query = readOutcomesQuery(request.query, reads)
  const seen = await seenCustomers(app.db, await currentFacts(app.db), app.clock())
  const rounds = await newestRounds(app, names)
  const marketed = await marketedFacts(app, request)
  const { asked } = await askedIn(app, request)
  const sheets: [name: string, table: Table, about: string][] = [
    [
      'What weighs',
      weightTable((await weightsFor(app.db, user, readWeightFilters(request.query))).figures),
      'How much each of the four weighs, and how well we do; by what is chosen, except days and how it was asked.',
    ],
    [
      'What follows',
      outcomesTable(chosenCustomers(seen, query, await currentLedger(app.db)), query),
      reads
        ? 'Whether customers whom we help with more stay, buy more and tell others; by the segment, region and owner chosen.'
        : 'Whether customers whom we help with more stay, buy more and tell others; for the whole list.',
    ],
    [
      'Between rounds',
      roundsTable(rounds?.found, rounds?.earlier ?? '', rounds?.later ?? ''),
      'What changed between the two newest rounds that can be compared; whatever is chosen.',
    ],
    [
      'What we say',
      marketedTable(marketed.versions[0], marketed.figures),
      'What the company says of itself, beside what customers say unprompted; whatever is chosen.',
    ],
    [
      'Who is silent',
      silentTable(asked),
      'Who was asked and has said nothing yet; by the campaign, segment, region and owner chosen.',
    ],
    [
      'Trust',
      trustTable(trustChecks(await trustView(app, request), app.clock(), readerOf(user))),
      'How far to trust the figures: what speaks for and against them.',
    ],
  ]
  return sheets
    .filter(([, { rows }]) => rows.length > 0)
    .map(([name, { head, rows }, about]) => ({
      name,
      head,
      rows: rows.slice(0, mostRows),
      about: rows.length > mostRows ? `${about} The first ${mostRows} of ${rows.length}.` : about,
    }))
}

/** The two newest rounds of which a change may be shown; undefined if there are none. */
async function newestRounds(app: FastifyInstance, { campaigns }: Names) {
  const ledger = await currentLedger(app.db)
  const heard = campaigns.filter(({ id }) => ledger.values.campaign.has(ledger.numbers.get(id) ?? -1)).slice(0, 4)
  for (const [at, later] of heard.entries()) {
    const earlier = heard[at + 1]
    if (!earlier) return undefined
    const found: Rounds = compareRounds(ledger, earlier.id, later.id)
    if (found.kind === 'shown') return { found, earlier: earlier.name, later: later.name }
  }
  return undefined
}
