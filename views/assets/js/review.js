// The page of one answer works by its buttons alone. This adds keys, words selected with the mouse, and answers that come
// without loading the whole page: a button's form is sent as it is, and the main part of what comes back takes its place.

const main = document.querySelector('main')
const form = () => document.querySelector('#review')
let turn = Promise.resolve()

/** What is asked for while something is under way waits its turn, so that quick keys act on the page as it will be. */
const later = (work) => {
  // What fails must not stop what comes after it.
  turn = turn.then(work).catch(reportError)
}

/** Sends a form with one more field: the button pressed, and the words selected. */
async function send(name, act, mark) {
  const sent = typeof name === 'string' ? document.querySelector(name) : name
  if (!sent) return
  const body = new URLSearchParams(new FormData(sent))
  if (act) body.set('act', act)
  if (mark) {
    body.set('markWords', mark.words)
    body.set('markAt', mark.at)
  }
  const ahead = act === 'confirm' ? showAhead() : undefined
  try {
    const headers = ahead ? { 'x-shown': ahead.path } : {}
    // Whoever closes the page at once has still confirmed; browsers allow this for small forms only.
    const keepalive = ahead !== undefined && String(body).length < 60_000
    const response = await fetch(sent.action, { method: 'POST', body, headers, keepalive })
    if (response.status !== 204) await show(response, act === 'show', ahead !== undefined)
    // The answer just done still stood in the list of the page that was shown ahead.
    else if (ahead) askAhead()
  } catch {
    ahead?.back()
    say('The server cannot be reached. Your tags still stand here; try again in a moment.')
  }
}

async function show(response, isSamePlace, isAhead = false) {
  const { pathname } = new URL(response.url)
  // Signed out meanwhile, or sent elsewhere: let the browser go there.
  if (!pathname.startsWith('/review')) return location.assign(response.url)
  const page = new DOMParser().parseFromString(await response.text(), 'text/html')
  const open = [...main.querySelectorAll('details[id][open]')].map(({ id }) => id)
  const focused = document.activeElement?.id
  const isOtherAnswer = pathname !== location.pathname
  put(page)
  if (isOtherAnswer) history[isAhead ? 'replaceState' : 'pushState'](null, '', response.url)
  if (isSamePlace) for (const id of open) document.getElementById(id)?.setAttribute('open', '')
  const place = isSamePlace && focused ? document.getElementById(focused) : null
  const target = place ?? main.querySelector('.problems, #in-hand') ?? main.querySelector('#answer, h1')
  if (isOtherAnswer || !target) main.querySelector('#answer')?.focus({ preventScroll: true })
  else target.focus({ preventScroll: !target.matches('.problems') })
  if (isOtherAnswer) scrollTo(0, 0)
  askAhead()
}

function put(page) {
  marking = undefined
  main.replaceChildren(...page.querySelector('main').childNodes)
  document.title = page.title
}

// The next answer is asked for while this one is read, so that it stands at once where confirming leads to it.
let next

function askAhead() {
  next = undefined
  const here = form()
  const to = link('j')
  if (!here || !to || !/^\/review\/./.test(to.pathname)) return
  const asked = { from: location.pathname, path: to.pathname, page: undefined }
  next = asked
  fetch(`${to.pathname}?after=${here.getAttribute('action').split('/').at(-1)}`)
    .then(async (response) => {
      const isThere = response.ok && new URL(response.url).pathname === asked.path
      if (isThere) asked.page = new DOMParser().parseFromString(await response.text(), 'text/html')
    })
    .catch(() => {})
}

/** Shows the next answer before the server has taken this one; `back` brings this one again if it could not. */
function showAhead() {
  const ahead = next
  if (!ahead?.page?.querySelector('#review') || ahead.from !== location.pathname) return undefined
  if (form().querySelector('[name=mode]').value === 'settle') return undefined
  // With nothing to confirm the server will say so.
  if (!main.querySelector('[data-state=own], [data-state=suggested], #none:checked')) return undefined
  const nodes = [...main.childNodes]
  const { title } = document
  const { href } = location
  put(ahead.page)
  next = undefined
  history.pushState(null, '', ahead.path)
  main.querySelector('#answer')?.focus({ preventScroll: true })
  scrollTo(0, 0)
  return {
    path: ahead.path,
    back() {
      main.replaceChildren(...nodes)
      document.title = title
      history.replaceState(null, '', href)
      askAhead()
    },
  }
}

function say(sentence) {
  const status = document.querySelector('#said-by-us')
  if (status) status.textContent = sentence
}

main.addEventListener('submit', (event) => {
  const { target, submitter } = event
  if (target.method === 'dialog') return
  event.preventDefault()
  const mark = submitter?.value.startsWith('add ') ? (selected() ?? touched) : undefined
  touched = undefined
  later(() => send(target, submitter?.value, mark))
})

// Pressing a button must not lose the words that are selected; on a touch screen it does, so they are noted before.
let touched
main.addEventListener('pointerdown', (event) => {
  touched = event.target.closest('.tagger button') ? selected() : undefined
})
main.addEventListener('mousedown', (event) => {
  if (event.target.closest('.tagger button')) event.preventDefault()
})

main.addEventListener('click', (event) => {
  const item = event.target.closest('#sub-codes li')
  if (item) pickSubCode(item)
})
main.addEventListener('input', (event) => {
  if (event.target.id === 'sub-search') listSubCodes(event.target.value)
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
