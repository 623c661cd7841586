// A page with faults takes the reader to the list of them.
document.querySelector('.problems')?.focus()

/** The addresses below this path under which the device still keeps words that it could not send. */
function keptBelow(path) {
  try {
    return Object.keys(localStorage)
      .filter((key) => key.startsWith(`draft ${path}/`))
      .map((key) => key.slice('draft '.length))
  } catch {
    // Storage is switched off: nothing is kept.
    return []
  }
}

/**
 * What was noted offline goes out as soon as a page of talks is open again. It leaves this device only once the server
 * has it. Returns how many pages of notes were sent.
 */
async function sendKept(path, except = '') {
  let sent = 0
  for (const address of keptBelow(path).filter((one) => one !== except)) {
    try {
      const kept = JSON.parse(localStorage.getItem(`draft ${address}`))
      const body = new URLSearchParams(kept.text)
      body.set('version', kept.version)
      const answer = await fetch(address, { method: 'POST', body, headers: { accept: 'application/json' } })
      if (!answer.ok || answer.redirected) continue
      localStorage.removeItem(`draft ${address}`)
      sent += 1
    } catch {
      // Offline again: it stays here and goes out the next time.
      break
    }
  }
  return sent
}

const unsent = document.querySelector('[data-unsent]')
if (unsent) {
  const talk = unsent.dataset.unsent
  void sendKept(talk).then((sent) => {
    if (sent > 0) location.reload()
    else tellOfRest(talk, unsent.querySelector('[role="status"]'))
  })
  unsent.addEventListener('submit', () => {
    try {
      sessionStorage.setItem('filing', talk)
    } catch {
      // Then what is kept stays until its question is opened.
    }
  })
}

/** Before filing: what is not sent is not among what is shown, so it is said. */
function tellOfRest(talk, status) {
  const rest = keptBelow(talk)
  if (rest.length === 0 || !status) return
  const questions = rest.map((address) => /\/q\/([^/]+)\//.exec(address)?.[1]).join(', ')
  status.textContent = `This device keeps words that could not be sent, since newer ones are saved or there is no line. Look at ${questions} before you file.`
}

// After filing, this device forgets what it kept of the talk; not on a later look, which may follow offline corrections.
const filed = document.querySelector('[data-filed]')
if (filed) {
  try {
    if (sessionStorage.getItem('filing') === filed.dataset.filed)
      for (const address of keptBelow(filed.dataset.filed)) localStorage.removeItem(`draft ${address}`)
    sessionStorage.removeItem('filing')
  } catch {
    // Storage is switched off: there is nothing to forget.
  }
}

/**
 * A talk is often noted where there is no signal. The other questions of the guide are fetched while there is one, and
 * shown from memory when there is none. Each page keeps its own words; all go out when the line is back.
 */
function walkOffline(form) {
  const pages = new Map([[location.pathname, { main: document.querySelector('main'), title: document.title }]])
  const steps = [...form.querySelectorAll('.questions a')].map((link) => link.pathname)
  const order = steps.filter((path) => path.includes('/q/'))

  async function fetchOthers() {
    for (const path of order.filter((one) => !pages.has(one)).slice(0, 20)) {
      try {
        const answer = await fetch(path)
        if (!answer.ok || answer.redirected) return
        const read = new DOMParser().parseFromString(await answer.text(), 'text/html')
        const main = document.importNode(read.querySelector('main'), true)
        pages.set(path, { main, title: read.title, isNew: true })
      } catch {
        return
      }
    }
  }

  function show(path) {
    const page = pages.get(path)
    if (!page) return false
    document.querySelector('main').replaceWith(page.main)
    document.title = page.title
    if (page.isNew) {
      page.isNew = false
      keepDraft(page.main.querySelector('form[data-draft]'))
    }
    const question = page.main.querySelector('#question')
    question.tabIndex = -1
    question.focus()
    scrollTo(0, 0)
    return true
  }

  function go(path) {
    if (show(path)) {
      history.pushState({}, '', path)
      tell(waiting())
    } else tell('Checking and filing need a line. Your notes are kept on this device until then.')
  }
  /** What was noted on earlier pages and is not saved yet: no page may look as if it were. */
  function waiting() {
    const ids = keptBelow(form.dataset.talk)
      .map((address) => /\/q\/([^/]+)\//.exec(address)?.[1])
      .filter((id) => id && !location.pathname.endsWith(`/q/${id}`))
    if (ids.length === 0) return ''
    const [wait, go] = ids.length === 1 ? ['waits', 'goes'] : ['wait', 'go']
    return `What you noted at ${ids.join(', ')} ${wait} on this device and ${go} out when you are back online.`
  }
  const tell = (sentence) => {
    document.querySelector('[data-line]').textContent = sentence
  }

  document.addEventListener('click', (event) => {
    const link = event.target.closest('.questions a')
    if (!link || navigator.onLine) return
    event.preventDefault()
    go(link.pathname)
  })
  // The form has kept its words and stopped the submission (drafts.js); all that is left is to go on.
  document.addEventListener('submit', (event) => {
    if (navigator.onLine || !event.defaultPrevented) return
    const at = order.indexOf(location.pathname)
    const wanted = { next: order[at + 1], back: order[at - 1] }[event.submitter?.value]
    go(wanted ?? 'check')
  })
  addEventListener('popstate', () => {
    if (!show(location.pathname)) location.reload()
  })

  // Each page sends its own words when the line is back (drafts.js); shortly after, this one says what is left.
  addEventListener('online', () => setTimeout(() => tell(waiting()), 3000))

  void fetchOthers()
  void sendKept(form.dataset.talk, form.dataset.draft).then(() => tell(waiting()))
}

for (const form of document.querySelectorAll('form[data-talk]')) walkOffline(form)
