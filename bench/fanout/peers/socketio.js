// A chat room on socket.io, as its documentation writes it. Arguments: port [certificate key].
import { readFileSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import { Server } from 'socket.io'

const [port, cert, key] = process.argv.slice(2)
const server = cert ? https.createServer({ cert: readFileSync(cert), key: readFileSync(key) }) : http.createServer()
const io = new Server(server, { transports: ['websocket'] })

io.on('connection', (socket) => {
  const room = socket.handshake.query.room
  socket.join(room)
  socket.on('chat-message', (message) => io.to(room).emit('chat-message', message))
})

server.listen({ port: Number(port), host: '127.0.0.1', backlog: 4096 })
