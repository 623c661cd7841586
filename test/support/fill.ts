import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import type { Question } from '#server/templates/kinds/kinds.ts'

/*
 * Answers to questions of every kind, for tests that fill in real templates:
 *
 *   const { form, stored } = answerTo(question)       a full answer: what a browser sends, and what must be kept of it
 *   await house.post(`/s/${link}/q/${id}`, { ...form, go: 'next' })       … by form, as without JavaScript
 *   await fillByKeyboard(page, form)                  … in a browser, with the keyboard alone, with or without JavaScript
 *
 * `question` must be resolved for its person where that changes what is asked (a grid of offerings). What is expected is
 * worked out here by itself, not by the code under test. `pick(n)` chooses among n; by default it takes turns.
 */

export type Form = Record<string, string | string[]>
/** What must be in the record, in any order: only what says something. */
export type Stored = { item: string; row: number; text: string; value: Record<string, boolean | number | string> }
export type Answer = { form: Form; stored: Stored[] }

const takingTurns = () => {
  let turn = 0
  return (n: number): number => {
    turn += 1
    return turn % n
  }
}

export function answerTo(question: Question, pick = takingTurns()): Answer {
  const form: Form = {}
  const stored: Stored[] = []
  const keep = (part: Partial<Stored>) => stored.push({ item: '', row: 0, text: '', value: {}, ...part })
  const words = (about: string) => `${about}: Łódź, 日本語, "so & so" <b>${question.id}</b>`
  const oneOf = <T>(list: T[]): T => list[pick(list.length)] as T

  switch (question.kind) {
    case 'long':
      form.text = `${words('Long')}\nsecond line`
      keep({ text: form.text })
      break
    case 'items':
      for (const [index, { id, short }] of question.items.entries()) {
        if (index === 1) {
          form[`${id}-not_at_all`] = '1'
          keep({ item: id, value: { not_at_all: true } })
        } else if (index === 2) {
          form[id] = words(short)
          form[`${id}-worse`] = '1'
          keep({ item: id, text: words(short), value: { worse: true } })
        } else {
          form[id] = words(short)
          keep({ item: id, text: words(short) })
        }
      }
      break
    case 'short':
      for (const [index, { id, short }] of (question.items ?? [{ id: 'text', short: 'Line' }]).entries()) {
        const item = question.items ? id : ''
        if (index > 0 && question.unknown && pick(2) === 0) {
          form[`${id}-unknown`] = '1'
          keep({ item, value: { unknown: true } })
        } else {
          form[id] = words(short)
          keep({ item, text: words(short) })
        }
      }
      break
    case 'one': {
      const { id } = oneOf(question.choices)
      form.choice = id
      if (question.why) form.why = words('Why')
      keep({ value: { choice: id }, text: question.why ? words('Why') : '' })
      break
    }
    case 'many': {
      const ids = question.choices.map(({ id }) => id).filter((_, index) => index % 2 === 0)
      form.choice = ids
      if (question.note) form.note = words('Note')
      keep({ value: Object.fromEntries(ids.map((id) => [id, true])), text: question.note ? words('Note') : '' })
      break
    }
    case 'scale':
      for (const [index, { id }] of (question.items ?? [{ id: 'score' }]).entries()) {
        const item = question.items ? id : ''
        const score = index === 0 ? 10 : pick(11)
        const isOut = index > 0 && question.opt_out !== undefined && pick(2) === 0
        form[id] = isOut ? 'out' : String(score)
        keep({ item, value: isOut ? { opted_out: true } : { score } })
      }
      break
    case 'sum100': {
      const each = Math.floor(100 / question.items.length)
      for (const [index, { id }] of question.items.entries()) {
        const points = index === 0 ? 100 - each * (question.items.length - 1) : each
        form[id] = String(points)
        keep({ item: id, value: { points } })
      }
      break
    }
    case 'best_worst': {
      const sets = question.sets ?? [question.items.map(({ id }) => id)]
      for (const [row, set] of sets.entries()) {
        const best = pick(set.length)
        const worst = (best + 1 + pick(set.length - 1)) % set.length
        form[`best-${row}`] = set[best] ?? ''
        form[`worst-${row}`] = set[worst] ?? ''
        keep({ item: set[best] ?? '', row, value: { pick: 'best' } })
        keep({ item: set[worst] ?? '', row, value: { pick: 'worst' } })
      }
      break
    }
    case 'rows':
      for (let row = 0; row < Math.min(2, question.most); row += 1)
        for (const column of question.columns) {
          const control = `${column.id}-${row}`
          if (column.kind === 'short') {
            form[control] = words(`${column.label} ${row}`)
            keep({ item: column.id, row, text: words(`${column.label} ${row}`) })
          } else if (column.kind === 'one') {
            const { id } = oneOf(column.choices)
            form[control] = id
            keep({ item: column.id, row, value: { choice: id } })
          } else {
            const score = pick(11)
            form[control] = String(score)
            keep({ item: column.id, row, value: { score } })
          }
        }
      break
    case 'grid':
      for (const { id: thing } of question.of === 'offerings' ? [] : question.of)
        for (const { id: item } of question.items) {
          const { id } = oneOf(question.choices)
          form[`${item}-${thing}`] = id
          keep({ item: `${item}.${thing}`, value: { choice: id } })
        }
      break
  }
  return { form, stored }
}

