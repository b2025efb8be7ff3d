import { describe, expect, it } from 'vitest'
import { parseThumbnails, thumbnailAt } from './thumbnails'

const FILE = `WEBVTT

NOTE made for seeking

1
00:00:00.000 --> 00:00:10.000
sprite.jpg#xywh=0,0,160,90

00:00:10.000 --> 01:00:20.500
sprite.jpg#xywh=160,0,160,90
`

describe('thumbnails', () => {
  it('are parts of an image beside their file', () => {
    const list = parseThumbnails(FILE, 'https://media.example/rec/str_1/thumbs.vtt?token=x')
    expect(list).toEqual([
      { start: 0, end: 10, url: 'https://media.example/rec/str_1/sprite.jpg', x: 0, y: 0, width: 160, height: 90 },
      { start: 10, end: 3620.5, url: 'https://media.example/rec/str_1/sprite.jpg', x: 160, y: 0, width: 160, height: 90 },
    ])
    expect([0, 9.9, 10, 5000].map((at) => thumbnailAt(list, at)?.x)).toEqual([0, 0, 160, 160])
  })
  it('are none when the file is something else', () => {
    expect(parseThumbnails('<html></html>', 'https://media.example/')).toEqual([])
    expect(thumbnailAt([], 3)).toBeUndefined()
  })
})
