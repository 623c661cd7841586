// What makes some kinds of question quicker to answer. Each works by the form alone; nothing here is needed.

/** Points shared out: the total as one types, and what is left. */
function count(sum) {
  const points = [...sum.querySelectorAll('input')].map(({ value }) => Number(value.trim()))
  const [left, output] = sum.querySelectorAll('.total > *')
  if (points.some((given) => !Number.isInteger(given) || given < 0)) return
  const total = points.reduce((all, given) => all + given, 0)
  output.textContent = `${total} ${word('of')} 100`
  const rest = Math.abs(100 - total)
  const are = rest === 1 ? 'point is' : 'points are'
  const open = word(`${are} ${total < 100 ? 'left to share' : 'too many'}`)
  left.textContent = total === 100 || total === 0 ? '' : `${rest} ${open}`
  left.parentElement.classList.toggle('error', total > 100)
}

/** The arrows pass over a line that is chosen in the other column already. */
function passOver(event) {
  const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key]
  const radio = event.target
  if (!step || !radio.matches('.picks [type="radio"]')) return
  const column = [...radio.closest('.picks').querySelectorAll(`[name="${radio.name}"]`)]
  const free = column.filter((one) => one === radio || !one.closest('tr').querySelector(':checked') || one.checked)
  event.preventDefault()
  free.at((free.indexOf(radio) + step) % free.length).focus()
  document.activeElement.click()
}

/** Nothing is both the best and the worst: the later choice takes the place of the earlier one. */
function keepApart(radio) {
  for (const other of radio.closest('tr').querySelectorAll('input:checked')) if (other !== radio) other.checked = false
}

/** Nothing is chosen any more; words stay. It is saved like anything that is typed. */
function takeBack(button) {
  const radios = button.form.querySelectorAll('[data-question] [type="radio"]')
  for (const radio of radios) radio.checked = false
  button.hidden = true
  radios[0].focus()
  radios[0].dispatchEvent(new Event('input', { bubbles: true }))
}

/** One more row, as empty as the first was. */
function addRow(rows) {
  const all = rows.querySelectorAll('[data-row]')
  const last = all[all.length - 1]
  const next = last.cloneNode(true)
  for (const element of next.querySelectorAll('*'))
    for (const name of ['id', 'name', 'for', 'aria-describedby']) {
      const value = element.getAttribute(name)
      if (value) element.setAttribute(name, value.replaceAll(/(^| )(\w+)-\d+/g, `$1$2-${all.length}`))
    }
  for (const error of next.querySelectorAll('.error')) error.remove()
  for (const wrong of next.querySelectorAll('.wrong')) wrong.classList.remove('wrong')
  for (const control of next.querySelectorAll('input')) {
    control.removeAttribute('aria-invalid')
    if (control.type === 'radio') control.checked = false
    else control.value = ''
  }
  next.querySelector('legend').textContent = `Row ${all.length + 1}`
  last.after(next)
  rows.querySelector('[name="rows"]').value = all.length + 1
  const button = rows.querySelector('.add')
  if (button && all.length + 1 >= Number(rows.dataset.most)) button.hidden = true
  return next
}

document.addEventListener('input', (event) => {
  const sum = event.target.closest('[data-sum]')
  if (sum) count(sum)
})
document.addEventListener('keydown', passOver)
document.addEventListener('change', (event) => {
  if (event.target.closest('.picks')) keepApart(event.target)
  const form = event.target.closest('form[data-draft]')
  const clear = form?.querySelector('[value="clear"]')
  if (clear && event.target.type === 'radio') clear.hidden = false
})
document.addEventListener('click', (event) => {
  const add = event.target.closest('[data-rows] .add button')
  const clear = event.target.closest('form[data-draft] [value="clear"]')
  if (add || clear) event.preventDefault()
  if (add) addRow(add.closest('[data-rows]')).querySelector('input').focus()
  if (clear) takeBack(clear)
})
/** Words that this device kept come back into as many rows as they had (drafts.js). */
document.addEventListener('restore', (event) => {
  const rows = event.target.querySelector('[data-rows]')
  const wanted = Math.min(Number(event.detail.get('rows')), Number(rows?.dataset.most))
  while (rows && rows.querySelectorAll('[data-row]').length < wanted) addRow(rows)
  // Their values follow at once; then what is drawn from them.
  queueMicrotask(() => {
    for (const sum of event.target.querySelectorAll('[data-sum]')) count(sum)
  })
})
