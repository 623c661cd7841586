import { Worker } from 'node:worker_threads'
import { sql } from 'kysely'
import { isReader, type User } from '../access.ts'
import type { Db } from '../db.ts'
import { hashOf } from '../ids.ts'
import { type Agreement, agreementOf, type BlindReading, type ReadTwice } from './agreement-figures.ts'
import { isCooling } from './blind.ts'
import { maskNames, namesBehind } from './masked-names.ts'

/** A blind reading as it is compared: whose it is, of which sample, and whether its answer is settled. */
type Read = BlindReading & {
  id: string
  answerId: string
  responseId: string
  sampleId: string
  kind: 'first' | 'round' | 'drift'
  round: string
  userId: string | null
  createdAt: string
  isAnswerSettled: boolean
}

/** Blind readings that stand, of answers that are still ours to count; of whatever words they were made. */
async function readings(db: Db): Promise<Read[]> {
  const rows = await db
    .selectFrom('coding')
    .innerJoin('blind_sample', 'blind_sample.id', 'coding.sample_id')
    .innerJoin('response', 'response.id', 'blind_sample.response_id')
    .leftJoin('tag', (join) => join.onRef('tag.coding_id', '=', 'coding.id').on('tag.about', '=', 'us'))
    .select(['coding.id', 'coding.answer_id as answerId', 'coding.user_id as userId', 'coding.created_at as createdAt'])
    .select(['response.id as responseId', 'blind_sample.id as sampleId', 'blind_sample.kind', 'blind_sample.round'])
    .select(['tag.driver', 'tag.direction', 'tag.sub'])
    .select(
      sql<number>`exists (select 1 from coding s where s.revision_id = coding.revision_id and s.is_settled = 1)`.as(
        'isSettled',
      ),
    )
    .where('coding.is_blind', '=', 1)
    .where('coding.taken_back_at', 'is', null)
    .where('response.state', '=', 'submitted')
    // Named with a sign, so that the few of the sample are sorted and not all codings read in their order.
    .orderBy(sql`+coding.id`)
    .execute()
  const read = new Map<string, Read>()
  for (const { driver, direction, sub, isSettled, ...row } of rows) {
    const one = read.get(row.id) ?? { ...row, coder: row.userId ?? '', isAnswerSettled: isSettled === 1, tags: [] }
    read.set(row.id, one)
    if (driver && direction) one.tags.push({ driver, direction, sub: sub ?? '' })
  }
  return [...read.values()]
}

/** The answers of the blind sample that two or more have read, each with its readings. */
const readTwice = (all: Read[]): (ReadTwice & { reads: Read[] })[] =>
  [...Map.groupBy(all, ({ sampleId }) => sampleId).values()]
    .filter((reads) => reads.length >= 2)
    .map((reads) => ({
      answerId: reads[0]?.answerId ?? '',
      readings: reads.map(({ coder, tags }) => ({ coder, tags })),
      reads,
    }))

const kept = new WeakMap<Db, { version: string; figures: Promise<Agreement> }>()
/** From so many answers on the draws take longer than other pages should wait for. */
const thread = 150

/** How far people agree now. The same readings give the same figures, intervals and all; they are worked out once. */
export async function agreementFor(db: Db): Promise<Agreement> {
  const units = readTwice((await readings(db)).filter(({ kind }) => kind !== 'drift')).map(
    ({ answerId, readings }) => ({
      answerId,
      readings,
    }),
  )
  const version = hashOf(JSON.stringify(units))
  const known = kept.get(db)
  if (known?.version === version) return known.figures
  const seed = Number.parseInt(version.slice(0, 8), 16)
  const figures = units.length < thread ? Promise.resolve(agreementOf(units, seed)) : inThread(units, seed)
  kept.set(db, { version, figures })
  figures.catch(() => kept.delete(db))
  return figures
}

function inThread(units: ReadTwice[], seed: number): Promise<Agreement> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./agreement-thread.ts', import.meta.url), { workerData: { units, seed } })
    worker.once('message', resolve)
    worker.once('error', reject)
    worker.once('exit', (code) => reject(new Error(`The thread for agreement ended with ${code} and no figures.`)))
  })
}

/** One person against those who read the same answers: how many, how many alike, and α of tag sets. */
export type CoderAgreement = { userId: string; name: string; n: number; alike: number; alpha: number | null }

/** The own figures of `user`; of all coders too, if `isShown`. Names come with them. */
export async function coderAgreement(db: Db, user: User, isShown: boolean): Promise<CoderAgreement[]> {
  const units = readTwice((await readings(db)).filter(({ kind }) => kind !== 'drift'))
  const users = await db.selectFrom('user').select(['id', 'name']).orderBy('name').execute()
  return users
    .filter(({ id }) => id === user.id || isShown)
    .flatMap(({ id, name }) => {
      const mine = units.filter(({ reads }) => reads.some(({ userId }) => userId === id))
      if (mine.length === 0) return []
      const { n, alike, sets } = agreementOf(mine)
      return [{ userId: id, name, n, alike, alpha: sets.alpha }]
    })
}

