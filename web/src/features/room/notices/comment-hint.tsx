import { CircleAlert, Shield, Timer, UserPlus, VolumeX } from 'lucide-react'
import { useEffect, useState, type ReactNode } from 'react'
import type { Problem } from '@/api/problem'
import { formatClock } from '@/shared/format/format'
import { serverNow } from '@/shared/hooks/now'
import { problemText } from '@/shared/hooks/problem-text'
import { useTick } from '@/shared/hooks/tick'
import { useI18n, useT, type MessageId, type Translate } from '@/shared/i18n/store'
import { Button } from '@/shared/ui/button'
import { cx } from '@/shared/ui/classes'
import { COMMENT_INPUT } from '../chat/comment-box'
import { useFollowing } from '../following'
import { useLive, useScene } from '../room-context'
import { hintFor, type Hint } from './hint'

function refusalText(t: Translate, problem: Problem): string {
  const id = `room.blocked.${String(problem.members['reason'])}` as MessageId
  return problem.code === 'message-blocked' && id in useI18n.getState().messages ? t(id) : problemText(t, problem)
}

function words(t: Translate, hint: Hint, now: number): string {
  const clock = (until: number) => formatClock(Math.max(0, (until - now) / 1000))
  switch (hint.kind) {
    case 'refused':
      return refusalText(t, hint.problem)
    case 'muted':
      return hint.until === null ? t('room.hint.muted') : t('room.hint.muted-until', { time: clock(hint.until) })
    case 'follow':
      return hint.minutes > 0 ? t('room.hint.follow-long', { count: hint.minutes }) : t('room.hint.follow')
    case 'followed':
      return t('room.hint.followed', { time: clock(hint.until) })
    case 'slow':
      return hint.until > now ? t('room.hint.slow-wait', { count: Math.ceil((hint.until - now) / 1000) }) : t('room.hint.slow', { count: hint.seconds })
    case 'raid':
      return t('room.hint.raid', { time: clock(hint.until) })
  }
}

const ICONS: Record<Hint['kind'], ReactNode> = {
  refused: <CircleAlert aria-hidden />,
  muted: <VolumeX aria-hidden />,
  follow: <UserPlus aria-hidden />,
  followed: <Timer aria-hidden />,
  slow: <Timer aria-hidden />,
  raid: <Shield aria-hidden />,
}
const QUIET = new Set<Hint['kind']>(['slow', 'raid'])

/** The rule that holds, or why something was not sent; with the one tap that changes it. */
export default function CommentHint({ overVideo }: { overVideo?: boolean }) {
  const t = useT()
  const { room, stream } = useScene()
  const { following, set, busy } = useFollowing(stream.shop?.slug ?? '')
  const role = useLive((state) => state.role)
  const rules = useLive((state) => state.rules)
  const muted = useLive((state) => state.muted)
  const mutedUntil = useLive((state) => state.mutedUntil)
  const saidAt = useLive((state) => state.saidAt)
  const refusal = useLive((state) => state.refusal)
  const on = muted || refusal !== null || rules.slow_mode_seconds > 0 || rules.followers_only_minutes !== null || rules.raid_until !== null
  useTick(on ? 500 : null)
  const [followedAt, setFollowedAt] = useState<number | null>(null)
  const now = serverNow()
  const hint = hintFor({ now, rules, role, following: busy ? false : following, muted, mutedUntil, saidAt, refusal, followedAt })
  const over = muted && hint?.kind !== 'muted' && role === 'buyer'
  useEffect(() => {
    if (over) room.change(() => ({ muted: false, mutedUntil: null }))
  }, [over, room])
  const onFollowed = () => {
    setFollowedAt(serverNow())
    document.getElementById(COMMENT_INPUT)?.focus()
  }
  const quiet = hint && QUIET.has(hint.kind)
  const counts = hint && 'until' in hint && hint.until !== null && hint.until > now
  return (
    <div role={hint?.kind === 'refused' ? 'alert' : 'status'} className={cx(!hint && 'sr-only')}>
      {hint ? (
        <div
          className={cx(
            'flex animate-fade items-center gap-2 text-[13px] leading-snug [&>svg]:size-4 [&>svg]:shrink-0',
            quiet ? 'px-1' : 'rounded-xl px-3 py-1.5',
            overVideo ? (quiet ? 'text-over-video text-white/90' : 'bg-black/65 text-white backdrop-blur-md') : quiet ? 'text-muted' : 'bg-raised',
            hint.kind === 'refused' && 'border border-amber/60',
          )}
        >
          {ICONS[hint.kind]}
          {/* A clock is for the eye; read out once, without its seconds. */}
          <span aria-live={counts ? 'off' : undefined} className="tabular min-w-0 grow py-1 text-pretty">
            {words(t, hint, now)}
          </span>
          {hint.kind === 'follow' ? (
            <Button size="small" busy={busy} className="min-h-11 shrink-0" onClick={() => set(true, onFollowed)}>
              {t('room.follow')}
            </Button>
          ) : null}
        </div>
      ) : null}
    </div>
  )
}
