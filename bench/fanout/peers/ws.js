// A chat room on ws: a loop over the sockets of the room. Argument: port.
import { createServer } from 'node:http'
import { WebSocket, WebSocketServer } from 'ws'

const server = createServer()
const sockets = new WebSocketServer({ server })
const rooms = new Map()

sockets.on('connection', (socket, request) => {
  const room = new URL(request.url, 'http://bench').searchParams.get('room')
  if (!rooms.has(room)) rooms.set(room, new Set())
  const members = rooms.get(room)
  members.add(socket)
  socket.on('message', (data, isBinary) => {
    for (const member of members) if (member.readyState === WebSocket.OPEN) member.send(data, { binary: isBinary })
  })
  socket.on('close', () => members.delete(socket))
})

server.listen({ port: Number(process.argv[2]), host: '127.0.0.1', backlog: 4096 })
