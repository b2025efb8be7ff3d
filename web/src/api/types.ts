/**
 * The names the client uses for shapes of the HTTP surface, all taken from the generated contract (`npm run gen:api`).
 * Where the contract says `string` for a closed set of words, the set is narrowed here.
 */
import type { components } from './schema'

type Schemas = components['schemas']
type Narrow<Shape, Fields> = Omit<Shape, keyof Fields> & Fields

export type Money = Schemas['MoneyModel']
export type Currency = Money['currency']
export type Market = Schemas['ShopOut']['market']
export interface Page<T> {
  items: T[]
  next_cursor: string | null
}

export type User = Narrow<Schemas['UserOut'], { market: Market }>
export type SessionGrant = Narrow<Omit<Schemas['SessionGrantOut'], 'refresh_token'>, { user: User }>
export interface TwoFactorNeeded {
  two_factor_required: true
  challenge: string
}
export type ConfirmationNeeded = Schemas['ConfirmationOut']
export type Security = Schemas['SecurityOut']
export type Enrolment = Schemas['EnrolmentOut']
export type Passkey = Schemas['PasskeyOut']
export type DeviceSession = Schemas['SessionOut']
export type Address = Narrow<Schemas['AddressOut'], { country: Market }>
export type AddressDraft = Schemas['AddressIn']

export type Shop = Narrow<Schemas['ShopOut'], { currency: Currency }>
/** What this person is to a shop. */
export type Standing = Schemas['StandingOut']
/** A shop as other things carry it. */
export type ShopCard = Narrow<Schemas['StreamShop'], { market: Market; currency: Currency }>

export type ProductImage = Pick<Schemas['ImageOut'], 'id' | 'url'> & Partial<Pick<Schemas['ImageOut'], 'sizes'>>
export type Variant = Pick<Schemas['ItemVariant'], 'id' | 'sku' | 'options' | 'price' | 'available'>
/** What the catalog and a line-up both say about a product. */
export type Product = Narrow<Pick<Schemas['ItemProduct'], 'id' | 'shop_id' | 'title' | 'description' | 'category' | 'status'>, { images: ProductImage[]; variants: Variant[]; shop?: Schemas['ProductShop'] | null }>
export type Category = Schemas['CategoryOut']

export type Stream = Narrow<Schemas['StreamOut'], { shop: ShopCard | null }>
export type StreamState = Stream['state']
export type Playback = Schemas['PlaybackOut'] & { whep?: string | null }
export type Moment = Schemas['MomentOut']
export type StreamItem = Narrow<Schemas['ItemOut'], { product: Product }>
export type RoomSnapshot = Narrow<Schemas['RoomOut'], { state: StreamState; items: StreamItem[] }>

export type Claim = Schemas['ClaimOut']
export type ClaimState = Claim['state']
export type Cart = Narrow<Schemas['CartOut'], { shops: CartShop[] }>
export type CartShop = Narrow<Schemas['ShopBagOut'], { shop: ShopCard; claims: CartClaim[] }>
export type CartClaim = Narrow<Schemas['CartClaimOut'], { state: ClaimState }>
export type CartLine = Schemas['CartLineOut']

export type Box = Narrow<Schemas['BoxOut'], { shop: ShopCard }>
export type BoxLine = Schemas['BoxLineOut']

export type PaymentMethod = Schemas['MethodOut']
export type Payment = Schemas['PaymentOut']
export type PaymentState = Payment['state']
export type PaymentAction = Payment['action']
export type Order = Narrow<Schemas['OrderOut'], { shop: ShopCard | null; address: Omit<Address, 'id'> }>
export type OrderLine = Schemas['OrderLineOut']
export type OrderState = Order['state']
export type Shipment = Schemas['ShipmentOut']
export type OrderDraft = Schemas['PlaceOrderIn']
export type PlacedOrder = Narrow<Schemas['PlacedOrderOut'], { order: Order }>

/** Something this person was told, and what else there is to the inbox. */
export type Told = Schemas['NotificationOut']
export type Inbox = Schemas['NotificationsOut']
export type ToldChoices = Schemas['PreferencesOut']
export type ToldCategory = Schemas['NewsCategoryOut']
export type ToldChannel = Schemas['ChannelOut']
