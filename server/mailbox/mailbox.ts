import { type ExpressionBuilder, type SqlBool, sql } from 'kysely'
import { mayReadNamed, type User } from '../access.ts'
import { type Db, transact } from '../db.ts'
import { notFound } from '../errors.ts'
import { containing } from '../lists.ts'
import { bell } from '../queue.ts'
import type { MessageState, Tables } from '../tables.ts'
import { instant } from '../time.ts'

export const pageSize = 25

/** For `.where(mayOpenMail(user))`: admins open every mail, others what went to customers and to themselves. */
// A mail to another member of staff may hold a link to sign in as them.
function mayOpenMail(user: User) {
  return (eb: ExpressionBuilder<Tables, 'mailbox_mail'>) =>
    user.role === 'admin'
      ? sql<SqlBool>`1 = 1`
      : eb.or([
          eb('mailbox_mail.recipient', '=', user.email),
          eb.exists(
            eb
              .selectFrom('message')
              .select('message.id')
              .whereRef('message.message_id', '=', 'mailbox_mail.message_id'),
          ),
        ])
}

/** One page of the mails that this person may open, newest first, and how many there are. `search`: part of recipient or subject. */
export async function listMails(db: Db, user: User, search: string, page: number) {
  const pattern = containing(search)
  let mails = db.selectFrom('mailbox_mail').where(mayOpenMail(user))
  if (search)
    mails = mails.where(
      sql<SqlBool>`(mailbox_mail.recipient like ${pattern} escape '\\' or mailbox_mail.subject like ${pattern} escape '\\')`,
    )
  const { total } = await mails.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow()
  const rows = await withNames(mails)
    .select(['mailbox_mail.id', 'mailbox_mail.recipient', 'mailbox_mail.subject', 'mailbox_mail.kept_at'])
    .orderBy('mailbox_mail.kept_at', 'desc')
    .orderBy('mailbox_mail.id', 'desc')
    .limit(pageSize)
    .offset((page - 1) * pageSize)
    .execute()
  return { total, rows }
}
export type MailRow = Awaited<ReturnType<typeof listMails>>['rows'][number]

/** One mail with all its parts. `isWithheld`: it repeats a customer's words, which this person may not read with the name. */
export async function getMail(db: Db, user: User, id: string) {
  const mail = await withNames(db.selectFrom('mailbox_mail').where(mayOpenMail(user)))
    .select([
      'mailbox_mail.id',
      'mailbox_mail.recipient',
      'mailbox_mail.sender',
      'mailbox_mail.subject',
      'mailbox_mail.headers',
      'mailbox_mail.text_body',
      'mailbox_mail.html_body',
      'mailbox_mail.kept_at',
      'message.invitation_id',
    ])
    .where('mailbox_mail.id', '=', id)
    .executeTakeFirst()
  if (!mail) throw notFound('That mail')
  const holdsWords = mail.kind === 'receipt' || mail.kind === 'read-back'
  const isWithheld = holdsWords && !(await mayReadAnswers(db, user, mail.invitation_id ?? ''))
  return { ...mail, isWithheld }
}
export type OpenMail = Awaited<ReturnType<typeof getMail>>

async function mayReadAnswers(db: Db, user: User, invitationId: string): Promise<boolean> {
  const row = await db
    .selectFrom('response')
    .innerJoin('customer', 'customer.id', 'response.customer_id')
    .select('response.id')
    .where('response.invitation_id', '=', invitationId)
    .where(mayReadNamed(user))
    .executeTakeFirst()
  return row !== undefined
}

/** The mails with whom they went to and why, as far as that is still known. */
const withNames = (mails: ReturnType<typeof visible>) =>
  mails
    .leftJoin('message', 'message.message_id', 'mailbox_mail.message_id')
    .leftJoin('invitation', 'invitation.id', 'message.invitation_id')
    .leftJoin('contact', 'contact.id', 'invitation.contact_id')
    .leftJoin('customer', 'customer.id', 'invitation.customer_id')
    .leftJoin('user', 'user.email', 'mailbox_mail.recipient')
    .select([
      'message.kind',
      'contact.first_name',
      'contact.last_name',
      'customer.id as customer_id',
      'customer.name as customer_name',
      'user.name as user_name',
    ])

const visible = (db: Db) => db.selectFrom('mailbox_mail')

/** The mails just before and after one, in time, that this person may open: their ids, or undefined at the ends. */
export async function findNeighbours(db: Db, user: User, mail: { id: string; kept_at: string }) {
  const at = sql`(mailbox_mail.kept_at, mailbox_mail.id)`
  const here = sql`(${mail.kept_at}, ${mail.id})`
  const mails = visible(db).select('mailbox_mail.id').where(mayOpenMail(user)).limit(1)
  const newer = await mails
    .where(sql<SqlBool>`${at} > ${here}`)
    .orderBy('mailbox_mail.kept_at')
    .orderBy('mailbox_mail.id')
    .executeTakeFirst()
  const older = await mails
    .where(sql<SqlBool>`${at} < ${here}`)
    .orderBy('mailbox_mail.kept_at', 'desc')
    .orderBy('mailbox_mail.id', 'desc')
    .executeTakeFirst()
  return { newer: newer?.id, older: older?.id }
}

/** How many mails to customers are in which state, over all campaigns. */
export async function countMessages(db: Db): Promise<Partial<Record<MessageState, number>>> {
  const rows = await db
    .selectFrom('message')
    .select((eb) => ['state', eb.fn.countAll<number>().as('count')])
    .groupBy('state')
    .execute()
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]))
}

/** Jobs that were given up, the newest first; at most 50, since after that one looks at the cause, not at the list. */
export function listFailedJobs(db: Db) {
  return db
    .selectFrom('job')
    .select(['id', 'kind', 'failed_at', 'last_error'])
    .where('failed_at', 'is not', null)
    .orderBy('failed_at', 'desc')
    .limit(50)
    .execute()
}
export type FailedJob = Awaited<ReturnType<typeof listFailedJobs>>[number]

/** Puts a job that was given up back into the queue, with all its tries. */
export async function tryJobAgain(db: Db, id: string, now: Date): Promise<void> {
  const freed = await transact(db, (trx) =>
    trx
      .updateTable('job')
      .set({ failed_at: null, tries: 0, run_at: instant(now) })
      .where('id', '=', id)
      .where('failed_at', 'is not', null)
      .executeTakeFirst(),
  )
  if (freed.numUpdatedRows === 0n) throw notFound('That job')
  bell.emit('job')
}
