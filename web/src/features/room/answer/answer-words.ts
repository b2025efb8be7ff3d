import type { MessageId, Translate } from '@/shared/i18n/store'
import { useI18n } from '@/shared/i18n/store'
import { problemText } from '@/shared/hooks/problem-text'
import type { Answer, Offer } from './answer'
import { optionText } from '@/shared/ui/option-chooser'

/** The title of an answer, and a line below it where there is more to say. */
export function wordsOf(t: Translate, answer: Answer): { title: string; text: string | null } {
  switch (answer.kind) {
    case 'change': {
      const { change, claim } = answer
      if (change === 'waitlisted') return { title: t('room.waiting', { position: claim?.position ?? 1 }), text: t('room.answer.waitlisted') }
      if (change === 'held') return { title: t('room.held-count', { count: claim?.quantity ?? 1 }), text: null }
      return { title: t(`room.answer.${change}`), text: change === 'promoted' ? t('room.held-count', { count: claim?.quantity ?? 1 }) : null }
    }
    case 'which':
      return { title: t('room.answer.which'), text: null }
    case 'short':
      return answer.available > 0 ? { title: t('room.answer.short', { count: answer.available }), text: null } : { title: t('stock.out'), text: t('room.answer.gone') }
    case 'limit':
      return { title: t('room.limit', { count: answer.limit }), text: answer.claimed > 0 ? t('room.answer.claimed', { count: answer.claimed }) : null }
    case 'unsure': {
      const id = `room.unsure.${answer.reason}` as MessageId
      const why = id in useI18n.getState().messages ? t(id) : null
      return answer.offers.length > 0 ? { title: t('room.answer.unsure'), text: why } : { title: why ?? t('room.answer.unclear'), text: t('room.answer.how') }
    }
    case 'refused':
      return { title: problemText(t, answer.problem), text: null }
  }
}

/** What a button says that claims this; the code only where several items are offered. */
export function offerText({ item, variant, quantity }: Offer, withCode: boolean): string {
  const options = optionText(variant.options)
  return [withCode || !options ? item.code : null, options || null, quantity > 1 ? `×${quantity}` : null].filter(Boolean).join(' ')
}
