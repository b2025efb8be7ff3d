import { Heart } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useLive } from './room-context'

interface Particle {
  id: number
  left: number
  tone: string
  drift: number
}

const TONES = ['#FF4D2E', '#FFB020', '#FF7AA8', '#FF6A3C']
const MOST = 14
let nextId = 0

function particle(): Particle {
  return { id: (nextId += 1), left: 10 + Math.random() * 60, tone: TONES[nextId % TONES.length] ?? '#FF4D2E', drift: Math.random() * 40 - 20 }
}

/** Hearts of everybody, a few for many: the eye gets the mood, the phone keeps its frame rate. */
export default function HeartRain() {
  const hearts = useLive((state) => state.hearts)
  const seen = useRef(hearts)
  const [flying, setFlying] = useState<Particle[]>([])
  useEffect(() => {
    const fresh = Math.min(5, hearts - seen.current)
    seen.current = hearts
    if (fresh <= 0 || matchMedia('(prefers-reduced-motion: reduce)').matches) return
    setFlying((now) => [...now, ...Array.from({ length: fresh }, particle)].slice(-MOST))
  }, [hearts])
  return (
    <div aria-hidden className="pointer-events-none absolute right-2 bottom-16 h-72 w-24 overflow-hidden">
      {flying.map(({ id, left, tone, drift }) => (
        <Heart
          key={id}
          fill={tone}
          stroke="none"
          onAnimationEnd={() => setFlying((now) => now.filter((other) => other.id !== id))}
          style={{ left: `${left}%`, '--drift': `${drift}px` } as React.CSSProperties}
          className="absolute bottom-0 size-7 animate-heart"
        />
      ))}
    </div>
  )
}
