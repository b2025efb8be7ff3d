import { QueryClientProvider } from '@tanstack/react-query'
import { render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { queryClient } from '@/shared/data/client'
import { Room } from '@/shared/realtime/room'
import type { ShopStream } from '../api/types'
import { FloorContext } from './floor-context'
import { ObsPanel } from './obs-panel'

const KEY = 'sk-very-secret'
const show = { id: 'str_1', state: 'scheduled', auto_start: true } as ShopStream

beforeEach(() => {
  HTMLDialogElement.prototype.showModal = function () {
    this.open = true
  }
  HTMLDialogElement.prototype.close = function () {
    this.open = false
  }
  const keys = [KEY, 'sk-new']
  vi.stubGlobal('fetch', (url: string) => {
    const key = url.endsWith('/rotate') ? keys[1] : keys[0]
    return Promise.resolve(new Response(JSON.stringify({ rtmp: { url: 'rtmp://host/live', key } }), { status: 200 }))
  })
})
afterEach(() => {
  vi.unstubAllGlobals()
  queryClient.clear()
})

const open = () =>
  render(
    <QueryClientProvider client={queryClient}>
      <FloorContext value={{ room: new Room('str_1'), show }}>
        <ObsPanel />
      </FloorContext>
    </QueryClientProvider>,
  )

describe('OBS panel', () => {
  it('keeps the key covered until it is asked for', async () => {
    open()
    expect(await screen.findByText('rtmp://host/live')).toBeDefined()
    expect(screen.queryByText(KEY)).toBeNull()
    await userEvent.click(screen.getByRole('button', { name: 'studio.key-show' }))
    expect(screen.getByText(KEY)).toBeDefined()
    await userEvent.click(screen.getByRole('button', { name: 'studio.key-hide' }))
    expect(screen.queryByText(KEY)).toBeNull()
  })

  it('replaces the key only after asking', async () => {
    open()
    await userEvent.click(await screen.findByRole('button', { name: 'studio.key-show' }))
    await userEvent.click(screen.getByRole('button', { name: 'studio.rotate' }))
    expect(screen.getByText('studio.rotate-text')).toBeDefined()
    expect(screen.getByText(KEY)).toBeDefined()
    await userEvent.click(screen.getAllByRole('button', { name: 'studio.rotate' }).at(-1)!)
    expect(await screen.findByText('sk-new')).toBeDefined()
    expect(screen.queryByText(KEY)).toBeNull()
  })
})
