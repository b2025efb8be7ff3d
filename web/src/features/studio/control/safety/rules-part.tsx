import { useT } from '@/shared/i18n/store'
import type { Policy } from '@/shared/realtime/frames'
import { SelectField } from '@/shared/ui/field'
import { useRoomPart } from '../floor-context'
import { useModeration } from '../use-moderation'
import { FOLLOW_STEPS, followersText, SLOW_STEPS, slowText, withValue } from './rule-words'
import { RaidSwitch } from './raid-switch'
import { Segments } from './segments'

const POLICIES: Policy[] = ['allow', 'mask', 'block']

/** Who may write, how often, and what is kept out. */
export function RulesPart() {
  const t = useT()
  const rules = useRoomPart((state) => state.rules)
  const moderate = useModeration()
  const policies = POLICIES.map((value) => ({ value, label: t(`studio.policy.${value}`) }))
  return (
    <div className="grid gap-5">
      <RaidSwitch />
      <SelectField
        label={t('studio.followers')}
        hint={t('studio.followers-hint')}
        value={rules.followers_only_minutes ?? ''}
        onChange={(event) => moderate({ action: 'followers_only', minutes: event.target.value === '' ? null : Number(event.target.value) })}
      >
        {withValue<number | null>(FOLLOW_STEPS, rules.followers_only_minutes).map((minutes) => (
          <option key={minutes ?? ''} value={minutes ?? ''}>
            {followersText(t, minutes)}
          </option>
        ))}
      </SelectField>
      <SelectField label={t('studio.slow-mode')} value={rules.slow_mode_seconds} onChange={(event) => moderate({ action: 'slow_mode', seconds: Number(event.target.value) })}>
        {withValue(SLOW_STEPS, rules.slow_mode_seconds).map((seconds) => (
          <option key={seconds} value={seconds}>
            {slowText(t, seconds)}
          </option>
        ))}
      </SelectField>
      <Segments label={t('studio.links')} value={rules.links} choices={policies} onChange={(policy) => moderate({ action: 'links', policy })} />
      <Segments label={t('studio.contacts')} value={rules.contacts} choices={policies} onChange={(policy) => moderate({ action: 'contacts', policy })} />
    </div>
  )
}
