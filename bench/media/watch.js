/* The player of bench/media/hls.py: reads the clock that the encoder burned in back from the pixels. */

const BITS = 44, COLUMNS = 11

function readClock(paint, size) {
  const { data, width } = paint.getImageData(0, 0, COLUMNS * size, Math.ceil(BITS / COLUMNS) * size)
  let now = 0
  for (let bit = 0; bit < BITS; bit += 1) {
    const x = Math.round(((bit % COLUMNS) + 0.5) * size)
    const y = Math.round((Math.floor(bit / COLUMNS) + 0.5) * size)
    const value = data[(y * width + x) * 4]
    if (value > 80 && value < 176) return null
    if (value >= 176) now += 2 ** bit
  }
  return now
}

/** Plays; `seen` gets [time of day, clock in the picture] for every picture. */
async function watch(url, size) {
  const video = document.body.appendChild(Object.assign(document.createElement('video'), { muted: true, playsInline: true }))
  const player = new Hls({ lowLatencyMode: true, maxLiveSyncPlaybackRate: 1.05, backBufferLength: 10 })
  const canvas = new OffscreenCanvas(COLUMNS * size, 4 * size)
  const paint = canvas.getContext('2d', { willReadFrequently: true })
  Object.assign(window, { seen: [], errors: [], player })
  player.on(Hls.Events.ERROR, (_, data) => {
    window.errors.push(data.details)
    if (data.fatal) player.startLoad()
  })
  const look = () => {
    paint.drawImage(video, 0, 0)
    const clock = readClock(paint, size)
    if (clock !== null) window.seen.push([Date.now(), clock])
    video.requestVideoFrameCallback(look)
  }
  video.requestVideoFrameCallback(look)
  window.began = Date.now()
  player.loadSource(url)
  player.attachMedia(video)
  await video.play()
}
