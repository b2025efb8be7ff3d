import type { Address, AddressDraft, Market } from '@/api/types'

export function readAddress(form: FormData, country: Market): AddressDraft {
  const text = (name: string) => String(form.get(name) ?? '').trim()
  const subdistrict = text('subdistrict')
  const line2 = text('line2')
  return {
    recipient: text('recipient'),
    phone: text('phone'),
    country,
    postcode: text('postcode'),
    city: text('city'),
    district: text('district'),
    line1: text('line1'),
    ...(subdistrict && { subdistrict }),
    ...(line2 && { line2 }),
  }
}

/** One line, in the order the country writes it: Taiwan from large to small, Thailand from small to large. */
export function addressLine(address: Omit<Address, 'id' | 'country'> & { country?: string }): string {
  const { postcode, city, district, subdistrict, line1, line2 } = address
  if (address.country === 'TH') return [line1, line2, subdistrict, district, city, postcode].filter(Boolean).join(' ')
  return `${postcode} ${[city, district, subdistrict, line1, line2].filter(Boolean).join('')}`
}
