/**
 * Keeps a form's words while they are typed: 1.5 s after the last key, on leaving a field, when the page is hidden.
 * The form names its address in data-draft and its version in the field "version". Offline, the words are kept on this
 * device and sent later; they are wiped from it once the server has them. An older tab never overwrites a newer one.
 */
function keepDraft(form) {
  const address = form.dataset.draft
  const status = form.querySelector('[role="status"]')
  const version = form.elements.namedItem('version')
  const local = `draft ${address}`
  let sent = text()
  let timer = 0
  let isSending = false
  let isStale = false

  const say = (sentence, isSaved = false) => {
    status.textContent = sentence
    status.classList.toggle('kept', isSaved)
  }

  function text() {
    const fields = new URLSearchParams(new FormData(form))
    fields.delete('version')
    fields.delete('writer')
    return fields.toString()
  }

  function keepHere(why = 'You are offline', until = 'are back') {
    try {
      localStorage.setItem(local, JSON.stringify({ text: text(), version: version.value }))
      say(word(`${why}. Your words are kept on this device and go out when you ${until}.`))
    } catch {
      say(word(`${why}, and this browser keeps nothing. Leave this page open until you ${until}.`))
    }
  }

  async function save() {
    clearTimeout(timer)
    const now = text()
    if (now === sent || isStale) return
    if (isSending) {
      timer = setTimeout(save, 300)
      return
    }
    isSending = true
    try {
      const body = new URLSearchParams(new FormData(form))
      const answer = await fetch(address, {
        method: 'POST',
        body,
        // Lets it go out while the page is left; browsers refuse it for more than 64 kB.
        keepalive: body.toString().length < 60_000,
        headers: { accept: 'application/json' },
      })
      // A page that asks to sign in is no answer: the session has ended.
      if (answer.redirected) {
        keepHere('You are signed out', 'have signed in again in another tab')
        timer = setTimeout(save, 5000)
        isSending = false
        return
      }
      const said = await answer.json()
      if (answer.ok) {
        sent = now
        version.value = said.version
        localStorage.removeItem(local)
        say(`${word('Saved')} ${said.time}`, true)
      } else {
        isStale = answer.status === 409
        say(said.sentence)
      }
    } catch {
      keepHere()
      timer = setTimeout(save, 5000)
    }
    isSending = false
  }

  function restore() {
    let kept = null
    try {
      kept = JSON.parse(localStorage.getItem(local))
    } catch {
      // Storage is switched off: there is nothing to restore.
    }
    if (!kept) return
    if (kept.text === sent || kept.version !== version.value) {
      // The server has these words, or newer ones than this device kept.
      if (kept.text === sent) localStorage.removeItem(local)
      else say(word('Words that you wrote offline are older than what is saved here, so they were not sent.'))
      return
    }
    const fields = new URLSearchParams(kept.text)
    form.dispatchEvent(new CustomEvent('restore', { bubbles: true, detail: fields }))
    for (const control of form.elements) {
      if (control.name === '' || control.type === 'hidden' || control.type === 'submit') continue
      if (control.type === 'checkbox' || control.type === 'radio')
        control.checked = fields.getAll(control.name).includes(control.value)
      else control.value = fields.get(control.name) ?? ''
    }
    void save()
  }

  form.addEventListener('input', () => {
    clearTimeout(timer)
    timer = setTimeout(save, 1500)
  })
  form.addEventListener('focusout', () => void save())
  addEventListener('online', () => void save())
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') void save()
  })
  form.addEventListener('submit', (event) => {
    if (navigator.onLine) {
      clearTimeout(timer)
      isStale = true
      return
    }
    event.preventDefault()
    keepHere()
  })
  restore()
}

for (const form of document.querySelectorAll('form[data-draft]')) keepDraft(form)
