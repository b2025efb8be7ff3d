import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { post } from '@/api/client'
import type { Address, AddressDraft, Market } from '@/api/types'
import { AddressFields } from '@/shared/address/address-fields'
import { readAddress } from '@/shared/address/address'
import { keys } from '@/shared/data/keys'
import { useProblemText } from '@/shared/hooks/problem-text'
import { useT } from '@/shared/i18n/store'
import { useUser } from '@/shared/session/session'
import { Button } from '@/shared/ui/button'
import { Notice } from '@/shared/ui/notice'
import { Sheet } from '@/shared/ui/sheet'

const FORM = 'new-address'

export function AddressSheet({ onClose }: { onClose: () => void }) {
  const t = useT()
  const text = useProblemText()
  const client = useQueryClient()
  const user = useUser()
  const [country, setCountry] = useState<Market>(user?.market ?? 'TW')
  const add = useMutation({
    mutationFn: (address: AddressDraft) => post<Address>('/me/addresses', address),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: keys.addresses })
      onClose()
    },
  })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    add.mutate(readAddress(new FormData(event.currentTarget), country))
  }
  return (
    <Sheet
      title={t('address.add')}
      onClose={onClose}
      footer={
        <Button type="submit" form={FORM} wide size="large" busy={add.isPending}>
          {t('action.save')}
        </Button>
      }
    >
      <form id={FORM} onSubmit={submit} className="grid gap-4">
        <AddressFields country={country} onCountry={setCountry} error={add.error} name={user?.display_name} />
        {add.isError ? <Notice kind="failed">{text(add.error)}</Notice> : null}
      </form>
    </Sheet>
  )
}
