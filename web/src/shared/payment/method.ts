import type { Money, PaymentMethod } from '@/api/types'
import { useI18n, type MessageId, type Translate } from '@/shared/i18n/store'

const words = (t: Translate, id: string): string | undefined => (id in useI18n.getState().messages ? t(id as MessageId) : undefined)

const BRANDS: Record<string, string> = {
  linepay: 'LINE Pay',
  jkopay: 'JKOPAY',
  promptpay: 'PromptPay',
  truemoney: 'TrueMoney Wallet',
  ecpay: 'ECPay',
  newebpay: 'NewebPay',
  omise: 'Omise',
  twoctwop: '2C2P',
  stripe: 'Stripe',
}

/** Brand names stay as they are; what we name ourselves is translated. */
export const methodName = (t: Translate, method: string) => words(t, `method.${method}`) ?? BRANDS[method] ?? method
export const methodText = (t: Translate, method: string) => words(t, `method.${method}-text`)

export const fitsAmount = ({ least, most }: PaymentMethod, amount: Money) => amount.amount >= least.amount && amount.amount <= most.amount
