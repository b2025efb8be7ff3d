// socket.io-client as third parties use it, driven by lines of JSON: commands on stdin, what happens on stdout.
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'

const { io } = createRequire(new URL('../../../../web/package.json', import.meta.url))('socket.io-client')
const sockets = new Map()

const tell = (name, what, more = {}) => process.stdout.write(JSON.stringify({ name, what, ...more }) + '\n')

const commands = {
  connect({ name, url, ticket, options, resume }) {
    const place = { ...resume }
    const socket = io(url, {
      forceNew: true,
      reconnectionDelay: 50,
      reconnectionDelayMax: 200,
      ...options,
      auth: (give) => give(ticket === null ? place : { ticket, ...place }),
    })
    sockets.set(name, socket)
    socket.io.on('open', () => {
      tell(name, 'open', { transport: socket.io.engine.transport.name })
      socket.io.engine.once('upgrade', (transport) => tell(name, 'upgrade', { transport: transport.name }))
    })
    socket.on('connect', () => tell(name, 'connect'))
    socket.on('connect_error', (error) =>
      tell(name, 'connect_error', { message: error.message, data: error.data ?? null, active: socket.active }),
    )
    socket.on('disconnect', (reason) => tell(name, 'disconnect', { reason, active: socket.active }))
    socket.onAny((kind, data, meta) => {
      if (kind === 'room-state' || kind === 'resync') Object.assign(place, { epoch: data.epoch, seq: data.seq })
      if (meta?.s !== undefined) place.seq = meta.s
      if (meta?.n !== undefined) place.n = meta.n
      tell(name, 'event', { kind, data, meta: meta ?? null })
    })
  },
  emit({ name, event, arguments: given, number }) {
    const socket = sockets.get(name)
    const settle = number === undefined ? [] : [(answer) => tell(name, 'ack', { number, answer })]
    socket.emit(event, ...given, ...settle)
  },
  binary({ name, event, number }) {
    sockets.get(name).emit(event, { text: Buffer.from('hi') }, (answer) => tell(name, 'ack', { number, answer }))
  },
  // Written past the client library, as somebody would who does not use it.
  raw({ name, text }) {
    sockets.get(name).io.engine.write(text)
  },
  stall({ name }) {
    sockets.get(name).io.engine.transport.ws._socket.pause()
  },
  read({ name }) {
    sockets.get(name).io.engine.transport.ws._socket.resume()
  },
  // What a lost network looks like to the client.
  break({ name }) {
    sockets.get(name).io.engine.close()
  },
  disconnect({ name }) {
    sockets.get(name).disconnect()
  },
}

for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line)
  commands[command.do](command)
}
process.exit(0)
