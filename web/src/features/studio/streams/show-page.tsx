import { useQuery } from '@tanstack/react-query'
import { ExternalLink, Radio, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useNavigate, useParams } from 'react-router'
import { useT } from '@/shared/i18n/store'
import { ButtonLink, IconButton } from '@/shared/ui/button'
import { Failure } from '@/shared/ui/empty'
import { ListSkeleton } from '@/shared/ui/skeleton'
import { showQuery, useDeleteShow } from '../api/streams'
import type { ShopStream } from '../api/types'
import { ConfirmSheet } from '../parts/confirm-sheet'
import { PageHead } from '../parts/page-head'
import { ShowBadge } from '../parts/state-badges'
import { studioPaths } from '../paths'
import { useMay, useShop } from '../shop-context'
import { LineUp } from './line-up'
import { OutputsCard } from './outputs-card'
import { RulesForm } from './rules-form'
import { ShowForm } from './show-form'

function Delete({ show }: { show: ShopStream }) {
  const t = useT()
  const shop = useShop()
  const navigate = useNavigate()
  const [asking, setAsking] = useState(false)
  const drop = useDeleteShow(shop.id)
  return (
    <>
      <IconButton label={t('studio.delete-show')} onClick={() => setAsking(true)}>
        <Trash2 aria-hidden className="size-5" />
      </IconButton>
      {asking ? (
        <ConfirmSheet
          title={t('studio.delete-show')}
          text={t('studio.delete-show-text')}
          action={t('action.delete')}
          danger
          busy={drop.isPending}
          error={drop.error}
          onClose={() => setAsking(false)}
          onConfirm={() => drop.mutate(show.id, { onSuccess: () => void navigate(studioPaths.shows(shop.slug)) })}
        />
      ) : null}
    </>
  )
}

function Planned({ id }: { id: string }) {
  const t = useT()
  const shop = useShop()
  const mayRun = useMay('run')
  const show = useQuery({ ...showQuery(id), refetchOnWindowFocus: false })
  if (show.isPending) return <ListSkeleton rows={3} className="h-40" />
  if (show.isError && !show.data) return <Failure error={show.error} onRetry={() => void show.refetch()} />
  const before = show.data.state === 'draft' || show.data.state === 'scheduled'
  return (
    <>
      <PageHead title={show.data.title} back={studioPaths.shows(shop.slug)} badge={<ShowBadge state={show.data.state} />}>
        {before && mayRun ? <Delete show={show.data} /> : null}
        {show.data.state === 'draft' ? null : (
          <ButtonLink to={`/live/${id}`} look="secondary" icon={<ExternalLink aria-hidden className="size-4" />}>
            {t('studio.buyer-view')}
          </ButtonLink>
        )}
        <ButtonLink to={studioPaths.control(shop.slug, id)} icon={<Radio aria-hidden className="size-4.5" />}>
          {t('studio.control')}
        </ButtonLink>
      </PageHead>
      <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,24rem)_minmax(0,1fr)]">
        <fieldset disabled={!mayRun} className="grid gap-5">
          <ShowForm key={show.data.id} show={show.data} />
          {show.data.state === 'ended' ? null : <RulesForm key={`${show.data.id}-rules`} show={show.data} />}
          {show.data.state !== 'ended' && mayRun ? <OutputsCard show={id} /> : null}
        </fieldset>
        <LineUp show={show.data} />
      </div>
    </>
  )
}

export function ShowPage() {
  const t = useT()
  const shop = useShop()
  const { id = 'new' } = useParams()
  if (id !== 'new') {
    return (
      <div className="grid gap-4">
        <Planned key={id} id={id} />
      </div>
    )
  }
  return (
    <div className="mx-auto grid max-w-2xl gap-4">
      <PageHead title={t('studio.new-show')} back={studioPaths.shows(shop.slug)} />
      <ShowForm />
    </div>
  )
}
