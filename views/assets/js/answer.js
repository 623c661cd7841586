// A page with faults takes the reader to the list of them.
document.querySelector('.problems')?.focus()

// After sending, this device forgets what it kept of these answers.
const wipe = document.querySelector('[data-wipe]')
if (wipe)
  for (const key of Object.keys(localStorage))
    if (key.startsWith(`draft ${wipe.dataset.wipe}`)) localStorage.removeItem(key)
