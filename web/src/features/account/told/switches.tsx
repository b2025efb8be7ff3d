import { useMutation, useQueryClient } from '@tanstack/react-query'
import { patch } from '@/api/client'
import type { ToldCategory, ToldChannel, ToldChoices } from '@/api/types'
import { inboxKeys } from '@/shared/data/inbox'
import { useProblemText } from '@/shared/hooks/problem-text'
import { useT } from '@/shared/i18n/store'
import { cx } from '@/shared/ui/classes'
import { notify } from '@/shared/ui/notice'

type Choice = { category: ToldCategory['category']; channel: ToldChannel['channel']; on: boolean }

function Row({ row, channels, onTurn }: { row: ToldCategory; channels: ToldChannel[]; onTurn: (choice: Choice) => void }) {
  const t = useT()
  return (
    <div role="group" aria-labelledby={`told-${row.category}`} className="py-3.5 first:pt-0">
      <p id={`told-${row.category}`} className="font-medium">
        {t(`told.${row.category}`)}
      </p>
      <p className="text-sm text-muted">{t(`told.${row.category}-text`)}</p>
      <div className="mt-1 flex flex-wrap gap-x-5">
        {channels.map(({ channel }) => (
          <label key={channel} className={cx('inline-flex min-h-11 items-center gap-2.5', row.required ? 'text-muted' : 'cursor-pointer')}>
            <input
              type="checkbox"
              disabled={row.required}
              checked={row.channels[channel] ?? false}
              aria-label={t('told.switch', { what: t(`told.${row.category}`), how: t(`told.${channel}`) })}
              onChange={(event) => onTurn({ category: row.category, channel, on: event.target.checked })}
              className="size-5 shrink-0 accent-lantern"
            />
            {t(`told.${channel}`)}
          </label>
        ))}
      </div>
    </div>
  )
}

/** One switch for each kind of news and each way that this installation has. */
export function Switches({ choices }: { choices: ToldChoices }) {
  const text = useProblemText()
  const client = useQueryClient()
  const save = useMutation({
    mutationFn: (choice: Choice) => patch<ToldChoices>('/me/notification-preferences', { choices: [choice] }),
    onMutate: async (choice) => {
      await client.cancelQueries({ queryKey: inboxKeys.choices })
      client.setQueryData<ToldChoices>(inboxKeys.choices, (old) =>
        old && {
          ...old,
          categories: old.categories.map((row) => (row.category === choice.category ? { ...row, channels: { ...row.channels, [choice.channel]: choice.on } } : row)),
        },
      )
    },
    onError: (error) => notify(text(error), 'failed'),
    onSettled: () => client.invalidateQueries({ queryKey: inboxKeys.choices }),
  })
  const offered = choices.channels.filter((channel) => channel.available)
  return (
    <div className="divide-y divide-line">
      {choices.categories.map((row) => (
        <Row key={row.category} row={row} channels={offered} onTurn={save.mutate} />
      ))}
    </div>
  )
}
