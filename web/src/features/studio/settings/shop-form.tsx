import { useState, type FormEvent } from 'react'
import { fieldText, useProblemText } from '@/shared/hooks/problem-text'
import { useT } from '@/shared/i18n/store'
import { Badge } from '@/shared/ui/badge'
import { Button } from '@/shared/ui/button'
import { AreaField, Field } from '@/shared/ui/field'
import { Notice, notify } from '@/shared/ui/notice'
import { useChangeShop } from '../api/shops'
import { Card } from '../parts/card'
import { useShop } from '../shop-context'

export function ShopForm() {
  const t = useT()
  const problem = useProblemText()
  const shop = useShop()
  const change = useChangeShop(shop.id)
  const [name, setName] = useState(shop.name)
  const [description, setDescription] = useState(shop.description)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (name.trim()) change.mutate({ name: name.trim(), description: description.trim() }, { onSuccess: () => notify(t('account.saved'), 'done') })
  }
  return (
    <form onSubmit={submit}>
      <Card title={t('studio.shop')} aside={<Badge>{t(`market.${shop.market}`)}</Badge>}>
        <div className="grid gap-4">
          <Field label={t('studio.shop-name')} value={name} maxLength={80} required error={fieldText(t, change.error, 'name')} hint={`${location.host}/shops/${shop.slug}`} onChange={(event) => setName(event.target.value)} />
          <AreaField label={t('studio.shop-description')} value={description} maxLength={2000} onChange={(event) => setDescription(event.target.value)} />
          {change.isError ? <Notice kind="failed">{problem(change.error)}</Notice> : null}
          <Button type="submit" className="justify-self-start" busy={change.isPending} disabled={!name.trim()}>
            {t('action.save')}
          </Button>
        </div>
      </Card>
    </form>
  )
}
