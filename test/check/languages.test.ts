import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { piecesOf, say, sayModel, sayView } from '#server/speak.ts'
import { templateFiles } from '#server/views.ts'
import { de } from '#server/words-de.ts'

const root = join(import.meta.dirname, '..', '..')
const view = (name: string) => readFileSync(join(root, 'views', name), 'utf8')

/** What a customer may see: the pages behind a personal link, the layout around them, every partial that they place, and mails. */
const pages = [
  'layouts/public.hbs',
  'mail/invite.html.hbs',
  'mail/invite.text.hbs',
  ...['stop', 'done'].map((name) => `suppression/${name}.hbs`),
  ...templateFiles().filter((name) => name.startsWith('answers/') || name.startsWith('partials/questions/')),
]
function withPartials(names: string[]): string[] {
  const placed = names.flatMap((name) =>
    [...view(name).matchAll(/\{\{>\s*([\w/-]+)/g)].map(([, one]) => `partials/${one}.hbs`),
  )
  // The rep's own boxes stand in the talk guide alone; what mails share is styles, a logo and the shape of a button.
  const all = [...new Set([...names, ...placed])].filter((name) => !/^partials\/(talk|mail)\//.test(name))
  return all.length === names.length ? all : withPartials(all)
}
const pieces = new Set(withPartials(pages).flatMap((name) => piecesOf(view(name))))

test('each word of a page that a customer sees is there in German, and none that nobody says any more', () => {
  expect([...pieces].filter((piece) => de.views[piece] === undefined)).toEqual([])
  expect(Object.keys(de.views).filter((piece) => !pieces.has(piece))).toEqual([])
})

test('a translation keeps every open place', () => {
  const places = (text: string) => (text.match(/\{+\w+\}+/g) ?? []).sort()
  for (const [english, german] of [...Object.entries(de.views), ...Object.entries(de.sentences)])
    expect(places(german), english).toEqual(places(english))
})

test('each sentence in German is one that our code still makes', () => {
  const code = readdirSync(join(root, 'server'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.includes('words-de'))
    .map((name) => readFileSync(join(root, 'server', name), 'utf8'))
    .join('\n')
    .toLowerCase()
  const longest = (english: string) =>
    english
      .split(/\{\w+\}/)
      .sort((a, b) => b.length - a.length)[0]
      ?.trim()
      .toLowerCase() ?? ''
  // Made of parts: "4 minutes", "In a week, on 30 November".
  const madeOfParts = /^(\{\w+\} minutes?|not at all, we make it worse|\{\w+\} of 10|\{who\} reads?|In .*, on \{day\})$/
  expect(
    Object.keys(de.sentences).filter((english) => !madeOfParts.test(english) && !code.includes(longest(english))),
  ).toEqual([])
})

test('a sentence with open places is said whole, and what is not ours stays as it is', () => {
  expect(say('de', 'Question 2 of 11')).toBe('Frage 2 von 11')
  expect(say('de', 'Lena Okafor and Max Roe read')).toBe('lesen Lena Okafor und Max Roe')
  expect(say('de', 'Two things need a look')).toBe('Zwei Stellen brauchen noch einen Blick')
  expect(say('de', 'Das ist von uns nicht gesagt.')).toBe('Das ist von uns nicht gesagt.')
  expect(say('en', 'Thank you')).toBe('Thank you')
})

test('what a customer wrote is never translated, whatever it says', () => {
  const model = sayModel('de', {
    title: 'Thank you',
    blocks: [
      { short: 'Warum', answers: [{ label: 'x', choice: 'Prefer not to say', text: 'Thank you', note: 'not at all' }] },
    ],
    asked: { text: 'Thank you', error: 'Write what we owe you.' },
    problems: [{ href: '#a', text: '100 Punkte: Choose an answer, or “Skip this question”.' }],
  })
  expect(JSON.stringify(model)).toContain('"text":"Thank you"')
  expect(model).toMatchObject({
    title: 'Vielen Dank',
    blocks: [{ answers: [{ choice: 'Möchte ich nicht sagen', text: 'Thank you', note: 'gar nicht' }] }],
    asked: { text: 'Thank you', error: 'Schreiben Sie, was wir Ihnen schulden.' },
    problems: [{ text: '100 Punkte: Wählen Sie eine Antwort oder „Frage überspringen“.' }],
  })
})

test('a view in German keeps its tags, its conditions and its places', () => {
  expect(sayView('de', '<p>{{#if a}}You can change them until {{closesOn}}.{{/if}} <b>Back</b></p>')).toBe(
    '<p>{{#if a}}Sie können sie bis zum {{closesOn}} ändern.{{/if}} <b>Zurück</b></p>',
  )
})
