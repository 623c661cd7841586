import { randomInt } from 'node:crypto'
import { type Db, transact } from '../db.ts'
import { AppError, conflict } from '../errors.ts'
import { record } from '../events.ts'
import { hashOf } from '../ids.ts'
import { bell, enqueue } from '../queue.ts'
import { instant, later, minutes } from '../time.ts'
import { plural } from '../words.ts'
import { revokeSessions } from './session.ts'
import { newSecret, stepOf } from './totp.ts'

const letters = '23456789abcdefghjkmnpqrstvwxyz'
const codesEach = 10
/** So many wrong codes within an hour, over all sign-ins of a person; then only a recovery code helps until it is over. */
const wrongAnHour = 10

/** A recovery code as it is shown: 12 signs, 58 bits. */
const newRecoveryCode = (): string =>
  [0, 1, 2].map(() => Array.from({ length: 4 }, () => letters[randomInt(letters.length)]).join('')).join('-')

/** People leave out dashes, and write capitals. */
const plainCode = (typed: string): string => typed.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
const recoveryHash = (userId: string, code: string): string => hashOf(`${userId} ${plainCode(code)}`)

/** The factor of a person, set up or being set up; undefined without one. `codesLeft`: recovery codes that still work. */
export const findFactor = (db: Db, userId: string) =>
  db
    .selectFrom('second_factor')
    .select((eb) => [
      'secret',
      'confirmed_at',
      'last_step',
      'wrong_codes',
      'wrong_since',
      eb
        .selectFrom('recovery_code')
        .select((count) => count.fn.countAll<number>().as('n'))
        .where('recovery_code.user_id', '=', userId)
        .where('recovery_code.used_at', 'is', null)
        .as('codes_left'),
    ])
    .where('user_id', '=', userId)
    .executeTakeFirst()

/** Whether signing in asks this person for a code. */
export async function hasFactor(db: Db, userId: string): Promise<boolean> {
  return (await findFactor(db, userId))?.confirmed_at != null
}

/** Begins the setting up, or begins it anew: nothing is protected before a code has been typed. 409 if it is on already. */
export async function beginFactor(db: Db, userId: string, now: Date): Promise<void> {
  await transact(db, async (trx) => {
    if (await hasFactor(trx, userId)) throw conflict('Your second factor is on already. Turn it off first.')
    const row = { secret: newSecret(), created_at: instant(now), last_step: 0 }
    await trx
      .insertInto('second_factor')
      .values({ user_id: userId, ...row, confirmed_at: null, wrong_since: null })
      .onConflict((again) => again.column('user_id').doUpdateSet(row))
      .execute()
  })
}

/**
 * Ends the setting up with the first code of the app, ends all other sessions, and returns the recovery codes, which are
 * shown this once. Undefined if the code is not right.
 */
export async function confirmFactor(
  db: Db,
  userId: string,
  code: string,
  sessionId: string,
  now: Date,
): Promise<string[] | undefined> {
  const codes = await transact(db, async (trx) => {
    const factor = await findFactor(trx, userId)
    if (!factor || factor.confirmed_at)
      throw conflict('Nothing is being set up. Look at your account, then begin anew.')
    const step = stepOf(code.replaceAll(/\s/g, ''), factor.secret, now, factor.last_step)
    if (step === undefined) return undefined
    await trx
      .updateTable('second_factor')
      .set({ confirmed_at: instant(now), last_step: step, wrong_codes: 0, wrong_since: null })
      .where('user_id', '=', userId)
      .execute()
    await revokeSessions(trx, userId, now, sessionId)
    await record(trx, { actor: 'user', userId }, 'second-factor-on', 'user', userId, now)
    await enqueue(trx, 'staff-notice', { notice: 'second-factor-on', userId }, now, { isUrgent: true })
    return writeRecoveryCodes(trx, userId)
  })
  bell.emit('job')
  return codes
}

async function writeRecoveryCodes(trx: Db, userId: string): Promise<string[]> {
  const codes = Array.from({ length: codesEach }, newRecoveryCode)
  await trx.deleteFrom('recovery_code').where('user_id', '=', userId).execute()
  await trx
    .insertInto('recovery_code')
    .values(codes.map((code) => ({ user_id: userId, code_hash: recoveryHash(userId, code), used_at: null })))
    .execute()
  return codes
}

/** Makes ten new recovery codes against a code; those from before stop working. */
export async function renewRecoveryCodes(
  db: Db,
  userId: string,
  code: string,
  now: Date,
): Promise<string[] | 'wrong' | 'too-many'> {
  const made = await transact(db, async (trx) => {
    const taken = await takeCode(trx, userId, code, now)
    if (taken !== 'right') return taken
    await record(trx, { actor: 'user', userId }, 'recovery-codes-renewed', 'user', userId, now)
    await enqueue(trx, 'staff-notice', { notice: 'recovery-codes-renewed', userId }, now, { isUrgent: true })
    return writeRecoveryCodes(trx, userId)
  })
  bell.emit('job')
  return made
}

