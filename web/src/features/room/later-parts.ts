/** What a room needs a moment after it stands, as one piece of code: ten small ones would each cost a round trip. */
export { default as ActivityLine } from './notices/activity-line'
export { default as AnnouncementBar } from './notices/announcement-bar'
export { default as CommentHint } from './notices/comment-hint'
export { default as HeartRain } from './heart-rain'
export { default as PinnedLine } from './notices/pinned-line'
export { default as PrivateCard } from './notices/private-card'
export { default as QueueChip } from './queue/queue-chip'
export { default as TurnCard } from './queue/turn-card'
