import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { MapPin, Plus, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { remove } from '@/api/client'
import type { Address } from '@/api/types'
import { addressLine } from '@/shared/address/address'
import { keys } from '@/shared/data/keys'
import { addressesQuery } from '@/shared/data/queries'
import { useProblemText } from '@/shared/hooks/problem-text'
import { useT } from '@/shared/i18n/store'
import { Button, IconButton } from '@/shared/ui/button'
import { Failure } from '@/shared/ui/empty'
import { notify } from '@/shared/ui/notice'
import { ListSkeleton } from '@/shared/ui/skeleton'
import { AddressSheet } from './address-sheet'
import { Card } from './card'

export function Addresses() {
  const t = useT()
  const text = useProblemText()
  const client = useQueryClient()
  const [adding, setAdding] = useState(false)
  const list = useQuery(addressesQuery)
  const drop = useMutation({
    mutationFn: (address: Address) => remove(`/me/addresses/${address.id}`),
    onError: (error) => notify(text(error), 'failed'),
    onSettled: () => client.invalidateQueries({ queryKey: keys.addresses }),
  })
  return (
    <Card
      title={t('address.title')}
      aside={
        <Button size="small" look="secondary" icon={<Plus aria-hidden className="size-4" />} onClick={() => setAdding(true)}>
          {t('address.add')}
        </Button>
      }
    >
      {list.isPending ? <ListSkeleton rows={1} className="h-16" /> : null}
      {list.isError ? <Failure error={list.error} onRetry={() => void list.refetch()} /> : null}
      {list.data?.items.length === 0 ? (
        <p className="flex items-center gap-2 text-muted">
          <MapPin aria-hidden className="size-5" />
          {t('address.empty')}
        </p>
      ) : null}
      <ul className="divide-y divide-line">
        {list.data?.items.map((address) => (
          <li key={address.id} className="flex items-center gap-3 py-3 first:pt-0 last:pb-0">
            <div className="min-w-0 grow">
              <p className="font-medium">
                {address.recipient} · {address.phone}
              </p>
              <p className="text-sm text-muted">{addressLine(address)}</p>
            </div>
            <IconButton label={`${t('action.delete')}: ${address.recipient}`} disabled={drop.isPending} onClick={() => drop.mutate(address)}>
              <Trash2 aria-hidden className="size-4.5" />
            </IconButton>
          </li>
        ))}
      </ul>
      {adding ? <AddressSheet onClose={() => setAdding(false)} /> : null}
    </Card>
  )
}
