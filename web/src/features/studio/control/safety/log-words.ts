import type { MessageId, Translate } from '@/shared/i18n/store'
import type { ModerationEntry } from '../../api/types'
import { followersText, slowText } from './rule-words'

const KNOWN = new Set(['delete', 'delete_all', 'pin', 'unpin', 'announce', 'reply', 'mute', 'unmute', 'ban', 'unban', 'slow_mode', 'followers_only', 'links', 'contacts', 'words', 'raid'])

function valueOf(t: Translate, { action, detail }: ModerationEntry): string {
  if (action === 'slow_mode') return slowText(t, Number(detail['seconds']) || 0)
  if (action === 'followers_only') return followersText(t, typeof detail['minutes'] === 'number' ? detail['minutes'] : null)
  const policy = detail['policy']
  return policy === 'allow' || policy === 'mask' || policy === 'block' ? t(`studio.policy.${policy}`) : ''
}

/** What somebody did, in a sentence without its subject; an act this build does not know is named as it is stored. */
export function logText(t: Translate, entry: ModerationEntry): string {
  const { action, detail, subject } = entry
  if (!KNOWN.has(action)) return action
  const kind = action === 'mute' && detail['shadow'] === true ? 'shadow' : action === 'raid' && detail['seconds'] === null ? 'raid_off' : action
  return t(`studio.log.${kind}` as MessageId, { subject: subject?.name ?? t('room.someone'), value: valueOf(t, entry) })
}

/** The words it was about: a message, an announcement, a reply, changed words. */
export function logQuote({ message, detail }: ModerationEntry): string | null {
  if (typeof detail['text'] === 'string') return detail['text']
  return message?.text ?? null
}
