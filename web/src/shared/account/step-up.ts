import { create } from 'zustand'
import { isProblem } from '@/api/problem'

export type Method = 'password' | 'code' | 'passkey'
interface Asked {
  methods: Method[]
  /** Called once: whether the person has shown that it is them. */
  settle: (proved: boolean) => void
}

export const useStepUp = create<{ asked: Asked | null }>(() => ({ asked: null }))

function ask(methods: Method[]): Promise<boolean> {
  return new Promise((resolve) => {
    const settle = (proved: boolean) => {
      useStepUp.setState({ asked: null })
      resolve(proved)
    }
    useStepUp.setState({ asked: { methods, settle } })
  })
}

/** Does what may need a fresh proof: asks for one when the server does, and tries again. The screen shows `StepUpDoor`. */
export async function withStepUp<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!isProblem(error, 'step-up-required')) throw error
    if (!(await ask((error.members['methods'] as Method[] | undefined) ?? ['password']))) throw error
    return work()
  }
}
