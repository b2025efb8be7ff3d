import { useLayoutEffect, useRef } from 'react'
import { player } from './engine'

/** A place where the picture may be. The place with the highest rank on the page has it. */
export function PlayerSlot({ rank, className }: { rank: number; className?: string }) {
  const node = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => (node.current ? player.place(node.current, rank) : undefined), [rank])
  return <div ref={node} className={className} />
}
