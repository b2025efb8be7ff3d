/** Hands a file to the browser as if its address had been followed. */
export function saveFile(data: Blob, name: string): void {
  const file = URL.createObjectURL(data)
  const link = document.createElement('a')
  link.href = file
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(file), 10_000)
}
