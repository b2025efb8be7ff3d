import { useQuery } from '@tanstack/react-query'
import { useDeferredValue, useState } from 'react'
import { useProblemText } from '@/shared/hooks/problem-text'
import { useT } from '@/shared/i18n/store'
import { ChoiceList, Field } from '@/shared/ui/field'
import { Notice } from '@/shared/ui/notice'
import { foundBuyersQuery } from '../api/buyers'
import { useShop } from '../shop-context'
import { useRoomPart, useShowClaims } from './floor-context'
import { likelyBuyers } from './likely-buyers'

/** Whose a comment is that was written by somebody without an account: who is in the show, and the shop's buyers. */
export function BuyerPicker({ author, value, onChange }: { author: string; value: string | null; onChange: (buyer: string) => void }) {
  const t = useT()
  const problem = useProblemText()
  const shop = useShop()
  const [words, setWords] = useState('')
  const q = useDeferredValue(words.trim())
  const found = useQuery(foundBuyersQuery(shop.id, q))
  const chat = useRoomPart((state) => state.chat)
  const { claims } = useShowClaims()
  const buyers = likelyBuyers({ author, q, chat, claims, known: found.data?.items ?? [] })
  return (
    <div className="grid gap-3">
      <Field label={t('studio.buyers.search')} type="search" value={words} maxLength={80} onChange={(event) => setWords(event.target.value)} />
      {found.isError ? <Notice kind="failed">{problem(found.error)}</Notice> : null}
      {found.isSuccess && buyers.length === 0 ? <p className="text-sm text-muted">{t('studio.buyers.none-such')}</p> : null}
      {buyers.length > 0 ? <ChoiceList legend={t('studio.repair-buyer')} name="buyer" value={value ?? ''} onChange={onChange} choices={buyers.map(({ id, name }) => ({ value: id, title: name }))} /> : null}
    </div>
  )
}
