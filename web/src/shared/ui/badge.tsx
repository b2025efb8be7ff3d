import type { ReactNode } from 'react'
import { cx } from './classes'

export type Tone = 'live' | 'gold' | 'leaf' | 'ember' | 'plain' | 'glass'
const TONES: Record<Tone, string> = {
  live: 'bg-lantern text-on-lantern',
  gold: 'bg-gold/15 text-gold',
  leaf: 'bg-leaf/15 text-leaf',
  ember: 'bg-ember/15 text-ember',
  plain: 'bg-raised text-muted',
  glass: 'bg-black/60 text-white backdrop-blur-sm',
}

export function Badge({ tone = 'plain', className, children }: { tone?: Tone; className?: string; children: ReactNode }) {
  return (
    <span className={cx('inline-flex items-center gap-1 whitespace-nowrap rounded-pill px-2.5 py-0.5 text-xs font-semibold leading-5', TONES[tone], className)}>
      {children}
    </span>
  )
}

export function LiveDot() {
  return <span aria-hidden className="size-1.5 animate-glow rounded-full bg-current" />
}
