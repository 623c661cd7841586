import type { Db } from '#server/db.ts'

/** The id of the newest version of a template. */
export async function newestVersion(db: Db, key = 'core'): Promise<string> {
  const { id } = await db
    .selectFrom('template_version')
    .select('id')
    .where('key', '=', key)
    .orderBy('number', 'desc')
    .executeTakeFirstOrThrow()
  return id
}
