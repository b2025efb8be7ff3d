// The room page must stay light: JavaScript before the player, and styles plus one locale.
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const dist = new URL('../dist/', import.meta.url)
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'))
const size = (file) => gzipSync(readFileSync(new URL(file, dist))).length
const collect = (key, seen = new Set()) => {
  if (seen.has(key)) return seen
  seen.add(key)
  for (const next of manifest[key]?.imports ?? []) collect(next, seen)
  return seen
}
const room = (layout) => ['index.html', 'src/features/room/room-page.tsx', `src/features/room/${layout}-room.tsx`].flatMap((key) => [...collect(key)])
const keys = new Set([...room('phone/phone')])
const wideKeys = new Set([...room('desktop/desktop')])
const styles = new Set([...keys].flatMap((key) => manifest[key].css ?? []))
const locales = Object.keys(manifest).filter((key) => /catalogs\/[^/]+\/app\.json$/.test(key))
const total = (set) => [...new Set([...set].map((key) => manifest[key].file))].reduce((sum, file) => sum + size(file), 0)
const locale = Math.max(...locales.map((key) => size(manifest[key].file)))
const style = [...styles].reduce((sum, file) => sum + size(file), 0) + locale
const row = (name, bytes, limit) => {
  console.log(`${name}: ${(bytes / 1000).toFixed(1)} kB of ${limit / 1000} kB`)
  return bytes <= limit
}
const within = [row('room on a phone, scripts', total(keys), 120_000), row('room on a desktop, scripts', total(wideKeys), 120_000), row('styles and locale', style, 60_000)]
if (within.includes(false)) process.exit(1)
