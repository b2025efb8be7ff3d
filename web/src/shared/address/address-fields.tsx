import type { Address, Market } from '@/api/types'
import { fieldText } from '@/shared/hooks/problem-text'
import { useT } from '@/shared/i18n/store'
import { Field, SelectField } from '@/shared/ui/field'
import { TAIWAN_CITIES } from './taiwan'

interface Props {
  country: Market
  onCountry: (country: Market) => void
  error: unknown
  name?: string | undefined
  value?: Address | undefined
}

/** The address form of each market: Taiwan asks city and district, Thailand province, district and subdistrict. */
export function AddressFields({ country, onCountry, error, name, value }: Props) {
  const t = useT()
  const wrong = (field: string) => fieldText(t, error, field)
  const taiwan = country === 'TW'
  return (
    <div className="grid gap-4" key={country}>
      <SelectField label={t('address.country')} value={country} onChange={(event) => onCountry(event.target.value as Market)} autoComplete="country">
        <option value="TW">{t('market.TW')}</option>
        <option value="TH">{t('market.TH')}</option>
      </SelectField>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label={t('address.recipient')} name="recipient" autoComplete="name" required maxLength={80} defaultValue={value?.recipient ?? name} error={wrong('recipient')} />
        <Field label={t('address.phone')} name="phone" type="tel" autoComplete="tel" required pattern="\+?[0-9][0-9 \(\)\-]{5,18}[0-9]" placeholder={taiwan ? '0912 345 678' : '081 234 5678'} defaultValue={value?.phone} error={wrong('phone')} />
      </div>
      <div className="grid grid-cols-2 gap-4">
        <Field label={t('address.postcode')} name="postcode" inputMode="numeric" autoComplete="postal-code" required pattern={taiwan ? '[0-9]{3}([0-9]{2,3})?' : '[0-9]{5}'} placeholder={taiwan ? '106' : '10110'} defaultValue={value?.postcode} error={wrong('postcode') ?? wrong('address')} />
        {taiwan ? (
          <SelectField label={t('address.city')} name="city" required defaultValue={value?.city ?? TAIWAN_CITIES[0]} autoComplete="address-level1" error={wrong('city')}>
            {TAIWAN_CITIES.map((city) => (
              <option key={city}>{city}</option>
            ))}
          </SelectField>
        ) : (
          <Field label={t('address.province')} name="city" autoComplete="address-level1" required maxLength={80} placeholder="กรุงเทพมหานคร" defaultValue={value?.city} error={wrong('city')} />
        )}
      </div>
      <div className="grid grid-cols-2 gap-4">
        <Field label={t('address.district')} name="district" autoComplete="address-level2" required maxLength={80} placeholder={taiwan ? '大安區' : 'ปทุมวัน'} defaultValue={value?.district} error={wrong('district')} />
        {taiwan ? null : <Field label={t('address.subdistrict')} name="subdistrict" autoComplete="address-level3" required maxLength={80} placeholder="ลุมพินี" defaultValue={value?.subdistrict ?? ''} error={wrong('subdistrict')} />}
      </div>
      <Field label={t('address.line1')} name="line1" autoComplete="address-line1" required maxLength={200} defaultValue={value?.line1} error={wrong('line1')} />
      <Field label={t('address.line2')} name="line2" autoComplete="address-line2" maxLength={200} defaultValue={value?.line2 ?? ''} error={wrong('line2')} />
    </div>
  )
}
