// A page with faults takes the reader to the list of them.
document.querySelector('.problems')?.focus()

/** The addresses of this talk under which the device still keeps words that it could not send. */
function keptOf(talk) {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(`draft ${talk}/`))
  } catch {
    // Storage is switched off: nothing is kept.
    return []
  }
}

// Before filing: words that this device could not send yet are not among those that are shown.
const check = document.querySelector('[data-unsent]')
if (check) {
  const status = check.querySelector('[role="status"]')
  const unsent = keptOf(check.dataset.unsent)
  if (unsent.length > 0)
    status.textContent = `This device keeps words that it could not send yet. Open question ${unsent
      .map((key) => /\/q\/([^/]+)\//.exec(key)?.[1])
      .join(', ')} again: they are sent from there.`
  check.addEventListener('submit', () => {
    try {
      sessionStorage.setItem('filing', check.dataset.unsent)
    } catch {
      // Then what is kept stays until its question is opened.
    }
  })
}

// After filing, this device forgets what it kept of the talk; not on a later look, which may follow offline corrections.
const filed = document.querySelector('[data-filed]')
if (filed) {
  try {
    if (sessionStorage.getItem('filing') === filed.dataset.filed)
      for (const key of keptOf(filed.dataset.filed)) localStorage.removeItem(key)
    sessionStorage.removeItem('filing')
  } catch {
    // Storage is switched off: there is nothing to forget.
  }
}
