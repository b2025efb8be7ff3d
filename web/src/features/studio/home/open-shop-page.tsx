import { useState, type FormEvent } from 'react'
import { useNavigate } from 'react-router'
import { isProblem } from '@/api/problem'
import type { Market } from '@/api/types'
import { fieldText, useProblemText } from '@/shared/hooks/problem-text'
import { useT } from '@/shared/i18n/store'
import { useUser } from '@/shared/session/session'
import { Button } from '@/shared/ui/button'
import { ChoiceList, Field } from '@/shared/ui/field'
import { Notice } from '@/shared/ui/notice'
import { useOpenShop } from '../api/shops'
import { Card } from '../parts/card'
import { PageHead } from '../parts/page-head'
import { SandboxBadge } from '../parts/state-badges'
import { studioPaths } from '../paths'
import { SLUG, suggestSlug } from './slug'

export function OpenShopPage() {
  const t = useT()
  const problem = useProblemText()
  const navigate = useNavigate()
  const home = useUser()?.market ?? 'TW'
  const [seed] = useState(() => Date.now())
  const [name, setName] = useState('')
  const [ownSlug, setOwnSlug] = useState<string | null>(null)
  const [market, setMarket] = useState<Market>(home)
  const open = useOpenShop()
  const slug = ownSlug ?? (name.trim() ? suggestSlug(name, seed) : '')
  const ready = name.trim().length > 0 && SLUG.test(slug)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (ready) open.mutate({ name: name.trim(), slug, market }, { onSuccess: (shop) => void navigate(studioPaths.shop(shop.slug)) })
  }
  const slugError = isProblem(open.error, 'slug-taken') ? problem(open.error) : ownSlug !== null && slug && !SLUG.test(slug) ? t('studio.shop-slug-hint') : fieldText(t, open.error, 'slug')
  const general = open.isError && !isProblem(open.error, 'slug-taken') && !isProblem(open.error, 'invalid-input')
  return (
    <div className="mx-auto grid max-w-2xl gap-5">
      <PageHead title={t('studio.create-shop')} back={studioPaths.home} />
      <form onSubmit={submit}>
        <Card>
          <div className="grid gap-5">
            <Field label={t('studio.shop-name')} value={name} maxLength={80} required autoFocus error={fieldText(t, open.error, 'name')} onChange={(event) => setName(event.target.value)} />
            <Field
              label={t('studio.shop-slug')}
              value={slug}
              maxLength={40}
              autoCapitalize="none"
              spellCheck={false}
              error={slugError}
              hint={slug ? `${location.host}/shops/${slug}` : t('studio.shop-slug-hint')}
              onChange={(event) => setOwnSlug(event.target.value.toLowerCase())}
            />
            <ChoiceList
              legend={t('studio.market')}
              name="market"
              value={market}
              onChange={(value) => setMarket(value as Market)}
              choices={[
                { value: 'TW', title: t('market.TW'), text: t('studio.market-tw') },
                { value: 'TH', title: t('market.TH'), text: t('studio.market-th') },
              ]}
            />
            <div className="grid gap-2 rounded-xl bg-raised p-4 text-sm">
              <span>
                <SandboxBadge />
              </span>
              <p className="text-muted">{t('studio.sandbox-text')}</p>
            </div>
            {general ? <Notice kind="failed">{problem(open.error)}</Notice> : null}
            <Button type="submit" size="large" busy={open.isPending} disabled={!ready}>
              {t('studio.create-shop')}
            </Button>
          </div>
        </Card>
      </form>
    </div>
  )
}
