import { useState, type FormEvent } from 'react'
import type { Address, Market, PaymentMethod, Shop } from '@/api/types'
import { AddressFields } from '@/shared/address/address-fields'
import { readAddress } from '@/shared/address/address'
import { useT } from '@/shared/i18n/store'
import { formatMoney } from '@/shared/format/format'
import { fitsAmount, methodName, methodText } from '@/shared/payment/method'
import { PlayerPeek } from '@/shared/player/player-peek'
import { closeCheckout } from '@/shared/session/overlays'
import { useUser } from '@/shared/session/session'
import { Badge } from '@/shared/ui/badge'
import { Button } from '@/shared/ui/button'
import { Countdown } from '@/shared/ui/countdown'
import { AreaField, ChoiceList } from '@/shared/ui/field'
import { Money } from '@/shared/ui/money'
import { Sheet } from '@/shared/ui/sheet'
import { AddressChoice, NEW_ADDRESS } from './address-choice'
import { totalsOf, type Basket } from './basket'
import { Refused } from './refused'
import { Summary } from './summary'
import { usePlaceOrder } from './use-place-order'

const FORM = 'checkout'

interface Props {
  basket: Basket
  shop: Shop
  addresses: Address[]
  methods: PaymentMethod[]
}

export function CheckoutForm({ basket, shop, addresses, methods }: Props) {
  const t = useT()
  const user = useUser()
  const { shipping, discount, total } = totalsOf(basket, shop)
  const usable = methods.filter((row) => fitsAmount(row, total))
  const [addressId, setAddressId] = useState(addresses[0]?.id ?? NEW_ADDRESS)
  const [method, setMethod] = useState(usable[0]?.method ?? 'sandbox')
  const [country, setCountry] = useState<Market>(user?.market ?? basket.shop.market ?? 'TW')
  const [phone, setPhone] = useState<string>()
  const order = usePlaceOrder(basket, total)
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const address = addressId === NEW_ADDRESS ? readAddress(form, country) : undefined
    setPhone(address?.phone ?? addresses.find((one) => one.id === addressId)?.phone)
    const note = String(form.get('note') ?? '').trim()
    order.place({
      ...(address ? { address } : { address_id: addressId }),
      shipping_method: 'home',
      payment_method: method,
      ...(note && { note }),
    })
  }
  return (
    <Sheet
      wide="side"
      title={t('checkout.title')}
      onClose={closeCheckout}
      peek={<PlayerPeek />}
      footer={
        <Button type="submit" form={FORM} wide size="large" busy={order.busy}>
          {t('checkout.place', { price: formatMoney(total) })}
        </Button>
      }
    >
      <form id={FORM} onSubmit={submit} className="grid gap-7">
        {basket.until ? (
          <p className="flex items-center justify-between rounded-xl bg-gold/12 px-4 py-2.5 text-sm font-medium">
            {t('checkout.held-until')}
            <Countdown until={basket.until} className="text-base" />
          </p>
        ) : null}
        <Summary basket={basket} shipping={shipping} discount={discount} total={total} freeFrom={shop.shipping.free_from} />
        <section className="grid gap-4">
          <AddressChoice addresses={addresses} value={addressId} onChange={setAddressId} />
          {addressId === NEW_ADDRESS ? <AddressFields country={country} onCountry={setCountry} error={order.error} name={user?.display_name} /> : null}
        </section>
        <ChoiceList legend={t('checkout.shipping')} name="shipping" value="home" onChange={() => undefined} choices={[{ value: 'home', title: t('checkout.shipping-home'), aside: shipping.amount === 0 ? t('price.free') : <Money value={shipping} /> }]} />
        <ChoiceList
          legend={t('checkout.payment')}
          name="payment"
          value={method}
          onChange={setMethod}
          choices={usable.map(({ method: id }) => ({
            value: id,
            title: methodName(t, id),
            text: methodText(t, id),
            aside: id === 'sandbox' ? <Badge tone="gold">{t('method.sandbox-badge')}</Badge> : undefined,
          }))}
        />
        <AreaField label={t('checkout.note')} name="note" maxLength={500} rows={2} />
      </form>
      {order.error ? <Refused error={order.error} shopId={basket.shop.id} phone={phone} /> : null}
    </Sheet>
  )
}
