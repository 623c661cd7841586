// Looks every second how far an import is, and opens the next page when there is one. Without it there is a link.
const place = document.getElementById('progress')

async function look() {
  const reply = await fetch(location.href, { headers: { accept: 'text/html' } }).catch(() => undefined)
  const text = reply?.ok ? await reply.text() : ''
  const next = new DOMParser().parseFromString(text, 'text/html').getElementById('progress')
  if (text && !next) location.reload()
  else {
    if (next) place.replaceChildren(...next.childNodes)
    setTimeout(look, 1000)
  }
}
if (place) setTimeout(look, 1000)
