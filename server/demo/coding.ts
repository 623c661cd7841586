import type { Db } from '../db.ts'
import { hashOf } from '../ids.ts'
import type { Said } from './content.ts'
import { hiddenField, type Page, type Visitor } from './visitor.ts'

/** An answer of the demo and what a careful coder reads in it; of what is planted nothing stays open. */
export type ToCode = { answerId: string; said: Said; isPlanted?: boolean }

/**
 * Two people code. The first settles each answer on its page: keeps what was suggested where it is right, sets right what is
 * not, and adds what was missed. Those of the blind sample both read without seeing each other; the second sees some of them
 * in another way, as people do. The first settles most of these with a reason; a few stay open.
 */
export async function codeAnswers(db: Db, first: Visitor, second: Visitor, answers: ToCode[]): Promise<void> {
  // Several at once share what is written to the disk; they do not touch each other.
  for (let n = 0; n < answers.length; n += atOnce)
    await Promise.all(answers.slice(n, n + atOnce).map(({ answerId, said }) => code(first, answerId, said)))
  const disputed: ToCode[] = []
  const rows = await db.selectFrom('blind_sample').select('answer_id').distinct().execute()
  const sampled = new Set(rows.map(({ answer_id }) => answer_id))
  for (const one of answers.filter(({ answerId }) => sampled.has(answerId))) {
    const page = await second.get(`/review/${one.answerId}`)
    if (hiddenField(page, 'mode') !== 'blind') continue
    const seen = asSeenByAnother(one.said)
    await code(second, one.answerId, seen)
    if (seen !== one.said) disputed.push(one)
  }
  const open = disputed.filter(({ isPlanted }) => !isPlanted).slice(0, stayOpen)
  for (const one of disputed) if (!open.includes(one)) await code(first, one.answerId, one.said)
}

/** What both read once more when a new round begins, to see whether they still read alike: they do. */
export async function readAgain(db: Db, first: Visitor, second: Visitor, coded: Map<string, Said>): Promise<void> {
  const rows = await db
    .selectFrom('blind_sample')
    .select('answer_id')
    .distinct()
    .where('kind', '=', 'drift')
    .orderBy('answer_id')
    .execute()
  for (const { answer_id } of rows) {
    const said = coded.get(answer_id)
    for (const coder of said ? [first, second] : []) {
      const page = await coder.get(`/review/${answer_id}`)
      if (said && hiddenField(page, 'mode') === 'again') await code(coder, answer_id, said)
    }
  }
}

/**
 * Answers of the blind sample that no coding was written for, since they came to other questions than the round's: both read
 * in them what the suggester reads.
 */
export async function unwritten(db: Db, written: ToCode[]): Promise<ToCode[]> {
  const known = new Set(written.map(({ answerId }) => answerId))
  const rows = await db
    .selectFrom('blind_sample')
    .innerJoin('answer_revision', 'answer_revision.id', 'blind_sample.revision_id')
    .innerJoin('coding', 'coding.revision_id', 'blind_sample.revision_id')
    .innerJoin('tag', 'tag.coding_id', 'coding.id')
    .select(['blind_sample.answer_id', 'answer_revision.text', 'tag.sub', 'tag.direction', 'tag.about'])
    .select(['tag.start_at', 'tag.end_at'])
    .where('coding.suggester_version', 'is not', null)
    .where('tag.sub', '!=', '')
    .orderBy('blind_sample.id')
    .orderBy('tag.id')
    .execute()
  const answers = Map.groupBy(
    rows.filter((row) => !known.has(row.answer_id)),
    (row) => row.answer_id,
  )
  return [...answers].map(([answerId, tags]) => ({
    answerId,
    said: {
      text: tags[0]?.text ?? '',
      leave: false,
      // The suggester may see the same twice in one answer; a person tags it once.
      tags: [...new Map(tags.toReversed().map((tag) => [`${tag.sub}${tag.direction} ${tag.about}`, tag])).values()].map(
        ({ sub, direction, about, text, start_at, end_at }) => ({
          code: `${sub}${direction}`,
          words: [...text].slice(start_at, end_at).join(''),
          flags: [],
          about,
        }),
      ),
    },
  }))
}

const atOnce = 8

/** So many answers that were read in two ways are left to whoever tries the demo. */
const stayOpen = 3

const reasons = [
  'The words name the event, so it is risk; the feeling is not said.',
  'One step only: the effect is stated, what follows from it is not.',
  'Both are named with words of their own, so both stand.',
  'The customer’s nouns decide.',
]

async function code(coder: Visitor, answerId: string, said: Said): Promise<void> {
  const page = await coder.get(`/review/${answerId}`)
  const text = textOf(page) ?? said.text
  const frame = {
    revision: hiddenField(page, 'revision'),
    settled: hiddenField(page, 'settled'),
    mode: hiddenField(page, 'mode'),
    sample: hiddenField(page, 'sample'),
    hand: '-1',
    act: 'confirm',
    reason: reasons[Math.floor(chanceOf(said.text) * reasons.length)] ?? '',
  }
  if (said.none) return void (await coder.post(`/review/${answerId}`, { ...frame, none: 'on', noneKind: said.none }))
  const rows = said.tags.flatMap(({ code: tag, words, flags, about }, n) => {
    const at = [...said.text.slice(0, Math.max(0, said.text.indexOf(words)))].length
    const fields = {
      state: 'own',
      from: '',
      code: tag.slice(0, 2),
      direction: tag.slice(2),
      about,
      flags,
      // Names are covered on a blind page: the words are taken from it, at their place.
      words: [...text].slice(at, at + [...words].length).join(''),
      at: String(at),
    }
    return Object.entries(fields).map(([name, value]): [string, string | string[]] => [`tag-${n}-${name}`, value])
  })
  await coder.post(`/review/${answerId}`, { ...frame, ...Object.fromEntries(rows) })
}

/** The answer as a blind page shows it; elsewhere marks stand between its words. */
function textOf(page: Page): string | undefined {
  const [, found] = /id="said"[^>]*>([^<]*)<\/p>/.exec(page.body) ?? []
  return found
    ?.replaceAll('&quot;', '"')
    .replaceAll('&#x27;', "'")
    .replaceAll('&#x3D;', '=')
    .replaceAll('&#x60;', '`')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
}

/** Where the second reader differs: in about one answer of six, always in the same ones. The same object where not. */
function asSeenByAnother(said: Said): Said {
  const chance = chanceOf(`second ${said.text}`)
  const [tag, ...others] = said.tags
  if (!tag) return said
  // One of two tags is not seen; or another sub-code is chosen; or a care is read as a safeguard.
  if (chance < 0.06 && others.length > 0) return { ...said, tags: [tag, ...others.slice(1)] }
  if (chance < 0.12) {
    const code = neighbours[tag.code] ?? tag.code
    // Where the neighbour stands already, choosing it would tag the same twice, which a page does not take.
    return others.some((other) => other.code === code) ? said : { ...said, tags: [{ ...tag, code }, ...others] }
  }
  if (chance < 0.17 && others.length === 0) return { ...said, tags: [], none: 'GEN' }
  return said
}

const neighbours: Record<string, string> = {
  'K3+': 'C3+',
  'K5+': 'E1+',
  'E1+': 'K3+',
  'E2+': 'K3+',
  'C3+': 'C4+',
  'C4-': 'C3-',
  'C1-': 'C2-',
  'K1+': 'C2+',
}

/** A number from 0 to 1 that follows from a text as if by chance. */
const chanceOf = (text: string): number => Number.parseInt(hashOf(text).slice(0, 8), 16) / 16 ** 8
