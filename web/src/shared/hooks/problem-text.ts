import { useCallback } from 'react'
import { Problem } from '@/api/problem'
import { useI18n, useT, type MessageId, type Translate } from '@/shared/i18n/store'

export function problemText(t: Translate, error: unknown): string {
  const code = error instanceof Problem ? error.code : 'unknown'
  const id = `problem.${code}` as MessageId
  const known = id in useI18n.getState().messages
  if (known) return t(id)
  if (error instanceof Problem && error.status === 404) return t('problem.not-found')
  if (error instanceof Problem && error.status === 429) return t('problem.too-many-requests')
  return t('problem.unknown')
}

/** Text for any failure, from its stable code; never the raw answer. */
export function useProblemText(): (error: unknown) => string {
  const t = useT()
  return useCallback((error) => problemText(t, error), [t])
}

export function fieldText(t: Translate, error: unknown, field: string): string | undefined {
  if (!(error instanceof Problem)) return undefined
  const entry = error.fields.find((row) => row.field === field || row.field.endsWith(`.${field}`))
  if (!entry) return undefined
  const id = `field.${entry.code}` as MessageId
  return id in useI18n.getState().messages ? t(id) : t('field.invalid')
}
