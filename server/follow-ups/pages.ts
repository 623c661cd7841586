import type { User } from '../access.ts'
import { type Clock, clockOf } from '../due.ts'
import { type Field, field, type Problems, problemsOf, type SelectField, select, type Typed } from '../forms.ts'
import { address, type Pager, pager } from '../lists.ts'
import { dayAt, printDay, printInstantDay, type Reader, readerOf } from '../time.ts'
import { dialOf, plural } from '../words.ts'
import { type FollowUp, mayReword, type Wanted } from './follow-ups.ts'

export const pageSize = 25
const partOf = (user: User): string => (user.role === 'rep' ? 'Today' : '')

/** One thing that we owe, as it stands in a list. */
export type Duty = {
  id: string
  text: string
  customer: string
  customerHref: string
  href: string
  clock: Clock
  how: string
  owner: string
  done: string
  doneAction: string
  reopenAction: string
  /** The number to call, where they asked for a call, and where a press on it leads; '' for none. */
  phone: string
  dial: string
}

const contactOf = (row: FollowUp): string => [row.first_name, row.last_name].filter(Boolean).join(' ')

/** How it came to be owed: "Anna Brandt asked for a call on 20 November." */
function origin(row: FollowUp, now: Date, reader: Reader): string {
  const day = printInstantDay(row.created_at, now, reader)
  const them = contactOf(row) || row.customer_name
  switch (row.kind) {
    case 'call':
      return `${them} asked for a call on ${day}.`
    case 'owed':
      return `${them} wrote on ${day} that we owe them this.`
    case 'promise':
      return `${row.maker_name ?? 'Somebody of ours'} promised it${contactOf(row) ? ` to ${contactOf(row)}` : ''} on ${day}.`
  }
}

/** `user`'s own things need no name of who takes care of them. */
export function duty(row: FollowUp, user: User, now: Date): Duty {
  const reader = readerOf(user)
  const isOthers = row.owner_id !== user.id
  const phone = phoneOf(row)
  return {
    id: row.id,
    text: row.text,
    customer: row.customer_name,
    customerHref: `/customers/${row.customer_id}`,
    href: `/follow-ups/${row.id}`,
    clock: clockOf(row.due_on, dayAt(now, user.timeZone)),
    how: origin(row, now, reader),
    owner: isOthers ? (row.owner_name ? `${row.owner_name} takes care of it.` : 'Nobody takes care of it yet.') : '',
    done: row.done_at ? `Done by ${row.doer_name ?? 'somebody'} on ${printInstantDay(row.done_at, now, reader)}.` : '',
    doneAction: `/follow-ups/${row.id}/completion`,
    reopenAction: `/follow-ups/${row.id}/reopening`,
    phone,
    dial: dialOf(phone),
  }
}

/** Whoever asks for a call leaves a number: "Call +44 1632 960999. When it suits: …" (answers/asides.ts). */
const phoneOf = (row: FollowUp): string =>
  row.kind === 'call' && !row.done_at ? (/^Call (.+?)\. When it suits: /.exec(row.text)?.[1] ?? '') : ''

type ListPage = {
  title: string
  part: string
  lead: string
  tabs: { href: string; label: string; isCurrent: boolean }[]
  isDone: boolean
  rows: Duty[]
  emptyTitle: string
  emptyWords: string
  pager: Pager
}

export function listPage(
  user: User,
  wanted: Wanted,
  page: number,
  found: { rows: FollowUp[]; total: number },
  now: Date,
): ListPage {
  const isDone = wanted.state === 'done'
  const tab = (label: string, whose: string, state: string) => ({
    label,
    href: address('/follow-ups', { whose: whose === 'mine' ? '' : whose, state: state === 'open' ? '' : state }),
    isCurrent: wanted.whose === whose && wanted.state === state,
  })
  const query = {
    whose: wanted.whose === 'mine' ? '' : wanted.whose,
    state: wanted.state === 'open' ? '' : wanted.state,
  }
  return {
    title: 'What we owe',
    part: partOf(user),
    lead: isDone
      ? `${plural(found.total, 'thing')} done, newest first.`
      : `${plural(found.total, 'thing')} open, longest due first.`,
    tabs: [tab('Mine', 'mine', 'open'), tab('Everybody’s', 'all', 'open'), tab('Done lately', wanted.whose, 'done')],
    isDone,
    rows: found.rows.map((row) => duty(row, user, now)),
    emptyTitle: isDone ? 'Nothing done yet' : 'We owe nothing',
    emptyWords: isDone
      ? 'What is done stands here and can be opened again.'
      : 'Promises from talks, calls that customers ask for and what they say that we owe will stand here.',
    pager: pager(found.total, page, pageSize, '/follow-ups', query),
  }
}

type ChangePage = Problems & {
  title: string
  part: string
  text: string
  mayReword: boolean
  customer: string
  customerHref: string
  how: string
  done: string
  clock: Clock
  phone: string
  dial: string
  action: string
  doneAction: string
  reopenAction: string
  wording: Field
  dueOn: Field
  owner: SelectField
}

/** One thing that we owe: another day, another owner, better words, or done. */
export function changePage(
  user: User,
  row: FollowUp,
  colleagues: { id: string; name: string }[],
  typed: Typed,
  errors: Record<string, string>,
  now: Date,
): ChangePage {
  const shown = duty(row, user, now)
  const known = colleagues.map(({ id, name }): [string, string] => [id, name])
  const isAble = colleagues.some(({ id }) => id === row.owner_id)
  return {
    title: `Owed to ${row.customer_name}`,
    part: partOf(user),
    text: row.text,
    mayReword: mayReword(row),
    customer: row.customer_name,
    customerHref: shown.customerHref,
    how: shown.how,
    done: shown.done,
    clock: shown.clock,
    phone: shown.phone,
    dial: shown.dial,
    action: shown.href,
    doneAction: shown.doneAction,
    reopenAction: shown.reopenAction,
    ...problemsOf(errors),
    wording: field('text', 'What we owe', typed, errors, { type: 'textarea' }),
    dueOn: field('dueOn', 'By which day', typed, errors, {
      type: 'date',
      hint: `Now ${printDay(row.due_on, now, readerOf(user))}.`,
    }),
    owner: select('owner', 'Who takes care of it', isAble ? known : [['', 'Choose'], ...known], typed, errors, {
      hint: isAble ? '' : `${row.owner_name ?? 'Nobody'} cannot take care of it any more.`,
    }),
  }
}

export const changeTyped = (row: FollowUp): Typed => ({ text: row.text, dueOn: row.due_on, owner: row.owner_id ?? '' })
