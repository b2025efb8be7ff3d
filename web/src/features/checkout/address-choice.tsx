import type { Address } from '@/api/types'
import { addressLine } from '@/shared/address/address'
import { useT } from '@/shared/i18n/store'
import { ChoiceList } from '@/shared/ui/field'

export const NEW_ADDRESS = 'new'

export function AddressChoice({ addresses, value, onChange }: { addresses: Address[]; value: string; onChange: (id: string) => void }) {
  const t = useT()
  if (addresses.length === 0) return <h3 className="text-base">{t('checkout.address')}</h3>
  return (
    <ChoiceList
      legend={t('checkout.address')}
      name="address"
      value={value}
      onChange={onChange}
      choices={[
        ...addresses.map((address) => ({ value: address.id, title: `${address.recipient} · ${address.phone}`, text: addressLine(address) })),
        { value: NEW_ADDRESS, title: t('checkout.address-new') },
      ]}
    />
  )
}
