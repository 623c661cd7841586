// Lets people see the password that they type. Without script the fields stay as they are.
for (const input of document.querySelectorAll('input[type="password"]')) {
  const button = document.createElement('button')
  const label = input.labels?.[0]?.textContent?.trim() ?? 'password'
  button.type = 'button'
  button.className = 'link reveal'
  button.setAttribute('aria-controls', input.id)

  const show = (isShown) => {
    input.type = isShown ? 'text' : 'password'
    button.textContent = isShown ? 'Hide' : 'Show'
    const name = document.createElement('span')
    name.className = 'unseen'
    name.textContent = ` what is in “${label}”`
    button.append(name)
  }
  show(false)
  button.addEventListener('click', () => {
    show(input.type === 'password')
    input.focus()
  })
  // Browsers keep passwords, not texts: what leaves is always a password.
  input.form?.addEventListener('submit', () => show(false))
  input.after(button)
}
