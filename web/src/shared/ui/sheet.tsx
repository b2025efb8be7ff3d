import { X } from 'lucide-react'
import { useEffect, useId, useRef, type ReactNode } from 'react'
import { useT } from '@/shared/i18n/store'
import { IconButton } from './button'
import { cx } from './classes'

interface SheetProps {
  title: string
  onClose: () => void
  children: ReactNode
  footer?: ReactNode
  /** `sheet` rises from the bottom on phones and is a dialog on wide screens; `side` docks to the right there. */
  wide?: 'dialog' | 'side'
  dark?: boolean
  /** Shown above the sheet: the video that goes on while something is filled in. */
  peek?: ReactNode
}

/** Built on the browser's own modal dialog: focus stays inside, Escape closes, the page behind is inert. */
export function Sheet({ title, onClose, children, footer, wide = 'dialog', dark, peek }: SheetProps) {
  const t = useT()
  const dialog = useRef<HTMLDialogElement>(null)
  const heading = useId()
  useEffect(() => {
    const node = dialog.current
    if (node && !node.open) node.showModal()
    return () => node?.close()
  }, [])
  return (
    <dialog
      ref={dialog}
      aria-labelledby={heading}
      data-theme={dark ? 'dark' : undefined}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      onClick={(event) => {
        if (event.target === dialog.current) onClose()
      }}
      className={cx(
        'fixed m-0 max-h-none max-w-none border-0 bg-transparent p-0 text-text backdrop:bg-black/55',
        wide === 'dialog' ? 'backdrop:backdrop-blur-[2px]' : 'sm:backdrop:bg-black/30',
        'inset-x-0 top-auto bottom-0 w-full animate-sheet',
        wide === 'dialog' ? 'sm:inset-0 sm:m-auto sm:h-fit sm:w-[min(32rem,92vw)] sm:animate-rise' : 'sm:inset-y-0 sm:right-0 sm:left-auto sm:h-dvh sm:w-[26rem] sm:animate-fade',
      )}
    >
      {peek}
      <section
        className={cx(
          'flex flex-col overflow-hidden rounded-t-3xl border border-line bg-surface shadow-card',
          peek ? 'max-h-[76dvh]' : 'max-h-[88dvh]',
          wide === 'dialog' ? 'sm:rounded-3xl' : 'sm:h-full sm:max-h-none sm:rounded-none sm:rounded-l-3xl',
        )}
      >
        <header className="flex items-center gap-2 border-b border-line py-1.5 pr-2 pl-5">
          <h2 id={heading} className="grow truncate text-lg">
            {title}
          </h2>
          <IconButton label={t('action.close')} onClick={onClose}>
            <X aria-hidden className="size-5" />
          </IconButton>
        </header>
        <div className="grow overflow-y-auto overscroll-contain p-5">{children}</div>
        {footer ? <footer className="safe-bottom border-t border-line bg-surface px-5 pt-3">{footer}</footer> : null}
      </section>
    </dialog>
  )
}