/** The same answers in a steady order, to be compared. */
export const inOrder = <T extends { item: string; row: number }>(answers: T[]): T[] =>
  answers.toSorted((a, b) => a.row - b.row || (a.item < b.item ? -1 : a.item > b.item ? 1 : 0))

/**
 * Fills a form in a browser with the keyboard alone: Tab to each control, then type, Space or the arrows; "Add a row" by
 * Enter where a row is missing. Leaves the focus on the last control.
 */
export async function fillByKeyboard(page: Page, form: Form): Promise<void> {
  const open = new Set(Object.keys(form))
  for (let guard = 0; open.size > 0 && guard < 200; guard += 1) {
    const names = await page.evaluate<string[]>(
      `[...new Set([...document.querySelector('form[data-draft]').elements].map(({ name }) => name))]`,
    )
    const name = names.find((one) => open.has(one))
    if (name === undefined) {
      await reach(page, `document.activeElement.value === 'row'`)
      await Promise.all([settled(page), page.keyboard.press('Enter')])
      continue
    }
    open.delete(name)
    for (const value of [form[name] ?? ''].flat()) await enter(page, name, value)
  }
  expect([...open], 'controls that were not found').toEqual([])
}

/** Tabs to the control that sends this button's value, such as "next", and presses it. */
export async function pressByKeyboard(page: Page, value: string): Promise<void> {
  await reach(page, `document.activeElement.tagName === 'BUTTON' && document.activeElement.value === '${value}'`)
  await Promise.all([settled(page), page.keyboard.press('Enter')])
}

/** A page that is loaded, whether the key led to another one or changed this one in place. */
const settled = async (page: Page): Promise<void> => {
  await Promise.race([page.waitForEvent('load', { timeout: 5_000 }).catch(() => undefined), page.waitForTimeout(400)])
  await page.waitForLoadState('load')
}

async function enter(page: Page, name: string, value: string): Promise<void> {
  await reach(page, `document.activeElement.name === '${name}'`)
  const type = await page.evaluate<string>('document.activeElement.type')
  if (type === 'radio') {
    const isChosen = () =>
      page.evaluate<boolean>(`document.activeElement.value === '${value}' && document.activeElement.checked`)
    if (await page.evaluate<boolean>(`document.activeElement.value === '${value}'`)) await page.keyboard.press('Space')
    for (let guard = 0; !(await isChosen()) && guard < 45; guard += 1) await page.keyboard.press('ArrowDown')
    expect(await isChosen(), `${name} = ${value}`).toBe(true)
  } else if (type === 'checkbox') {
    await reach(page, `document.activeElement.name === '${name}' && document.activeElement.value === '${value}'`)
    if (!(await page.evaluate<boolean>('document.activeElement.checked'))) await page.keyboard.press('Space')
  } else {
    await page.keyboard.press('Control+A')
    await page.keyboard.insertText(value)
  }
}

/** Presses Tab until this holds of the page; from the top again if it was passed. */
async function reach(page: Page, holds: string): Promise<void> {
  for (let guard = 0; guard < 400; guard += 1) {
    if (await page.evaluate<boolean>(holds)) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`The keyboard does not reach: ${holds}`)
}
