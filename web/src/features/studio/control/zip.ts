const TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1
  return value >>> 0
})

export function crc32(data: Uint8Array): number {
  let value = 0xffffffff
  for (const byte of data) value = (TABLE[(value ^ byte) & 0xff] ?? 0) ^ (value >>> 8)
  return (value ^ 0xffffffff) >>> 0
}

function record(size: number, fields: [at: number, bytes: 2 | 4, value: number][]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size)
  const view = new DataView(bytes.buffer)
  for (const [at, width, value] of fields) {
    if (width === 2) view.setUint16(at, value, true)
    else view.setUint32(at, value, true)
  }
  return bytes
}

const UTF8 = 0x0800
/** 1 January 2026: the same files give the same archive. */
const DAY = ((2026 - 1980) << 9) | (1 << 5) | 1

/** A ZIP file of small texts, stored as they are. */
export function zipOf(files: Record<string, string>): Uint8Array<ArrayBuffer>[] {
  const encoder = new TextEncoder()
  const locals: Uint8Array<ArrayBuffer>[] = []
  const entries: Uint8Array<ArrayBuffer>[] = []
  let offset = 0
  let listed = 0
  for (const [path, text] of Object.entries(files)) {
    const [name, data] = [encoder.encode(path), encoder.encode(text)]
    const crc = crc32(data)
    const shared = (at: number): [number, 2 | 4, number][] => [[at, 2, 20], [at + 2, 2, UTF8], [at + 8, 2, DAY], [at + 10, 4, crc], [at + 14, 4, data.length], [at + 18, 4, data.length], [at + 22, 2, name.length]]
    locals.push(record(30, [[0, 4, 0x04034b50], ...shared(4)]), name, data)
    entries.push(record(46, [[0, 4, 0x02014b50], [4, 2, 20], ...shared(6), [42, 4, offset]]), name)
    offset += 30 + name.length + data.length
    listed += 46 + name.length
  }
  const count = Object.keys(files).length
  return [...locals, ...entries, record(22, [[0, 4, 0x06054b50], [8, 2, count], [10, 2, count], [12, 4, listed], [16, 4, offset]])]
}
