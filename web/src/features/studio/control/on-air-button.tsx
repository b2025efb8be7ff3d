import { useQuery } from '@tanstack/react-query'
import { CircleStop, Radio } from 'lucide-react'
import { useState } from 'react'
import { useT } from '@/shared/i18n/store'
import { Button } from '@/shared/ui/button'
import { statsQuery, useShowSwitch } from '../api/streams'
import { ConfirmSheet } from '../parts/confirm-sheet'
import { useFloor } from './floor-context'

/** The one big switch: go live with the picture that arrives, or end for good. Both ask first. */
export function OnAirButton() {
  const t = useT()
  const { show } = useFloor()
  const [asking, setAsking] = useState(false)
  const turn = useShowSwitch(show.id)
  const signal = useQuery(statsQuery(show.id, 3000)).data?.has_signal ?? false
  const onAir = show.state === 'live' || show.state === 'interrupted'
  const close = () => {
    setAsking(false)
    turn.reset()
  }
  return (
    <>
      <Button
        look={onAir ? 'danger' : 'primary'}
        className="shrink-0 px-4"
        disabled={!onAir && !signal}
        title={!onAir && !signal ? t('problem.no-signal') : undefined}
        icon={onAir ? <CircleStop aria-hidden className="size-5" /> : <Radio aria-hidden className="size-5" />}
        onClick={() => setAsking(true)}
      >
        {t(onAir ? 'studio.end-show' : 'studio.go-live')}
      </Button>
      {asking ? (
        <ConfirmSheet
          title={t(onAir ? 'studio.end-show' : 'studio.go-live')}
          text={t(onAir ? 'studio.end-show-text' : 'studio.go-live-text')}
          action={t(onAir ? 'studio.end-show' : 'studio.go-live')}
          danger={onAir}
          busy={turn.isPending}
          error={turn.error}
          onClose={close}
          onConfirm={() => turn.mutate(onAir ? 'end' : 'start', { onSuccess: close })}
        />
      ) : null}
    </>
  )
}
