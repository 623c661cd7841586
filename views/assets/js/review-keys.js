/** The words selected in the answer and where they begin, in code points; the codes between them do not count. */
function selected() {
  const said = document.querySelector('#said')
  const selection = getSelection()
  if (!said || !selection || selection.isCollapsed || selection.rangeCount === 0) return undefined
  const range = selection.getRangeAt(0)
  if (!range.intersectsNode(said)) return undefined
  const walker = document.createTreeWalker(said, NodeFilter.SHOW_TEXT)
  let before = ''
  let words = ''
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.parentElement.closest('.code')) continue
    if (!range.intersectsNode(node)) {
      if (words === '') before += node.data
      continue
    }
    const from = node === range.startContainer ? range.startOffset : 0
    const to = node === range.endContainer ? range.endOffset : node.data.length
    if (words === '') before += node.data.slice(0, from)
    words += node.data.slice(from, to)
  }
  const trimmed = words.trim()
  if (trimmed === '') return undefined
  return { words: trimmed, at: Array.from(before + words.slice(0, words.indexOf(trimmed))).length }
}

// Words are marked by keys: the selection of the browser itself moves by a word, so that all else goes as with a mouse.
/** The words of the answer as places in its text nodes; codes between them are no words. */
function wordsOfAnswer() {
  const said = document.querySelector('#said')
  if (!said) return []
  const walker = document.createTreeWalker(said, NodeFilter.SHOW_TEXT)
  const places = []
  let text = ''
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.parentElement.closest('.code')) continue
    places.push({ node, from: text.length })
    text += node.data
  }
  const placeAt = (offset, isEnd) => {
    const piece = places.findLast(({ from }) => (isEnd ? from < offset : from <= offset))
    return [piece.node, offset - piece.from]
  }
  return [...text.matchAll(/\S+/gu)].map((found) => {
    const whole = found[0]
    const before = /^[\p{P}\p{S}]+(?=[\p{L}\p{N}])/u.exec(whole)?.[0].length ?? 0
    const after = /(?<=[\p{L}\p{N}])[\p{P}\p{S}]+$/u.exec(whole)?.[0].length ?? 0
    const end = found.index + whole.length - after
    return {
      start: placeAt(found.index + before, false),
      end: placeAt(end, true),
      endsSentence: /[.!?…]["”’)]*$/u.test(whole),
    }
  })
}

/** The first and last marked word, or undefined while none are being marked. */
let marking

function mark(from, to) {
  const words = wordsOfAnswer()
  if (words.length === 0) return
  const within = (at) => Math.max(0, Math.min(words.length - 1, at))
  marking = { from: within(from), to: within(to) }
  const [first, last] = [Math.min(marking.from, marking.to), Math.max(marking.from, marking.to)]
  getSelection().setBaseAndExtent(...words[first].start, ...words[last].end)
  words[marking.to].end[0].parentElement.scrollIntoView({ block: 'nearest' })
  say(`Marked: ${selected()?.words ?? ''}`)
}

function letGo() {
  marking = undefined
  getSelection().removeAllRanges()
  say('')
}

const startsOfSentences = () => {
  const words = wordsOfAnswer()
  return words.flatMap((_, at) => (at === 0 || words[at - 1].endsSentence ? [at] : []))
}

/** What a key does while words are marked, or undefined if it is none of these. */
function moveOf({ key, shiftKey }) {
  const { from, to } = marking
  const last = Math.max(from, to)
  if (key === 'Escape') return letGo
  if (key === 'ArrowRight') return () => (shiftKey ? mark(from, to + 1) : mark(last + 1, last + 1))
  if (key === 'ArrowLeft')
    return () => (shiftKey ? mark(from, to - 1) : mark(Math.min(from, to) - 1, Math.min(from, to) - 1))
  if (key === 'ArrowDown') {
    const start = startsOfSentences().find((at) => at > last)
    return () => start !== undefined && (shiftKey ? mark(from, start) : mark(start, start))
  }
  if (key === 'ArrowUp') {
    const start = startsOfSentences().findLast((at) => at < Math.min(from, to)) ?? 0
    return () => (shiftKey ? mark(start, last) : mark(start, start))
  }
  if (key === 'Enter')
    return () => say('Press 1 to 4 to tag these words, M to move the tag in hand there, or Escape to let go.')
  return undefined
}

// The sub-codes of the tag in hand: by the letter beside each, or by a few letters of what it stands for.
const subCodes = () => document.querySelector('#sub-codes')

async function openSubCodes() {
  const row = rowInHand()
  if (!row) return say('Set a tag first: its sub-code comes after.')
  const dialog = subCodes()
  dialog.dataset.row = row.dataset.row
  dialog.dataset.driver = row.dataset.driver
  dialog.querySelector('input').value = ''
  listSubCodes('')
  dialog.showModal()
  dialog.querySelector('li:not([hidden]) button').focus()
}

/** Without words those of the driver, each with a letter; with words all whose code, name or elements hold them. */
function listSubCodes(sought) {
  const dialog = subCodes()
  const wanted = sought.trim().toLowerCase()
  let letter = 0
  for (const item of dialog.querySelectorAll('li')) {
    const all = `${item.dataset.code} ${item.textContent} ${item.dataset.words}`.toLowerCase()
    item.hidden = wanted ? !all.includes(wanted) : item.dataset.driver !== dialog.dataset.driver
    const key = wanted || item.hidden ? '' : String.fromCharCode(97 + letter++)
    item.dataset.key = key
    item.querySelector('kbd').textContent = key.toUpperCase()
    item.querySelector('kbd').hidden = key === ''
  }
  dialog.querySelector('#no-subs').hidden = dialog.querySelector('li:not([hidden])') !== null
}

