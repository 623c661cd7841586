import type { FastifyInstance, FastifyRequest } from 'fastify'
import { isEditor, isReader, type User } from '../access.ts'
import { howChosen } from '../campaigns/campaigns.ts'
import { drivers } from '../drivers.ts'
import { notFound, unusable } from '../errors.ts'
import { address, pageNumber } from '../lists.ts'
import { recordReadings } from '../readings.ts'
import { whySections } from '../sections.ts'
import { signedIn } from '../session/scope.ts'
import { readerOf } from '../time.ts'
import { behind, type Wanted } from './behind.ts'
import { closerPages } from './closer.ts'
import { evidencePage } from './evidence-page.ts'
import { type Figures, figuresFor } from './figures.ts'
import { readFilters, readWanted, roundsQuery } from './forms.ts'
import { type AnswerRead, answersIn, codebookVersion, filterNames, funnelOf, listFacts } from './insights.ts'
import { currentLedger, type Ledger, notGiven } from './ledger.ts'
import { whyPage } from './pages.ts'
import { answersWanted } from './quotes.ts'
import { readableBehind, whollyReadable } from './readable.ts'
import { compareRounds } from './rounds.ts'
import { roundsPage } from './rounds-page.ts'
import { roundsTable } from './rounds-table.ts'
import { csvOf } from './tables.ts'
import type { Filters } from './view.ts'

const pageSize = 20
const voicesBeside = 3
const newest = 200
/** The funnel is shown of one campaign only. */
const nobodyInvited = { invited: 0, sent: 0, began: 0, answered: 0 }

/** Why they buy, and the answers behind each number. Open to all staff; words only to those who may read them named. */
export async function insightRoutes(app: FastifyInstance): Promise<void> {
  app.get('/why', async (request, reply) => {
    const { user, filters, ledger, figures, reader } = await view(app, request)
    const names = await filterNames(app.db)
    const list = await listFacts(app.db, filters, figures.heardCustomers)
    const funnel = filters.campaign ? await funnelOf(app.db, filters.campaign) : nobodyInvited
    const codebook = await codebookVersion(app.db)
    const voices = await voicesOf(app, user, ledger, filters, figures)
    const mayOpenCampaigns = user.role !== 'rep'
    const facts = {
      figures,
      filters,
      names,
      list,
      funnel,
      codebook,
      chosen: await howChosen(app.db, roundsHeard(figures, filters)),
      voices,
      mayOpenCampaigns,
      sections: whySections(user, '/why'),
      closer: closerPages('/why'),
      mayTake: isEditor(user),
      mayRead: isReader(user),
    }
    return reply.page('insights/why', whyPage(facts, app.clock(), reader))
  })

  app.get('/why/rounds', async (request, reply) => {
    const user = signedIn(request)
    const { campaigns, earlier, later, found } = await roundsIn(app, request)
    return reply.page('insights/rounds', {
      ...roundsPage(campaigns, earlier, later, found),
      takeAway: isEditor(user) && found?.kind === 'shown' ? address('/why/rounds.csv', { earlier, later }) : '',
      sections: whySections(user, '/why'),
      closer: closerPages('/why/rounds'),
    })
  })

  app.get('/why/rounds.csv', async (request, reply) => {
    if (!isEditor(signedIn(request))) throw notFound('That file')
    const { campaigns, earlier, later, found } = await roundsIn(app, request)
    const nameOf = (id: string) => campaigns.find((campaign) => campaign.id === id)?.name ?? ''
    const table = roundsTable(found, nameOf(earlier), nameOf(later))
    if (table.rows.length === 0)
      throw unusable('There is no change to take away: choose two rounds in each of which five customers were read.')
    return reply
      .header('content-disposition', 'attachment; filename="between-rounds.csv"')
      .type('text/csv; charset=utf-8')
      .send(csvOf(table))
  })

  app.get('/why/answers', async (request, reply) => {
    const { user, filters, ledger, figures, reader } = await view(app, request)
    const { wanted, page: pageText } = readWanted(request.query)
    const page = pageNumber(pageText)
    const found = await behind(ledger, filters, wanted)
    const { total, customers, answers, isCovered } = await wordsBehind(
      app,
      user,
      found,
      filters,
      wanted,
      page,
      pageSize,
    )
    const facts = {
      filters,
      wanted,
      isShown: figures.status === 'shown' || figures.status === 'unread',
      isSilent: figures.status === 'silent',
      total: found.size,
      readable: total,
      customers,
      answers,
      page,
      pageSize,
      seesAll: isReader(user),
      isCovered,
      mayReview: mayReview(user),
      mayDecide: isEditor(user),
    }
    return reply.page('insights/answers', evidencePage(facts, app.clock(), reader))
  })
}

