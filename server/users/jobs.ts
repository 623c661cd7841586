import { getCompany } from '../company.ts'
import type { Db } from '../db.ts'
import type { JobDeps } from '../jobs.ts'
import { staffPost } from '../staff-mail.ts'
import type { Handler } from '../worker.ts'
import { handOverLetter } from './mail.ts'

/** Tells whoever takes over what is theirs now. */
export function userJobs(deps: JobDeps): Record<string, Handler> {
  const { config, db } = deps
  const send = staffPost(deps)
  return {
    async 'hand-over-mail'({ id, payload, tries }) {
      const { userId = '', fromId = '', byId = '', first = '' } = payload
      const people = await findPeople(db, [userId, fromId, byId])
      const to = people.get(userId)
      if (!to || to.deactivated_at) return undefined
      const { name: company } = await getCompany(db)
      const letter = handOverLetter(
        { from: people.get(fromId)?.name ?? 'a colleague', by: people.get(byId)?.name ?? company },
        {
          customers: Number(payload.customers),
          followUps: Number(payload.followUps),
          campaigns: Number(payload.campaigns),
        },
        await findNames(db, first.split(' ')),
        config.baseUrl,
      )
      return send(id, tries, to.email, letter.heading, 'staff-letter', { name: to.name, ...letter })
    },
  }
}

async function findPeople(db: Db, ids: string[]) {
  const rows = await db
    .selectFrom('user')
    .select(['id', 'name', 'email', 'deactivated_at'])
    .where('id', 'in', ids)
    .execute()
  return new Map(rows.map((row) => [row.id, row]))
}

async function findNames(db: Db, ids: string[]): Promise<string[]> {
  const rows = await db.selectFrom('customer').select('name').where('id', 'in', ids).orderBy('name').execute()
  return rows.map(({ name }) => name)
}
