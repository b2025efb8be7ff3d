import type { Frame } from './frames'
import { steps } from './room-steps'
import type { RoomState } from './room-view'

type AnyStep = (state: RoomState, data: object, frame: Frame) => RoomState

/** One frame without a look at its number. Kinds of a later build change nothing. */
function apply(state: RoomState, frame: Frame): RoomState {
  const step = Object.hasOwn(steps, frame.t) ? (steps[frame.t as keyof typeof steps] as AnyStep | null) : null
  return step && typeof frame.d === 'object' && frame.d !== null ? step(state, frame.d, frame) : state
}

/**
 * A numbered frame is taken when it is the next one, and only then. One that was seen is dropped; one that leaves a gap is
 * dropped too, and the room says so: what is missing comes from the server, never from a guess.
 */
function applyNumbered(state: RoomState, frame: Frame, number: number): RoomState {
  if (!state.ready || state.sync === 'reset' || number <= state.seq) return state
  if (number > state.seq + 1) return state.sync === 'gap' ? state : { ...state, sync: 'gap' }
  return { ...apply(state, frame), seq: number, sync: 'good' }
}

/** Numbers for one person only rise; a step of more than one is no gap. */
function applyPrivate(state: RoomState, frame: Frame, number: number): RoomState {
  if (state.privateSeq !== null && number <= state.privateSeq) return state
  return { ...apply(state, frame), privateSeq: number }
}

function reduceFrame(state: RoomState, frame: Frame): RoomState {
  if (frame.t === 'room-state') return apply(state, frame)
  if (typeof frame.n === 'number') return applyPrivate(state, frame, frame.n)
  if (typeof frame.s === 'number') return applyNumbered(state, frame, frame.s)
  return apply(state, frame)
}

/** Applies a batch of frames. Pure: the same frames always give the same room. */
export function reduceFrames(state: RoomState, frames: readonly Frame[]): RoomState {
  return frames.reduce(reduceFrame, state)
}