/** What was read again in a round, against what stood settled: how many, how many read as then, by the same people and by others. */
export type Drift = {
  round: string
  drawn: number
  read: number
  alike: number
  bySame: { n: number; alike: number }
  byOthers: { n: number; alike: number }
  alpha: number | null
}

/** Agreement of now against then, newest round first. An answer counts once for each person who has read it again. */
export async function driftFor(db: Db): Promise<Drift[]> {
  const samples = await db
    .selectFrom('blind_sample')
    .innerJoin('campaign', 'campaign.id', 'blind_sample.round')
    .innerJoin('response', 'response.id', 'blind_sample.response_id')
    .leftJoin('coding', (join) =>
      join.onRef('coding.revision_id', '=', 'blind_sample.revision_id').on('coding.is_settled', '=', 1),
    )
    .leftJoin('tag', (join) => join.onRef('tag.coding_id', '=', 'coding.id').on('tag.about', '=', 'us'))
    .select(['blind_sample.id', 'blind_sample.revision_id as revisionId', 'campaign.name as round'])
    .select(['coding.id as codingId', 'tag.driver', 'tag.direction', 'tag.sub'])
    .where('blind_sample.kind', '=', 'drift')
    .where('response.state', '=', 'submitted')
    .orderBy('campaign.launched_at', 'desc')
    .orderBy('blind_sample.id')
    .execute()
  if (samples.length === 0) return []
  const before = await db
    .selectFrom('coding')
    .innerJoin('blind_sample', 'blind_sample.revision_id', 'coding.revision_id')
    .select(['blind_sample.id', 'coding.user_id as userId'])
    .where('blind_sample.kind', '=', 'drift')
    .where('coding.user_id', 'is not', null)
    .where('coding.taken_back_at', 'is', null)
    .where(sql<boolean>`coding.sample_id is not blind_sample.id`)
    .execute()
  const knew = new Set(before.map(({ id, userId }) => `${id} ${userId}`))
  const now = Map.groupBy(
    (await readings(db)).filter(({ kind }) => kind === 'drift'),
    ({ sampleId }) => sampleId,
  )
  return [...Map.groupBy(samples, ({ round }) => round)].map(([round, rows]) => {
    const pairs = [...Map.groupBy(rows, ({ id }) => id)].flatMap(([id, tags]) => {
      const then: BlindReading = {
        coder: 'then',
        tags: tags.flatMap(({ driver, direction, sub }) =>
          driver && direction ? [{ driver, direction, sub: sub ?? '' }] : [],
        ),
      }
      return (now.get(id) ?? []).map((read) => ({
        isSame: knew.has(`${id} ${read.userId}`),
        id,
        unit: { answerId: read.answerId, readings: [then, { coder: 'zzz', tags: read.tags }] },
      }))
    })
    const figures = (some: typeof pairs) => agreementOf(some.map(({ unit }) => unit))
    const same = pairs.filter(({ isSame }) => isSame)
    const others = pairs.filter(({ isSame }) => !isSame)
    const all = figures(pairs)
    return {
      round,
      drawn: new Set(rows.map(({ id }) => id)).size,
      read: new Set(pairs.map(({ id }) => id)).size,
      alike: all.alike,
      bySame: { n: same.length, alike: figures(same).alike },
      byOthers: { n: others.length, alike: figures(others).alike },
      alpha: all.sets.alpha,
    }
  })
}

/** Answers whose readings differ on one driver and direction, or ('' as driver) on their tag sets; for readers only. */
export async function listDisagreements(db: Db, user: User, label: { driver: string; direction: string }, now: Date) {
  if (!isReader(user)) return []
  const units = readTwice((await readings(db)).filter(({ kind }) => kind !== 'drift')).filter(
    ({ reads }) => reads.some(({ isAnswerSettled }) => isAnswerSettled) || !isCooling(reads, user.id, now),
  )
  const differing = units.filter(({ reads }) => {
    const said = reads.map(({ tags }) =>
      tags.some(({ driver, direction }) => driver === label.driver && direction === label.direction),
    )
    return new Set(said).size > 1
  })
  const ids = differing.map(({ answerId }) => answerId)
  const answers = await db
    .selectFrom('answer')
    .innerJoin('answer_revision', (join) =>
      join.onRef('answer_revision.answer_id', '=', 'answer.id').on('answer_revision.superseded_at', 'is', null),
    )
    .select(['answer.id', 'answer.response_id as responseId', 'answer_revision.text', 'answer_revision.value'])
    .select('answer_revision.provenance')
    .where('answer.id', 'in', sql<string>`(select value from json_each(${JSON.stringify(ids)}))`)
    .orderBy('answer.id')
    .execute()
  const names = await namesBehind(
    db,
    answers.map(({ responseId }) => responseId),
  )
  return answers.map((answer) => {
    const known = names.get(answer.responseId)
    const unit = differing.find(({ answerId }) => answerId === answer.id)
    return {
      ...answer,
      text: maskNames(answer.text, known?.whole ?? [], known?.persons ?? []),
      isSettled: unit?.reads.some(({ isAnswerSettled }) => isAnswerSettled) ?? false,
    }
  })
}
