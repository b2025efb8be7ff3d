/** Generated from contracts/room-events.schema.json: `npm run gen:api`. */
export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description It was done. */
        AckFrame: {
            d: components["schemas"]["ChatAnswer"] | components["schemas"]["JoinAnswer"] | components["schemas"]["NothingMore"] | components["schemas"]["QueueAnswer"] | components["schemas"]["SpotlightAnswer"];
            /** @description That of the client frame; null when it had none */
            id: number | null;
            /** @constant */
            t: "ack";
        };
        /** @description Words of the shop to everybody in the room. */
        Announcement: {
            id: string;
            text: string;
        };
        /** @description Words of the shop to everybody in the room. */
        AnnouncementFrame: {
            /** @description Server time, Unix milliseconds */
            at: number;
            d: components["schemas"]["Announcement"];
            /** @description Number of the frame in its room and epoch: exactly one more than that of the numbered frame before */
            s: number;
            /** @constant */
            t: "announcement";
        };
        /** @description So many units are in your bag now, at all shops; with the box that has changed, if one has. Read them again. */
        Cart: {
            box: components["schemas"]["CartBox"] | null;
            count: number;
        };
        /** @description The box in which what you claimed at this shop waits. `ending`: soon, and something in it is not ordered. */
        CartBox: {
            ending: boolean;
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             */
            expires_at: string;
            id: string;
            shop_id: string;
            /** @enum {unknown} */
            state: "expired" | "open" | "ordered";
        };
        /** @description So many units are in your bag now, at all shops; with the box that has changed, if one has. Read them again. */
        CartFrame: {
            /** @description Server time, Unix milliseconds */
            at: number;
            d: components["schemas"]["Cart"];
            /** @description Number among the frames for this person: always higher than the one before, not always by one */
            n: number;
            /** @constant */
            t: "cart";
        };
        /** @description The message is in the log, under this id and number. */
        ChatAnswer: {
            id: string;
            /** @description Number of a frame */
            seq: number;
        };
        /** @description One message (`id`) or every message of a person (`user_id`) is gone, for everybody and for good. */
        ChatDeleted: {
            id?: string;
            user_id?: string;
        };
        /** @description One message (`id`) or every message of a person (`user_id`) is gone, for everybody and for good. */
        ChatDeletedFrame: {
            /** @description Server time, Unix milliseconds */
            at: number;
            d: components["schemas"]["ChatDeleted"];
            /** @description Number of the frame in its room and epoch: exactly one more than that of the numbered frame before */
            s: number;
            /** @constant */
            t: "chat-deleted";
        };
        /** @description A message to everybody. Ids sort by time; the time is the frame's `at`. `shadow` is there, and true, for the staff alone: besides them only its author sees the message. */
        ChatMessage: {
            id: string;
            shadow?: boolean;
            text: string;
            user: components["schemas"]["Person"];
        };
        /** @description A message to everybody. Ids sort by time; the time is the frame's `at`. `shadow` is there, and true, for the staff alone: besides them only its author sees the message. */
        ChatMessageFrame: {
            /** @description Server time, Unix milliseconds */
            at: number;
            d: components["schemas"]["ChatMessage"];
            /** @description Number of the frame in its room and epoch: exactly one more than that of the numbered frame before */
            s: number;
            /** @constant */
            t: "chat-message";
        };
        /** @description Say something. What may be an order is handed over before any chat limit; `claim-result` answers its author. */
        ChatText: {
            /** @description At most 200 characters after trimming */
            text: string;
        };
        /** @description Say something. What may be an order is handed over before any chat limit; `claim-result` answers its author. */
        ChatTextFrame: {
            d: components["schemas"]["ChatText"];
            /** @description The client's own number; its answer carries it */
            id?: number | null;
            /** @constant */
            t: "chat-message";
        };
        /** @description A right to units, or a place in the line for them (`position`). `hold_expires_at` only while it is held. With `first_paid` nothing is set aside: the units go to whoever pays first. */
        Claim: {
            code: string;
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             */
            created_at: string;
            first_paid: boolean;
            hold_expires_at: string | null;
            id: string;
            image: string | null;
            item_id: string;
            options: {
                [key: string]: string;
            };
            order_id: string | null;
            position: number | null;
            product_id: string;
            quantity: number;
            shop_id: string;
            /** @enum {unknown} */
            source: "comment" | "staff" | "tap";
            /** @enum {unknown} */
            state: "expired" | "held" | "ordered" | "released" | "waitlisted";
            stream_id: string;
            title: string;
            unit_price: components["schemas"]["Money"];
            variant_id: string;
        };
        /** @description What became of your comment, or of a claim of yours that changed without you. `outcome` leads: `held`, `waitlisted`, `promoted`, `updated`, `cancelled`, `released`, `expired`; `reminder`: the deadline is near; or why nothing happened: `sold_out`, `limit`, `needs_variant` (choose from `options`), `ambiguous` (confirm `proposal`, or choose from `suggestions`; reason `repeat`: the same was claimed a moment ago, `claims` says what), `stream_closed`, `dismissed` (the shop looked at it: no order). A comment with several lines has each line's outcome in `results`. While the room log is away, the edge answers a comment without a number `n`. */
        ClaimResult: {
            /** @default null */
            available?: number | null;
            /** @default null */
            claim?: components["schemas"]["Claim"] | null;
            /** @default null */
            claimed?: number | null;
            claims?: components["schemas"]["Claim"][];
            /** @default null */
            code?: string | null;
            /** @default null */
            item_id?: string | null;
            /** @default null */
            limit?: number | null;
            /** @default null */
            message_id?: string | null;
            /** @default null */
            options?: Record<string, unknown>[] | null;
            /** @default null */
            outcome?: string | null;
            /** @default null */
            problem?: {
                code: string;
            } | null;
            /** @default null */
            proposal?: Record<string, unknown>[] | null;
            /** @default null */
            quantity?: number | null;
            /** @default null */
            reason?: string | null;
            /** @default null */
            results?: Record<string, unknown>[] | null;
            /** @default null */
            suggestions?: Record<string, unknown>[] | null;
            /** @default null */
            text?: string | null;
            /** @default null */
            variant?: unknown;
            /** @default null */
            variant_id?: string | null;
        };
        /** @description What became of your comment, or of a claim of yours that changed without you. `outcome` leads: `held`, `waitlisted`, `promoted`, `updated`, `cancelled`, `released`, `expired`; `reminder`: the deadline is near; or why nothing happened: `sold_out`, `limit`, `needs_variant` (choose from `options`), `ambiguous` (confirm `proposal`, or choose from `suggestions`; reason `repeat`: the same was claimed a moment ago, `claims` says what), `stream_closed`, `dismissed` (the shop looked at it: no order). A comment with several lines has each line's outcome in `results`. While the room log is away, the edge answers a comment without a number `n`. */
        ClaimResultFrame: {
            /** @description Server time, Unix milliseconds */
            at: number;
            d: components["schemas"]["ClaimResult"];
            /** @description Number among the frames for this person: always higher than the one before, not always by one */
            n?: number;
            /** @constant */
            t: "claim-result";
        };
        /** @description One text message from a client: always a single frame. */
        ClientFrame: components["schemas"]["JoinRoomFrame"] | components["schemas"]["LeaveRoomFrame"] | components["schemas"]["ChatTextFrame"] | components["schemas"]["SendReactionFrame"] | components["schemas"]["SpotlightFrame"] | components["schemas"]["JoinQueueFrame"] | components["schemas"]["SendOfferFrame"] | components["schemas"]["SendAnswerFrame"] | components["schemas"]["SendIceCandidateFrame"];
        /** @description Why a socket was closed. From 4500 to 4999: do not come back. */
        CloseCode: 1000 | 1001 | 1002 | 1003 | 1007 | 1009 | 4001 | 4008 | 4010 | 4029 | 4501 | 4503 | 4510;
        /** @description It was refused, and nothing was done. */
        ErrorFrame: {
            d: components["schemas"]["Problem"];
            /** @description That of the client frame; null when it had none */
            id: number | null;
            /** @constant */
            t: "error";
        };
        /** @description A picture of a product in several widths. */
        Image: {
            id: string;
            sizes: {
                [key: string]: string;
            };
            url: string;
        };
        /** @description An item as it is now, be it new or changed; or, `removed`, that it has left the line-up. */
        ItemUpdated: {
            item?: components["schemas"]["LineUpItem"];
            item_id: string;
            removed?: boolean;
        };
        /** @description An item as it is now, be it new or changed; or, `removed`, that it has left the line-up. */
        ItemUpdatedFrame: {
            /** @description Server time, Unix milliseconds */
            at: number;
            d: components["schemas"]["ItemUpdated"];
            /** @description Number of the frame in its room and epoch: exactly one more than that of the numbered frame before */
            s: number;
            /** @constant */
            t: "item-updated";
        };
        /** @description Where the room stands. Not `resumed`: a `resync` and the state anew follow instead of what was missed. */
        JoinAnswer: {
            epoch: string;
            resumed: boolean;
            /** @description Number of a frame */
            seq: number;
        };
        /** @description Stand in the line of the room or of one item, or give the place up. Asking again keeps the place. */
        JoinQueue: {
            /** @default null */
            item_id?: string | null;
            /** @default false */
            leave?: boolean;
        };
        /** @description Stand in the line of the room or of one item, or give the place up. Asking again keeps the place. */
        JoinQueueFrame: {
            d?: components["schemas"]["JoinQueue"];
            /** @description The client's own number; its answer carries it */
            id?: number | null;
            /** @constant */
            t: "join-queue";
        };
        /** @description Into the ticket's room again after `leave-room`; or, inside, say where one left off to have the rest replayed. */
        JoinRoom: {
            /** @default null */
            epoch?: string | null;
            /** @default null */
            n?: number | null;
            /** @default null */
            seq?: number | null;
        };
        /** @description Into the ticket's room again after `leave-room`; or, inside, say where one left off to have the rest replayed. */
        JoinRoomFrame: {
            d?: components["schemas"]["JoinRoom"];
            /** @description The client's own number; its answer carries it */
            id?: number | null;
            /** @constant */
            t: "join-room";
        };
        /** @description People who came in during the last second. Who has switched it off is counted but not named. */
        Joined: {
            /** @description How many */
            count: number;
            names: string[];
        };
        /** @description People who came in during the last second. Who has switched it off is counted but not named. */
        JoinedFrame: {
            /** @description Server time, Unix milliseconds */
            at: number;
            d: components["schemas"]["Joined"];
            /** @constant */
            t: "joined";
        };
        /** @description Out of the room; the socket stays open. */
        LeaveRoom: Record<string, unknown>;
        /** @description Out of the room; the socket stays open. */
        LeaveRoomFrame: {
            d?: components["schemas"]["LeaveRoom"];
            /** @description The client's own number; its answer carries it */
            id?: number | null;
            /** @constant */
            t: "leave-room";
        };
        /** @description A line of the line-up. `available` is what a buyer can claim of all variants together. `mode` `turn`: only who has the turn in the line may claim. `first_paid`: nothing is held, who pays first gets it. */
        LineUpItem: {
            available: number;
            code: string;
            first_paid: boolean;
            id: string;
            limit_per_buyer: number | null;
            live_price: components["schemas"]["Money"] | null;
            /** @enum {unknown} */
            mode: "stock" | "turn";
            pinned: boolean;
            product: components["schemas"]["Product"];
            stock: number | null;
            stream_id: string;
        };
        /** @description What a viewer is told about themselves. Without an account: no id, and no writing. */
        Me: {
            can_chat: boolean;
            id: string | null;
            name: string;
            role: string;
        };
        /** @description The message held above the chat; null: none any more. */
        MessagePinned: {
            message: components["schemas"]["StoredMessage"] | null;
        };
        /** @description The message held above the chat; null: none any more. */
        MessagePinnedFrame: {
            /** @description Server time, Unix milliseconds */
            at: number;
            d: components["schemas"]["MessagePinned"];
            /** @description Number of the frame in its room and epoch: exactly one more than that of the numbered frame before */
            s: number;
            /** @constant */
            t: "message-pinned";
        };
        /** @description An amount in the smallest coin in use: one New Taiwan dollar, one satang. */
        Money: {
            amount: number;
            /** @enum {string} */
            currency: "TWD" | "THB";
        };
        /** @description You may read and order but not write, until then (null: for the whole show); or you may write again. */
        Muted: {
            muted: boolean;
            until?: number | null;
        };
        /** @description You may read and order but not write, until then (null: for the whole show); or you may write again. */
        MutedFrame: {
            /** @description Server time, Unix milliseconds */
            at: number;
            d: components["schemas"]["Muted"];
            /** @description Number among the frames for this person: always higher than the one before, not always by one */
            n: number;
            /** @constant */
            t: "muted";
        };
        /** @description It was done; there is no more to say. */
        NothingMore: Record<string, unknown>;
        /** @description An order that began in this show has changed: for its buyer and for the people of the shop. */
        OrderUpdated: {
            number: string;
            order_id: string;
            shop_id: string;
            /** @enum {unknown} */
            state: "cancelled" | "delivered" | "packing" | "paid" | "pending_payment" | "refunded" | "shipped";
            total: components["schemas"]["Money"];
        };
        /** @description An order that began in this show has changed: for its buyer and for the people of the shop. */
        OrderUpdatedFrame: {
            /** @description Server time, Unix milliseconds */
            at: number;
            d: components["schemas"]["OrderUpdated"];
            /** @description Number among the frames for this person: always higher than the one before, not always by one */
            n: number;
            /** @constant */
            t: "order-updated";
        };
        /** @description The socket that signals; the host answers to its `viewer`. */
        Peer: {
            name: string;
            role: string;
            user: string | null;
            viewer: string;
        };
        /** @description Somebody as everybody in the room may see them; `role` is a role in the shop, or `buyer`. */
        Person: {
            id: string;
            name: string;
            role: string;
        };
        /** @description Words of the shop to you alone, perhaps in answer to a message of yours. */
        PrivateReply: {
            from: components["schemas"]["Person"];
            id: string;
            in_reply_to: string | null;
            text: string;
        };
        /** @description Words of the shop to you alone, perhaps in answer to a message of yours. */
        PrivateReplyFrame: {
            /** @description Server time, Unix milliseconds */
            at: number;
            d: components["schemas"]["PrivateReply"];
            /** @description Number among the frames for this person: always higher than the one before, not always by one */
            n: number;
            /** @constant */
            t: "private-reply";
        };
        /** @description RFC 9457, as over HTTP. `code` is stable; further members depend on it. */
        Problem: {
            code: string;
            detail?: string;
            /** @description Seconds to wait before trying again */
            retry_after?: number;
            status: number;
            title: string;
            type: string;
        } & {
            [key: string]: unknown;
        };
        /** @description A product as the catalog shows it. */
        Product: {
            attributes?: Record<string, unknown>;
            category: string | null;
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             */
            created_at?: string;
            currency?: string;
            description: string;
            id: string;
            images: components["schemas"]["Image"][];
            shop_id: string;
            status: string;
            title: string;
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             */
            updated_at?: string;
            variants: components["schemas"]["Variant"][];
        };
        /** @description Everything that limits who may write what. `followers_only_minutes`: null is off, 0 is "must follow". */
        PublicRules: {
            /** @enum {unknown} */
            contacts: "allow" | "block" | "mask";
            followers_only_minutes: number | null;
            /** @enum {unknown} */
            links: "allow" | "block" | "mask";
            raid_until: number | null;
            /** @description Seconds */
            slow_mode_seconds: number;
        };
        /** @description Everything that limits who may write what. `followers_only_minutes`: null is off, 0 is "must follow". */
        PublicRulesFrame: {
            /** @description Server time, Unix milliseconds */
            at: number;
            d: components["schemas"]["PublicRules"];
            /** @description Number of the frame in its room and epoch: exactly one more than that of the numbered frame before */
            s: number;
            /** @constant */
            t: "room-rules";
        };
        /** @description Where you stand, as `queue-position` says it; all empty outside the line. */
        QueueAnswer: {
            /** @default null */
            item_id?: string | null;
            /** @default null */
            position?: number | null;
            /** @default false */
            turn?: boolean;
            /** @default null */
            turn_expires_at?: string | null;
        };
        /** @description Your place in the line (`item_id`: for which item), or that it is your turn until then; no `position` then. Sent at every step to those near the front; the others learn their place when they ask. All empty: out of the line. */
        QueuePosition: {
            item_id: string | null;
            position: number | null;
            turn: boolean;
            turn_expires_at: string | null;
        };
        /** @description Your place in the line (`item_id`: for which item), or that it is your turn until then; no `position` then. Sent at every step to those near the front; the others learn their place when they ask. All empty: out of the line. */
        QueuePositionFrame: {
            /** @description Server time, Unix milliseconds */
            at: number;
            d: components["schemas"]["QueuePosition"];
            /** @description Number among the frames for this person: always higher than the one before, not always by one */
            n: number;
            /** @constant */
            t: "queue-position";
        };
        /** @description Reactions of one sort, summed over a second and one process. */
        Reaction: {
            /** @description How many */
            count: number;
            emoji: string;
        };
        /** @description Reactions of one sort, summed over a second and one process. */
        ReactionFrame: {
            /** @description Server time, Unix milliseconds */
            at: number;
            d: components["schemas"]["Reaction"];
            /** @constant */
            t: "reaction";
        };
        /** @description So many comments that may be orders wait for a helper of this show: read the repair list again. */
        RepairChanged: {
            /** @description How many */
            waiting: number;
        };
        /** @description So many comments that may be orders wait for a helper of this show: read the repair list again. */
        RepairChangedFrame: {
            /** @description Server time, Unix milliseconds */
            at: number;
            d: components["schemas"]["RepairChanged"];
            /** @constant */
            t: "repair-changed";
        };
        /** @description What was missed cannot be replayed. A `room-state` follows; until then nothing that is shown is certain. */
        Resync: {
            epoch: string;
            /** @description Number of a frame */
            seq: number;
        };
        /** @description What was missed cannot be replayed. A `room-state` follows; until then nothing that is shown is certain. */
        ResyncFrame: {
            /** @description Server time, Unix milliseconds */
            at: number;
            d: components["schemas"]["Resync"];
            /** @constant */
            t: "resync";
        };
        /** @description Whether news reach the room at the moment. `false`: what is shown may be old, and what is sent may be refused. */
        RoomHealth: {
            live: boolean;
        };
        /** @description Whether news reach the room at the moment. `false`: what is shown may be old, and what is sent may be refused. */
        RoomHealthFrame: {
            /** @description Server time, Unix milliseconds */
            at: number;
            d: components["schemas"]["RoomHealth"];
            /** @constant */
            t: "room-health";
        };
        /** @description The whole room, as it was at number `seq` of `epoch`. What comes later is numbered from `seq + 1`. */
        RoomState: {
            chat: components["schemas"]["StoredMessage"][];
            epoch: string;
            items: components["schemas"]["LineUpItem"][];
            me: components["schemas"]["Me"];
            pinned: string | null;
            pinned_message: components["schemas"]["StoredMessage"] | null;
            rules?: components["schemas"]["PublicRules"];
            /** @description Number of a frame */
            seq: number;
            slow_mode: number;
            /** @enum {string} */
            state: "draft" | "scheduled" | "live" | "interrupted" | "ended";
            /** @description How many */
            viewers: number;
        };
        /** @description The whole room, as it was at number `seq` of `epoch`. What comes later is numbered from `seq + 1`. */
        RoomStateFrame: {
            /** @description Server time, Unix milliseconds */
            at: number;
            d: components["schemas"]["RoomState"];
            /** @description Number of the last frame that the state contains */
            s: number;
            /** @constant */
            t: "room-state";
        };
        /** @description Take the session. */
        SendAnswer: {
            /** @default null */
            candidate?: Record<string, unknown> | string | null;
            /** @default null */
            sdp?: string | null;
            /** @default null */
            to?: string | null;
        };
        /** @description Take the session. */
        SendAnswerFrame: {
            d?: components["schemas"]["SendAnswer"];
            /** @description The client's own number; its answer carries it */
            id?: number | null;
            /** @constant */
            t: "webrtc-answer";
        };
        /** @description Say a way to be reached. */
        SendIceCandidate: {
            /** @default null */
            candidate?: Record<string, unknown> | string | null;
            /** @default null */
            sdp?: string | null;
            /** @default null */
            to?: string | null;
        };
        /** @description Say a way to be reached. */
        SendIceCandidateFrame: {
            d?: components["schemas"]["SendIceCandidate"];
            /** @description The client's own number; its answer carries it */
            id?: number | null;
            /** @constant */
            t: "webrtc-ice-candidate";
        };
        /** @description Offer a session. */
        SendOffer: {
            /** @default null */
            candidate?: Record<string, unknown> | string | null;
            /** @default null */
            sdp?: string | null;
            /** @default null */
            to?: string | null;
        };
        /** @description Offer a session. */
        SendOfferFrame: {
            d?: components["schemas"]["SendOffer"];
            /** @description The client's own number; its answer carries it */
            id?: number | null;
            /** @constant */
            t: "webrtc-offer";
        };
        /** @description Hearts and the like. Needs no answer: without an `id` none is sent. */
        SendReaction: {
            /**
             * @description Taps since the frame before; counted from 1 to 20
             * @default 1
             */
            count?: number;
            /**
             * @default heart
             * @enum {unknown}
             */
            emoji?: "clap" | "fire" | "heart" | "laugh" | "wow";
        };
        /** @description Hearts and the like. Needs no answer: without an `id` none is sent. */
        SendReactionFrame: {
            d?: components["schemas"]["SendReaction"];
            /** @description The client's own number; its answer carries it */
            id?: number | null;
            /** @constant */
            t: "reaction";
        };
        /** @description One frame from the server; `t` tells which. */
        ServerFrame: components["schemas"]["RoomStateFrame"] | components["schemas"]["ResyncFrame"] | components["schemas"]["StreamStatusFrame"] | components["schemas"]["RoomHealthFrame"] | components["schemas"]["ChatMessageFrame"] | components["schemas"]["ChatDeletedFrame"] | components["schemas"]["MessagePinnedFrame"] | components["schemas"]["AnnouncementFrame"] | components["schemas"]["SpotlightProductFrame"] | components["schemas"]["ItemUpdatedFrame"] | components["schemas"]["StockChangedFrame"] | components["schemas"]["RepairChangedFrame"] | components["schemas"]["ViewerCountFrame"] | components["schemas"]["ReactionFrame"] | components["schemas"]["JoinedFrame"] | components["schemas"]["SoldFrame"] | components["schemas"]["SlowModeFrame"] | components["schemas"]["PublicRulesFrame"] | components["schemas"]["MutedFrame"] | components["schemas"]["ClaimResultFrame"] | components["schemas"]["OrderUpdatedFrame"] | components["schemas"]["CartFrame"] | components["schemas"]["QueuePositionFrame"] | components["schemas"]["PrivateReplyFrame"] | components["schemas"]["WebrtcOfferFrame"] | components["schemas"]["WebrtcAnswerFrame"] | components["schemas"]["WebrtcIceCandidateFrame"] | components["schemas"]["AckFrame"] | components["schemas"]["ErrorFrame"];
        /** @description One text message from the server: always an array of frames. */
        ServerMessage: components["schemas"]["ServerFrame"][];
        /** @description One message per person and so many seconds; 0: as fast as one likes. */
        SlowMode: {
            /** @description Seconds */
            seconds: number;
        };
        /** @description One message per person and so many seconds; 0: as fast as one likes. */
        SlowModeFrame: {
            /** @description Server time, Unix milliseconds */
            at: number;
            d: components["schemas"]["SlowMode"];
            /** @description Number of the frame in its room and epoch: exactly one more than that of the numbered frame before */
            s: number;
            /** @constant */
            t: "slow-mode";
        };
        /** @description Somebody paid for an item. The name is masked, and left out for buyers who do not want to be named. */
        Sold: {
            code: string | null;
            item_id: string;
            name?: string;
            /** @description How many */
            quantity: number;
        };
        /** @description Somebody paid for an item. The name is masked, and left out for buyers who do not want to be named. */
        SoldFrame: {
            /** @description Server time, Unix milliseconds */
            at: number;
            d: components["schemas"]["Sold"];
            /** @constant */
            t: "sold";
        };
        /** @description Show an item, or none. */
        Spotlight: {
            item_id: string | null;
            /** @default null */
            media_time?: number | null;
        };
        /** @description The item is pinned; the room hears of it by its own frame. */
        SpotlightAnswer: {
            item_id: string | null;
        };
        /** @description Show an item, or none. */
        SpotlightFrame: {
            d: components["schemas"]["Spotlight"];
            /** @description The client's own number; its answer carries it */
            id?: number | null;
            /** @constant */
            t: "spotlight-product";
        };
        /** @description The item that the host shows now; null: none. */
        SpotlightProduct: {
            item_id: string | null;
            /** @default null */
            media_time?: number | null;
        };
        /** @description The item that the host shows now; null: none. */
        SpotlightProductFrame: {
            /** @description Server time, Unix milliseconds */
            at: number;
            d: components["schemas"]["SpotlightProduct"];
            /** @description Number of the frame in its room and epoch: exactly one more than that of the numbered frame before */
            s: number;
            /** @constant */
            t: "spotlight-product";
        };
        /** @description What is left of an item: a hint, the claim decides. `variants` has every variant's units by id. `available` repeats the units of `variant_id`, or of the item when it has only one variant. */
        StockChanged: {
            available: number;
            /** @description How many */
            item_available: number;
            item_id: string;
            variant_id?: string;
            variants: {
                [key: string]: number;
            };
        };
        /** @description What is left of an item: a hint, the claim decides. `variants` has every variant's units by id. `available` repeats the units of `variant_id`, or of the item when it has only one variant. */
        StockChangedFrame: {
            /** @description Server time, Unix milliseconds */
            at: number;
            d: components["schemas"]["StockChanged"];
            /** @constant */
            t: "stock-changed";
        };
        /** @description A message with its time, as a snapshot or a page of history carries it. */
        StoredMessage: {
            /** @description Unix time in milliseconds */
            at: number;
            id: string;
            shadow?: boolean;
            text: string;
            user: components["schemas"]["Person"];
        };
        /** @description Where the show stands: going on air, interrupted, back, over, or renamed. */
        StreamStatus: {
            ended_at: string | null;
            provider?: string;
            started_at: string | null;
            /** @enum {string} */
            state: "draft" | "scheduled" | "live" | "interrupted" | "ended";
            title: string;
        };
        /** @description Where the show stands: going on air, interrupted, back, over, or renamed. */
        StreamStatusFrame: {
            /** @description Server time, Unix milliseconds */
            at: number;
            d: components["schemas"]["StreamStatus"];
            /** @description Number of the frame in its room and epoch: exactly one more than that of the numbered frame before */
            s: number;
            /** @constant */
            t: "stream-status";
        };
        /** @description A variant of a product; `price` is the ordinary one. */
        Variant: {
            available: number;
            id: string;
            options: {
                [key: string]: string;
            };
            price: components["schemas"]["Money"];
            sku: string | null;
        };
        /** @description People watching, each once by account or device, over all processes. At most once a second. */
        ViewerCount: {
            /** @description How many */
            count: number;
        };
        /** @description People watching, each once by account or device, over all processes. At most once a second. */
        ViewerCountFrame: {
            /** @description Server time, Unix milliseconds */
            at: number;
            d: components["schemas"]["ViewerCount"];
            /** @constant */
            t: "viewer-count";
        };
        /** @description The session is taken. */
        WebrtcAnswer: {
            candidate: Record<string, unknown> | string | null;
            from: components["schemas"]["Peer"];
            sdp: string | null;
        };
        /** @description The session is taken. */
        WebrtcAnswerFrame: {
            /** @description Server time, Unix milliseconds */
            at: number;
            d: components["schemas"]["WebrtcAnswer"];
            /** @constant */
            t: "webrtc-answer";
        };
        /** @description A way to reach the peer. */
        WebrtcIceCandidate: {
            candidate: Record<string, unknown> | string | null;
            from: components["schemas"]["Peer"];
            sdp: string | null;
        };
        /** @description A way to reach the peer. */
        WebrtcIceCandidateFrame: {
            /** @description Server time, Unix milliseconds */
            at: number;
            d: components["schemas"]["WebrtcIceCandidate"];
            /** @constant */
            t: "webrtc-ice-candidate";
        };
        /** @description A session is offered. */
        WebrtcOffer: {
            candidate: Record<string, unknown> | string | null;
            from: components["schemas"]["Peer"];
            sdp: string | null;
        };
        /** @description A session is offered. */
        WebrtcOfferFrame: {
            /** @description Server time, Unix milliseconds */
            at: number;
            d: components["schemas"]["WebrtcOffer"];
            /** @constant */
            t: "webrtc-offer";
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type AckFrame = components['schemas']['AckFrame'];
export type Announcement = components['schemas']['Announcement'];
export type AnnouncementFrame = components['schemas']['AnnouncementFrame'];
export type Cart = components['schemas']['Cart'];
export type CartBox = components['schemas']['CartBox'];
export type CartFrame = components['schemas']['CartFrame'];
export type ChatAnswer = components['schemas']['ChatAnswer'];
export type ChatDeleted = components['schemas']['ChatDeleted'];
export type ChatDeletedFrame = components['schemas']['ChatDeletedFrame'];
export type ChatMessage = components['schemas']['ChatMessage'];
export type ChatMessageFrame = components['schemas']['ChatMessageFrame'];
export type ChatText = components['schemas']['ChatText'];
export type ChatTextFrame = components['schemas']['ChatTextFrame'];
export type Claim = components['schemas']['Claim'];
export type ClaimResult = components['schemas']['ClaimResult'];
export type ClaimResultFrame = components['schemas']['ClaimResultFrame'];
export type ClientFrame = components['schemas']['ClientFrame'];
export type CloseCode = components['schemas']['CloseCode'];
export type ErrorFrame = components['schemas']['ErrorFrame'];
export type Image = components['schemas']['Image'];
export type ItemUpdated = components['schemas']['ItemUpdated'];
export type ItemUpdatedFrame = components['schemas']['ItemUpdatedFrame'];
export type JoinAnswer = components['schemas']['JoinAnswer'];
export type JoinQueue = components['schemas']['JoinQueue'];
export type JoinQueueFrame = components['schemas']['JoinQueueFrame'];
export type JoinRoom = components['schemas']['JoinRoom'];
export type JoinRoomFrame = components['schemas']['JoinRoomFrame'];
export type Joined = components['schemas']['Joined'];
export type JoinedFrame = components['schemas']['JoinedFrame'];
export type LeaveRoom = components['schemas']['LeaveRoom'];
export type LeaveRoomFrame = components['schemas']['LeaveRoomFrame'];
export type LineUpItem = components['schemas']['LineUpItem'];
export type Me = components['schemas']['Me'];
export type MessagePinned = components['schemas']['MessagePinned'];
export type MessagePinnedFrame = components['schemas']['MessagePinnedFrame'];
export type Money = components['schemas']['Money'];
export type Muted = components['schemas']['Muted'];
export type MutedFrame = components['schemas']['MutedFrame'];
export type NothingMore = components['schemas']['NothingMore'];
export type OrderUpdated = components['schemas']['OrderUpdated'];
export type OrderUpdatedFrame = components['schemas']['OrderUpdatedFrame'];
export type Peer = components['schemas']['Peer'];
export type Person = components['schemas']['Person'];
export type PrivateReply = components['schemas']['PrivateReply'];
export type PrivateReplyFrame = components['schemas']['PrivateReplyFrame'];
export type Problem = components['schemas']['Problem'];
export type Product = components['schemas']['Product'];
export type PublicRules = components['schemas']['PublicRules'];
export type PublicRulesFrame = components['schemas']['PublicRulesFrame'];
export type QueueAnswer = components['schemas']['QueueAnswer'];
export type QueuePosition = components['schemas']['QueuePosition'];
export type QueuePositionFrame = components['schemas']['QueuePositionFrame'];
export type Reaction = components['schemas']['Reaction'];
export type ReactionFrame = components['schemas']['ReactionFrame'];
export type RepairChanged = components['schemas']['RepairChanged'];
export type RepairChangedFrame = components['schemas']['RepairChangedFrame'];
export type Resync = components['schemas']['Resync'];
export type ResyncFrame = components['schemas']['ResyncFrame'];
export type RoomHealth = components['schemas']['RoomHealth'];
export type RoomHealthFrame = components['schemas']['RoomHealthFrame'];
export type RoomState = components['schemas']['RoomState'];
export type RoomStateFrame = components['schemas']['RoomStateFrame'];
export type SendAnswer = components['schemas']['SendAnswer'];
export type SendAnswerFrame = components['schemas']['SendAnswerFrame'];
export type SendIceCandidate = components['schemas']['SendIceCandidate'];
export type SendIceCandidateFrame = components['schemas']['SendIceCandidateFrame'];
export type SendOffer = components['schemas']['SendOffer'];
export type SendOfferFrame = components['schemas']['SendOfferFrame'];
export type SendReaction = components['schemas']['SendReaction'];
export type SendReactionFrame = components['schemas']['SendReactionFrame'];
export type ServerFrame = components['schemas']['ServerFrame'];
export type ServerMessage = components['schemas']['ServerMessage'];
export type SlowMode = components['schemas']['SlowMode'];
export type SlowModeFrame = components['schemas']['SlowModeFrame'];
export type Sold = components['schemas']['Sold'];
export type SoldFrame = components['schemas']['SoldFrame'];
export type Spotlight = components['schemas']['Spotlight'];
export type SpotlightAnswer = components['schemas']['SpotlightAnswer'];
export type SpotlightFrame = components['schemas']['SpotlightFrame'];
export type SpotlightProduct = components['schemas']['SpotlightProduct'];
export type SpotlightProductFrame = components['schemas']['SpotlightProductFrame'];
export type StockChanged = components['schemas']['StockChanged'];
export type StockChangedFrame = components['schemas']['StockChangedFrame'];
export type StoredMessage = components['schemas']['StoredMessage'];
export type StreamStatus = components['schemas']['StreamStatus'];
export type StreamStatusFrame = components['schemas']['StreamStatusFrame'];
export type Variant = components['schemas']['Variant'];
export type ViewerCount = components['schemas']['ViewerCount'];
export type ViewerCountFrame = components['schemas']['ViewerCountFrame'];
export type WebrtcAnswer = components['schemas']['WebrtcAnswer'];
export type WebrtcAnswerFrame = components['schemas']['WebrtcAnswerFrame'];
export type WebrtcIceCandidate = components['schemas']['WebrtcIceCandidate'];
export type WebrtcIceCandidateFrame = components['schemas']['WebrtcIceCandidateFrame'];
export type WebrtcOffer = components['schemas']['WebrtcOffer'];
export type WebrtcOfferFrame = components['schemas']['WebrtcOfferFrame'];
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
