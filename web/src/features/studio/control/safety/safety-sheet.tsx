import { useState } from 'react'
import { useT } from '@/shared/i18n/store'
import { Sheet } from '@/shared/ui/sheet'
import { Tabs } from '@/shared/ui/tabs'
import { LogPart } from './log-part'
import { PeoplePart } from './people-part'
import { RulesPart } from './rules-part'
import { WordsPart } from './words-part'

const PARTS = ['rules', 'words', 'people', 'log'] as const
type Part = (typeof PARTS)[number]

/** Everything that keeps the chat in order, beside the chat on a desk and over it on a phone. */
export default function SafetySheet({ onClose }: { onClose: () => void }) {
  const t = useT()
  const [part, setPart] = useState<Part>('rules')
  return (
    <Sheet title={t('studio.safety')} wide="side" dark onClose={onClose}>
      <div className="grid gap-4">
        <Tabs name="safety" label={t('studio.safety')} value={part} onChange={setPart} tabs={PARTS.map((id) => ({ id, label: t(`studio.safety.${id}`) }))} />
        <div role="tabpanel" id="safety-panel" aria-labelledby={`safety-${part}`} className="min-h-[calc(88dvh-12rem)] sm:min-h-0">
          {part === 'rules' ? <RulesPart /> : part === 'words' ? <WordsPart /> : part === 'people' ? <PeoplePart /> : <LogPart />}
        </div>
      </div>
    </Sheet>
  )
}
