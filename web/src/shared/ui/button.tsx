import { LoaderCircle } from 'lucide-react'
import type { ButtonHTMLAttributes, ReactNode } from 'react'
import { Link, type LinkProps } from 'react-router'
import { cx } from './classes'

type Look = 'primary' | 'secondary' | 'quiet' | 'danger' | 'glass'
type Size = 'small' | 'medium' | 'large'

const LOOKS: Record<Look, string> = {
  primary: 'bg-lantern text-on-lantern hover:bg-[#ff6549] active:bg-lantern-deep shadow-[0_6px_20px_rgb(255_77_46/0.28)]',
  secondary: 'bg-raised text-text hover:brightness-110 border border-line',
  quiet: 'text-text hover:bg-raised',
  danger: 'border border-ember/50 text-ember hover:bg-ember/10',
  glass: 'bg-black/45 text-white hover:bg-black/60 backdrop-blur-md border border-white/15',
}
const SIZES: Record<Size, string> = {
  small: 'min-h-9 px-3.5 text-sm',
  medium: 'min-h-11 px-5 text-[15px]',
  large: 'min-h-13 px-6 text-base',
}

function look(kind: Look, size: Size, wide: boolean | undefined, extra: string | undefined) {
  return cx(
    'inline-flex select-none items-center justify-center gap-2 rounded-pill font-semibold transition duration-150 active:scale-[0.98]',
    'disabled:pointer-events-none disabled:opacity-50',
    LOOKS[kind],
    SIZES[size],
    wide && 'w-full',
    extra,
  )
}

interface Own {
  look?: Look
  size?: Size
  wide?: boolean
  icon?: ReactNode
}

export function Button({ look: kind = 'primary', size = 'medium', wide, icon, busy, className, children, ...rest }: Own & { busy?: boolean } & ButtonHTMLAttributes<HTMLButtonElement>) {
  return (
    <button type="button" {...rest} disabled={rest.disabled || busy} aria-busy={busy || undefined} className={look(kind, size, wide, className)}>
      {busy ? <LoaderCircle aria-hidden className="size-5 animate-spin" /> : icon}
      {children}
    </button>
  )
}

export function ButtonLink({ look: kind = 'primary', size = 'medium', wide, icon, className, children, ...rest }: Own & LinkProps) {
  return (
    <Link {...rest} className={look(kind, size, wide, typeof className === 'string' ? className : undefined)}>
      {icon}
      {children}
    </Link>
  )
}

export function IconButton({ label, look: kind = 'quiet', className, children, ...rest }: { label: string; look?: Look } & ButtonHTMLAttributes<HTMLButtonElement>) {
  return (
    <button
      type="button"
      {...rest}
      aria-label={label}
      title={label}
      className={cx('grid size-11 shrink-0 place-items-center rounded-full transition duration-150 active:scale-95 disabled:opacity-40', LOOKS[kind], className)}
    >
      {children}
    </button>
  )
}
