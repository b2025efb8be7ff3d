/** A small picture of one moment: a part of a larger image. */
export interface Thumbnail {
  start: number
  end: number
  url: string
  x: number
  y: number
  width: number
  height: number
}

const seconds = (clock: string) => clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0)

/** Reads a WebVTT file whose cues name parts of images (`sprite.jpg#xywh=160,0,160,90`). Anything else in it is passed over. */
export function parseThumbnails(text: string, base: string): Thumbnail[] {
  return text.split(/\r?\n\s*\r?\n/).flatMap((block) => {
    const cue = /([\d:.]+)\s+-->\s+([\d:.]+)[^\n]*\n\s*(\S+)#xywh=(\d+),(\d+),(\d+),(\d+)/.exec(block)
    if (!cue) return []
    const [, from = '', to = '', file = '', x, y, width, height] = cue
    return [{ start: seconds(from), end: seconds(to), url: new URL(file, base).href, x: Number(x), y: Number(y), width: Number(width), height: Number(height) }]
  })
}

export const thumbnailAt = (list: readonly Thumbnail[], at: number): Thumbnail | undefined => list.find(({ start, end }) => at >= start && at < end) ?? list.at(-1)