/** The two rounds that were chosen, and what changed between them. */
async function roundsIn(app: FastifyInstance, request: FastifyRequest) {
  const { earlier, later } = roundsQuery.parse(request.query)
  const { campaigns } = await filterNames(app.db)
  const isKnown = (id: string) => campaigns.some((campaign) => campaign.id === id)
  const canCompare = earlier !== later && isKnown(earlier) && isKnown(later)
  const found = canCompare ? compareRounds(await currentLedger(app.db), earlier, later) : undefined
  return { campaigns, earlier, later, found }
}

/** The rounds in which somebody of the view was heard. */
const roundsHeard = ({ options }: Figures, { campaign }: Filters): string[] =>
  [...options.campaign]
    .filter(([id, { n }]) => id !== notGiven && (campaign ? id === campaign : n > 0))
    .map(([id]) => id)

const mayReview = (user: User): boolean => user.role !== 'admin' || user.isCoder

async function view(app: FastifyInstance, request: FastifyRequest) {
  const user = signedIn(request)
  const filters = readFilters(request.query)
  const ledger = await currentLedger(app.db)
  const figures = await figuresFor(ledger, filters, isReader(user))
  return { user, filters, ledger, figures, reader: readerOf(user) }
}

/** One page of customers whose words this person may read, with those words; who read confidential ones is recorded. */
async function wordsBehind(
  app: FastifyInstance,
  user: User,
  found: ReadonlyMap<string, string[]>,
  filters: Filters,
  wanted: Wanted,
  page: number,
  size: number,
) {
  const window = { limit: size, offset: (page - 1) * size }
  const open = wanted.of === 'coverage' ? await whollyReadable(app.db, user, found) : found
  const { customers, total } = await readableBehind(app.db, user, open, window)
  const answers = await answersIn(
    app.db,
    user,
    customers.flatMap(({ id }) => found.get(id) ?? []),
  )
  const shown = answersWanted(answers, wanted, filters)
  await recordReadings(app.db, user.id, shown, app.clock())
  // Somebody without words here is named by a suggestion that two people are not to see yet, so neither is the name.
  const named = new Set(shown.map(({ customerId }) => customerId))
  const listed = customers.filter(({ id }) => named.has(id))
  return { customers: listed, total, answers: shown, isCovered: listed.length < customers.length }
}

/** A few words beside the bars, on what most customers name. */
async function voicesOf(app: FastifyInstance, user: User, ledger: Ledger, filters: Filters, figures: Figures) {
  const [driver] = drivers.toSorted((a, b) => figures.drivers[b]['+'].all - figures.drivers[a]['+'].all)
  const isNamed = driver !== undefined && figures.status === 'shown' && figures.drivers[driver]['+'].all > 0
  const wanted: Wanted = { of: 'driver', driver: driver ?? 'revenue', direction: '+' }
  const all: ReadonlyMap<string, string[]> = isNamed ? await behind(ledger, filters, wanted) : new Map()
  const found = new Map([...all].slice(0, newest))
  const { customers, answers } = await wordsBehind(app, user, found, filters, wanted, 1, voicesBeside)
  const firsts = customers.flatMap(({ id }): AnswerRead[] =>
    answers.filter((answer) => answer.customerId === id).slice(0, 1),
  )
  return { driver: wanted.driver, answers: firsts, customers: new Map(customers.map(({ id, name }) => [id, name])) }
}
