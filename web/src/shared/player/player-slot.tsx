import { useLayoutEffect, useRef } from 'react'
import { screen } from './screen'

/** A place where the picture may be. The place with the highest rank on the page has it. */
export function PlayerSlot({ rank, className }: { rank: number; className?: string }) {
  const node = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => (node.current ? screen.place(node.current, rank) : undefined), [rank])
  return <div ref={node} className={className} />
}
