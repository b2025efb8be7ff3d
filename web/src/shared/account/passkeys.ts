import { post } from '@/api/client'

interface Challenge {
  challenge: string
  options: PublicKeyCredentialCreationOptionsJSON & PublicKeyCredentialRequestOptionsJSON
}
export interface PasskeyAnswer {
  challenge: string
  credential: unknown
}

/** Browsers inside other apps have no passkeys, whatever they claim. */
const IN_APP = /Line\/|FBAN|FBAV|Instagram/

export function hasPasskeys(): boolean {
  return typeof PublicKeyCredential !== 'undefined' && 'parseRequestOptionsFromJSON' in PublicKeyCredential && !IN_APP.test(navigator.userAgent)
}

/** The visitor said no, or the device has none: nothing to explain. */
export function wasDismissed(error: unknown): boolean {
  return error instanceof DOMException && (error.name === 'NotAllowedError' || error.name === 'AbortError')
}

/** Has a passkey of whoever sits here sign a challenge. */
export async function askPasskey(): Promise<PasskeyAnswer> {
  const { challenge, options } = await post<Challenge>('/auth/passkeys/options')
  const found = await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) })
  return { challenge, credential: (found as PublicKeyCredential).toJSON() }
}

/** Has the device make a passkey for this account. */
export async function makePasskey(): Promise<PasskeyAnswer> {
  const { challenge, options } = await post<Challenge>('/me/passkeys/new/options')
  const made = await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
  return { challenge, credential: (made as PublicKeyCredential).toJSON() }
}