function pickSubCode(item) {
  const dialog = subCodes()
  const { row } = dialog.dataset
  dialog.close()
  later(() => send('#review', `code ${row} ${item.dataset.code}`))
}

function keyInSubCodes(event) {
  const dialog = subCodes()
  const shown = [...dialog.querySelectorAll('li:not([hidden])')]
  const isSearch = event.target.matches('input')
  const at = shown.findIndex((item) => item.contains(document.activeElement))
  if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
    const to = shown[at + (event.key === 'ArrowDown' ? 1 : -1)]?.querySelector('button')
    ;(to ?? dialog.querySelector('input')).focus()
  } else if (event.key === 'Enter' && isSearch && shown[0]) pickSubCode(shown[0])
  else if (event.key === '/' && !isSearch) dialog.querySelector('input').focus()
  else {
    const item = !isSearch && shown.find(({ dataset }) => dataset.key === event.key.toLowerCase())
    if (!item) return
    pickSubCode(item)
  }
  event.preventDefault()
}

const drivers = ['revenue', 'cost', 'risk', 'emotion']
/** The row that has the focus, else the one in hand. */
const rowInHand = () => document.activeElement?.closest('.tag-row') ?? document.querySelector('#in-hand')
const link = (key) => document.querySelector(`a[data-key="${key}"]`)
const isField = (element) =>
  element?.matches('textarea, select, [contenteditable], input:not([type=checkbox], [type=radio])') ?? false

/** None of the four: its kind is chosen next, by its first letter or the arrows. */
async function none() {
  await send('#review', 'none')
  if (document.querySelector('#none')?.checked) document.querySelector('#none-kind').focus()
}

/** In the list of kinds Enter confirms and Escape goes back; letters and arrows are the list's own. */
function keyOfKind(event) {
  if (event.key === 'Enter') return () => send('#review', 'confirm')
  if (event.key === '0') return () => send('#review', 'none')
  if (event.key === 'Escape') return () => document.querySelector('#answer').focus()
  return undefined
}

/** What a key does, or undefined if it is none of ours. */
function actOf(event) {
  const digit = Number(/^(?:Digit|Numpad)([0-4])$/.exec(event.code)?.[1] ?? Number.NaN)
  if (digit === 0) return none
  if (digit > 0) {
    const mark = selected()
    marking = undefined
    return () => send('#review', `add ${drivers[digit - 1]} ${event.shiftKey ? '-' : '+'}`, mark)
  }
  return acts[event.key]
}

const inHand = (isRight, act) => () => {
  const row = rowInHand()
  return row && isRight(row) ? send('#review', `${act} ${row.dataset.row}`) : undefined
}
const hurts = (row) => row.querySelector('.tag').classList.contains('minus')
const acts = {
  a: inHand((row) => row.dataset.state !== 'own', 'keep'),
  x: inHand((row) => row.dataset.state !== 'dismissed', 'drop'),
  '-': inHand((row) => !hurts(row), 'flip'),
  '+': inHand(hurts, 'flip'),
  c: () => change(),
  s: () => openSubCodes(),
  n: () => {
    const words = wordsOfAnswer()
    if (words.length === 0) return say('This answer has no words that could be marked.')
    document.querySelector('#answer').focus({ preventScroll: true })
    mark(0, 0)
  },
  m: () => {
    const words = selected()
    const row = rowInHand()
    marking = undefined
    if (words && row) return send('#review', `span ${row.dataset.row}`, words)
  },
  u: () => send('#undo'),
  j: () => link('j')?.click(),
  k: () => link('k')?.click(),
  '?': () => document.querySelector('#all-keys').showModal(),
}

/** Opens the fields of a tag; a suggestion becomes one's own first. */
async function change() {
  const row = rowInHand()
  if (!row) return
  if (row.dataset.state !== 'own') await send('#review', `hold ${row.dataset.row}`)
  const details = rowInHand()?.querySelector('details')
  if (!details) return
  details.open = true
  details.querySelector('select').focus()
}

document.addEventListener('keydown', (event) => {
  if (!form() || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
  if (subCodes()?.open) return keyInSubCodes(event)
  if (document.querySelector('dialog[open]')) return
  const { target } = event
  if (target.id === 'none-kind' && form().hasAttribute('data-keys')) {
    const act = keyOfKind(event)
    if (!act) return
    event.preventDefault()
    if (!event.repeat) later(act)
    return
  }
  if (isField(target)) {
    // Enter or Escape in the fields of a tag goes back to the tag instead of confirming the whole answer.
    const row = target.closest('.tag-row')
    if (!row || (event.key !== 'Escape' && (event.key !== 'Enter' || event.shiftKey))) return
    event.preventDefault()
    row.querySelector('details').open = false
    row.focus()
    later(() => send('#review', 'show'))
    return
  }
  if (!form().hasAttribute('data-keys')) return
  const move = marking && moveOf(event)
  if (move) {
    event.preventDefault()
    return move()
  }
  if (event.key === 'Enter') {
    // On a button or a link, Enter does what that says.
    if (target.closest('button, a, summary')) return
    event.preventDefault()
    if (!event.repeat) later(() => send('#review', 'confirm'))
    return
  }
  const act = actOf(event)
  if (!act) return
  event.preventDefault()
  later(act)
})

askAhead()
