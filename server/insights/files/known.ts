import type { Db } from '../../db.ts'
import { hasWords, namedItems } from '../../templates/kinds/kinds.ts'
import { getTemplateVersion } from '../../templates/templates.ts'

/** What a file names beside the words; little, so it is read once. Plain, so that a thread can be told. */
export type Known = {
  users: Map<string, string>
  campaigns: Map<string, { name: string; round: number }>
  versions: Map<string, { key: string; number: number; questions: Map<string, Asked> }>
}
/** A question: whether it names the four, its items, and whether people write words there, tick or choose. */
export type Asked = { text: string; isPrompted: boolean; items: string[]; hasWords: boolean; hasValue: boolean }

export async function knownOf(db: Db): Promise<Known> {
  const users = await db.selectFrom('user').select(['id', 'name']).execute()
  const campaigns = await db.selectFrom('campaign').select(['id', 'name', 'round']).execute()
  const rows = await db.selectFrom('template_version').select('id').orderBy('published_at', 'desc').execute()
  const versions = await Promise.all(rows.map(({ id }) => getTemplateVersion(db, id)))
  return {
    users: new Map(users.map(({ id, name }) => [id, name])),
    campaigns: new Map(campaigns.map(({ id, name, round }) => [id, { name, round }])),
    versions: new Map(
      versions.map(({ id, key, number, template }) => [
        id,
        {
          key,
          number,
          questions: new Map(
            template.questions.map((question) => [
              question.id,
              {
                text: question.text,
                isPrompted: question.prompted,
                items: namedItems(question).map(({ item }) => item),
                hasWords: hasWords(question),
                hasValue: question.kind !== 'long',
              },
            ]),
          ),
        },
      ]),
    ),
  }
}

/** Whether this was said once the four had been named, as the figures take it. */
export const isPrompted = (
  { versions }: Known,
  versionId: string,
  answer: { after_prompt: number; question: string },
): boolean =>
  answer.after_prompt === 1 || (versions.get(versionId)?.questions.get(answer.question)?.isPrompted ?? false)
