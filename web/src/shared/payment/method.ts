import type { PaymentMethod } from '@/api/types'
import { useI18n, type MessageId, type Translate } from '@/shared/i18n/store'

const words = (t: Translate, id: string): string | undefined => (id in useI18n.getState().messages ? t(id as MessageId) : undefined)

/** Brand names stay as they are; what we name ourselves is translated. */
export const methodName = (t: Translate, method: Pick<PaymentMethod, 'id' | 'name'>) => words(t, `method.${method.id}`) ?? method.name ?? method.id
export const methodText = (t: Translate, method: Pick<PaymentMethod, 'id'>) => words(t, `method.${method.id}-text`)
