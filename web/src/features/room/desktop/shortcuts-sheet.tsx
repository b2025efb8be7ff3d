import { useT } from '@/shared/i18n/store'
import { Sheet } from '@/shared/ui/sheet'
import { SHORTCUTS } from './use-shortcuts'

export default function ShortcutsSheet({ onClose }: { onClose: () => void }) {
  const t = useT()
  return (
    <Sheet dark title={t('room.shortcuts')} onClose={onClose}>
      <dl className="grid gap-2.5">
        {SHORTCUTS.map(([id, key]) => (
          <div key={id} className="flex items-center justify-between gap-4">
            <dt>{t(`room.keys.${id}`)}</dt>
            <dd>
              <kbd className="rounded-lg border border-line bg-raised px-2.5 py-1 font-sans text-sm font-bold">{key}</kbd>
            </dd>
          </div>
        ))}
      </dl>
    </Sheet>
  )
}
