// The page of one answer works by its buttons alone. This adds keys, words selected with the mouse, and answers that come
// without loading the whole page: a button's form is sent as it is, and the main part of what comes back takes its place.

const main = document.querySelector('main')
const form = () => document.querySelector('#review')
let turn = Promise.resolve()

/** What is asked for while something is under way waits its turn, so that quick keys act on the page as it will be. */
const later = (work) => {
  turn = turn.then(work)
}

/** Sends a form with one more field: the button pressed, and the words selected. */
async function send(name, act, mark) {
  const sent = document.querySelector(name)
  if (!sent) return
  const body = new URLSearchParams(new FormData(sent))
  if (act) body.set('act', act)
  if (mark) {
    body.set('markWords', mark.words)
    body.set('markAt', mark.at)
  }
  try {
    await show(await fetch(sent.action, { method: 'POST', body }), act === 'show')
  } catch {
    say('The server cannot be reached. Your tags still stand here; try again in a moment.')
  }
}

async function show(response, isSamePlace) {
  const { pathname } = new URL(response.url)
  // Signed out meanwhile, or sent elsewhere: let the browser go there.
  if (!pathname.startsWith('/review')) return location.assign(response.url)
  const page = new DOMParser().parseFromString(await response.text(), 'text/html')
  const open = [...main.querySelectorAll('details[id][open]')].map(({ id }) => id)
  const focused = document.activeElement?.id
  const isOtherAnswer = pathname !== location.pathname
  main.replaceChildren(...page.querySelector('main').childNodes)
  document.title = page.title
  if (isOtherAnswer) history.pushState(null, '', response.url)
  if (isSamePlace) for (const id of open) document.getElementById(id)?.setAttribute('open', '')
  const place = isSamePlace && focused ? document.getElementById(focused) : null
  const target = place ?? main.querySelector('.problems, #in-hand') ?? main.querySelector('#answer, h1')
  if (isOtherAnswer || !target) main.querySelector('#answer')?.focus({ preventScroll: true })
  else target.focus({ preventScroll: !target.matches('.problems') })
  if (isOtherAnswer) scrollTo(0, 0)
}

function say(sentence) {
  const status = document.querySelector('#said-by-us')
  if (status) status.textContent = sentence
}

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

const drivers = ['revenue', 'cost', 'risk', 'emotion']
/** The row that has the focus, else the one in hand. */
const rowInHand = () => document.activeElement?.closest('.tag-row') ?? document.querySelector('#in-hand')
const link = (key) => document.querySelector(`a[data-key="${key}"]`)
const isField = (element) =>
  element?.matches('textarea, select, [contenteditable], input:not([type=checkbox], [type=radio])') ?? false

/** What a key does, or undefined if it is none of ours. */
function actOf(event) {
  const digit = Number(/^(?:Digit|Numpad)([0-4])$/.exec(event.code)?.[1] ?? Number.NaN)
  if (digit === 0) return () => send('#review', 'none')
  if (digit > 0) {
    const mark = selected()
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
  if (document.querySelector('dialog[open]')) return
  const { target } = event
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

main.addEventListener('submit', (event) => {
  const { target, submitter } = event
  if (target.method === 'dialog') return
  event.preventDefault()
  const mark = submitter?.value.startsWith('add ') ? (selected() ?? touched) : undefined
  touched = undefined
  later(() => send(`#${target.id}`, submitter?.value, mark))
})

// Pressing a button must not lose the words that are selected; on a touch screen it does, so they are noted before.
let touched
main.addEventListener('pointerdown', (event) => {
  touched = event.target.closest('.tagger button') ? selected() : undefined
})
main.addEventListener('mousedown', (event) => {
  if (event.target.closest('.tagger button')) event.preventDefault()
})

main.addEventListener('change', (event) => {
  const { target } = event
  if (target.id === 'none') {
    // The server turns it around: give it back as it was.
    target.checked = !target.checked
    later(() => send('#review', 'none'))
  } else if (target.closest('.tag-row')) {
    later(async () => {
      await released
      await send('#review', 'show')
    })
  }
})

// Pressing a button while a field changes must still press it: the page is not exchanged until the press has ended.
let released = Promise.resolve()
addEventListener('pointerdown', () => {
  released = new Promise((resolve) => {
    for (const end of ['pointerup', 'pointercancel']) addEventListener(end, () => setTimeout(resolve), { once: true })
    // The list of a select may keep the end of the press to itself.
    setTimeout(resolve, 1_000)
  })
})

/** The marker and the codebook's rule follow the tag in hand. */
main.addEventListener('focusin', (event) => {
  const row = event.target.closest('.tag-row')
  if (!row) return
  for (const other of main.querySelectorAll('.tag-row.now')) other.classList.remove('now')
  row.classList.add('now')
  const rule = document.querySelector(`[data-rule="${row.dataset.driver}"]`)
  if (rule) rule.open = true
})

addEventListener('popstate', () => location.reload())