/** Those of the given codes that work for this person: a page may hand them back only to whom they belong. */
export async function knownRecoveryCodes(db: Db, userId: string, codes: string[]): Promise<string[]> {
  const rows = await db
    .selectFrom('recovery_code')
    .select('code_hash')
    .where('user_id', '=', userId)
    .where('used_at', 'is', null)
    .execute()
  return codes.slice(0, codesEach).filter((code) => rows.some((row) => row.code_hash === recoveryHash(userId, code)))
}

/**
 * Takes a code of the app or a recovery code, inside the caller's transaction: each works once. 'too-many' after ten
 * wrong ones within an hour; a recovery code, which nobody guesses, works even then.
 */
export async function takeCode(
  trx: Db,
  userId: string,
  typed: string,
  now: Date,
): Promise<'right' | 'wrong' | 'too-many'> {
  const factor = await findFactor(trx, userId)
  if (!factor?.confirmed_at) return 'wrong'
  const recovered = await trx
    .updateTable('recovery_code')
    .set({ used_at: instant(now) })
    .where('user_id', '=', userId)
    .where('code_hash', '=', recoveryHash(userId, typed))
    .where('used_at', 'is', null)
    .executeTakeFirst()
  if (recovered.numUpdatedRows > 0n) {
    await record(trx, { actor: 'user', userId }, 'recovery-code-used', 'user', userId, now)
    await enqueue(trx, 'staff-notice', { notice: 'recovery-code-used', userId }, now, { isUrgent: true })
    return 'right'
  }
  const isRecent = factor.wrong_since !== null && factor.wrong_since > later(now, -minutes(60))
  if (isRecent && factor.wrong_codes >= wrongAnHour) return 'too-many'
  const step = stepOf(typed.replaceAll(/\s/g, ''), factor.secret, now, factor.last_step)
  const seen =
    step === undefined
      ? {
          wrong_codes: isRecent ? factor.wrong_codes + 1 : 1,
          wrong_since: isRecent ? factor.wrong_since : instant(now),
        }
      : { last_step: step, wrong_codes: 0, wrong_since: null }
  await trx.updateTable('second_factor').set(seen).where('user_id', '=', userId).execute()
  return step === undefined ? 'wrong' : 'right'
}

/** The sentence for 'too-many', with the time that is left. */
export async function tooManyCodes(db: Db, userId: string, now: Date): Promise<AppError> {
  const since = Date.parse((await findFactor(db, userId))?.wrong_since ?? instant(now))
  const left = Math.max(1, Math.ceil((since + minutes(60) - now.getTime()) / minutes(1)))
  return new AppError(
    429,
    `Ten wrong codes were typed within an hour. Try again in ${plural(left, 'minute')}, or use one of your recovery codes.`,
  )
}

/** Turns the own factor off against a code. */
export async function turnOffOwn(
  db: Db,
  userId: string,
  code: string,
  now: Date,
): Promise<'right' | 'wrong' | 'too-many'> {
  const taken = await transact(db, async (trx) => {
    const outcome = await takeCode(trx, userId, code, now)
    if (outcome === 'right') await turnOff(trx, userId, { actor: 'user', userId }, now)
    return outcome
  })
  bell.emit('job')
  return taken
}

/** Turns somebody's factor off, since their device is lost: an admin does it, or whoever runs the machine. False if it was not on. */
export async function turnOffFor(db: Db, userId: string, adminId: string | null, now: Date): Promise<boolean> {
  const wasOn = await transact(db, async (trx) => {
    if (!(await hasFactor(trx, userId))) return false
    await turnOff(trx, userId, adminId === null ? { actor: 'system' } : { actor: 'user', userId: adminId }, now)
    // Whoever has the lost device may be signed in on it.
    await revokeSessions(trx, userId, now)
    return true
  })
  bell.emit('job')
  return wasOn
}

type By = { actor: 'user'; userId: string } | { actor: 'system' }

async function turnOff(trx: Db, userId: string, by: By, now: Date): Promise<void> {
  await trx.deleteFrom('second_factor').where('user_id', '=', userId).execute()
  await trx.deleteFrom('recovery_code').where('user_id', '=', userId).execute()
  await trx.deleteFrom('pending_sign_in').where('user_id', '=', userId).execute()
  await record(trx, by, 'second-factor-off', 'user', userId, now)
  const byId = by.actor === 'user' ? by.userId : ''
  await enqueue(trx, 'staff-notice', { notice: 'second-factor-off', userId, byId }, now, { isUrgent: true })
}
