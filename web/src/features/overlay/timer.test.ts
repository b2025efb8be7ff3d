import { expect, it } from 'vitest'
import { formatClock } from '@/shared/format/format'
import { timerText } from './timer'

it('the timer of an overlay counts up, or down to nothing when each item has its time', () => {
  expect([timerText(75, null, formatClock), timerText(75, 120, formatClock), timerText(300, 120, formatClock), timerText(null, 120, formatClock)]).toEqual(['1:15', '0:45', '0:00', null])
})
