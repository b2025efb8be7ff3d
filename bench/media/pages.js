/* The pages of bench/media: a host with a burned-in clock, guests that read it back from pixels. */

const BITS = 44, COLUMNS = 11, SIZE = 48

function drawClock(paint, now) {
  for (let bit = 0; bit < BITS; bit += 1) {
    paint.fillStyle = Math.floor(now / 2 ** bit) % 2 ? '#fff' : '#000'
    paint.fillRect((bit % COLUMNS) * SIZE, Math.floor(bit / COLUMNS) * SIZE, SIZE, SIZE)
  }
}

/** The clock in a picture, or null when a block is neither black nor white. */
function readClock(paint, scale) {
  const height = Math.ceil(BITS / COLUMNS) * SIZE * scale
  const { data, width } = paint.getImageData(0, 0, COLUMNS * SIZE * scale, height)
  let now = 0
  for (let bit = 0; bit < BITS; bit += 1) {
    const x = Math.round(((bit % COLUMNS) + 0.5) * SIZE * scale)
    const y = Math.round((Math.floor(bit / COLUMNS) + 0.5) * SIZE * scale)
    const value = data[(y * width + x) * 4]
    if (value > 80 && value < 176) return null
    if (value >= 176) now += 2 ** bit
  }
  return now
}

async function negotiate(connection, url, token) {
  await connection.setLocalDescription()
  const headers = { 'Content-Type': 'application/sdp', ...(token ? { Authorization: `Bearer ${token}` } : {}) }
  const answer = await fetch(url, { method: 'POST', headers, body: connection.localDescription.sdp })
  if (answer.status !== 201) throw new Error(`${answer.status} ${await answer.text()}`)
  await connection.setRemoteDescription({ type: 'answer', sdp: await answer.text() })
}

/** Publishes a moving picture with the clock; once a second a white bar and a tone begin together. */
async function host(url, token, width, height) {
  const canvas = document.body.appendChild(Object.assign(document.createElement('canvas'), { width, height }))
  const paint = canvas.getContext('2d')
  const sound = new AudioContext()
  await sound.resume()
  const speaker = sound.createMediaStreamDestination()
  const gain = sound.createGain()
  const tone = sound.createOscillator()
  gain.gain.value = 0
  tone.connect(gain).connect(speaker)
  tone.start()
  let loud = false
  const draw = () => {
    const now = Date.now()
    const on = now % 1000 < 250
    paint.fillStyle = `hsl(${(now / 20) % 360} 60% 40%)`
    paint.fillRect(0, 0, width, height)
    for (let i = 0; i < 24; i += 1) {
      paint.fillStyle = `hsl(${i * 15} 80% 60%)`
      paint.fillRect(((now / 8 + i * 97) % (width + 80)) - 80, 240 + ((i * 53) % (height - 400)), 70, 30)
    }
    paint.fillStyle = on ? '#fff' : '#000'
    paint.fillRect(0, height - 96, width, 96)
    drawClock(paint, now)
    if (on !== loud) gain.gain.value = on ? 0.8 : 0
    loud = on
  }
  setInterval(draw, 1000 / 30)
  const connection = new RTCPeerConnection()
  for (const track of canvas.captureStream(30).getTracks()) connection.addTransceiver(track, { direction: 'sendonly' })
  for (const track of speaker.stream.getTracks()) connection.addTransceiver(track, { direction: 'sendonly' })
  await negotiate(connection, url, token)
  window.connection = connection
}

function watched(video) {
  window.delays = []
  const canvas = new OffscreenCanvas(1280, 200)
  const paint = canvas.getContext('2d', { willReadFrequently: true })
  const look = () => {
    const scale = 1
    paint.drawImage(video, 0, 0, video.videoWidth, 200 * (video.videoHeight / 720), 0, 0, 1280, 200)
    const clock = readClock(paint, scale)
    if (clock !== null) window.delays.push(Date.now() - clock)
    video.requestVideoFrameCallback(look)
  }
  video.requestVideoFrameCallback(look)
}

function element() {
  return document.body.appendChild(Object.assign(document.createElement('video'), { muted: false, autoplay: true, playsInline: true }))
}

async function whep(url) {
  const video = element()
  window.began = performance.now()
  const incoming = new MediaStream()
  const connection = new RTCPeerConnection()
  connection.ontrack = ({ track }) => {
    incoming.addTrack(track)
    video.srcObject = incoming
  }
  video.addEventListener('loadeddata', () => { window.first ??= performance.now() - window.began })
  for (const kind of ['video', 'audio']) connection.addTransceiver(kind, { direction: 'recvonly' })
  watched(video)
  await negotiate(connection, url)
  window.connection = connection
}

/** Viewers that decode nothing of their own: only packets are counted. */
async function crowd(url, count) {
  window.guests = []
  for (let i = 0; i < count; i += 1) {
    const connection = new RTCPeerConnection()
    for (const kind of ['video', 'audio']) connection.addTransceiver(kind, { direction: 'recvonly' })
    await negotiate(connection, url)
    window.guests.push(connection)
  }
}

async function hls(url) {
  const video = element()
  const player = new Hls({ lowLatencyMode: true, liveSyncDuration: 1.5, maxLiveSyncPlaybackRate: 1.05, backBufferLength: 10 })
  window.began = performance.now()
  video.addEventListener('loadeddata', () => { window.first ??= performance.now() - window.began })
  player.loadSource(url)
  player.attachMedia(video)
  watched(video)
  await video.play()
}

/** How far sound and picture are apart in this browser's output, and what arrived. */
async function inbound() {
  const found = {}
  for (const report of (await window.connection.getStats()).values()) {
    if (report.type === 'inbound-rtp') found[report.kind] = report
  }
  return found
}

async function outbound() {
  const found = {}
  for (const report of (await window.connection.getStats()).values()) {
    if (report.type === 'outbound-rtp') found[report.kind] = report
    if (report.type === 'candidate-pair' && report.nominated) found.pair = report
    if (report.type === 'media-source' && report.kind === 'audio') found.microphone = report
  }
  return found
}
