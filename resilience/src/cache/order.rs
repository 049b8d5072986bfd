//! Which entry goes when there is no room: a small queue for what is new, a main one for what was
//! asked for again, and a memory of what has just gone.
//!
//! The scheme is S3-FIFO ("FIFO queues are all you need for cache eviction", SOSP 2023): most keys
//! are asked for once, and leave by the small queue without disturbing the others, so that a scan
//! of new keys evicts nothing that is in use. `docs/performance.md` compares it with others.

use std::collections::{HashSet, VecDeque};

use crate::keyed::AsIs;

/// No place.
pub(super) const NONE: u32 = u32::MAX;
/// One of so many places is for new keys.
const SMALL: usize = 20;
/// So often an entry may be passed over, at most.
const OFTEN: u8 = 7;

/// The queues of one shard. Places are those of its slab.
#[derive(Debug)]
pub(super) struct Order {
    links: Vec<Link>,
    small: Queue,
    main: Queue,
    /// The hashes that left the small queue lately, half as many as there are entries.
    gone: HashSet<u64, AsIs>,
    gone_by_age: VecDeque<u64>,
}

#[derive(Debug, Clone, Copy)]
struct Link {
    hash: u64,
    before: u32,
    after: u32,
    /// How often it was asked for and not yet passed over for that.
    asked: u8,
    in_main: bool,
}

#[derive(Debug)]
struct Queue {
    first: u32,
    last: u32,
    len: usize,
}

impl Queue {
    const EMPTY: Self = Self {
        first: NONE,
        last: NONE,
        len: 0,
    };
}

impl Default for Order {
    fn default() -> Self {
        Self {
            links: Vec::new(),
            small: Queue::EMPTY,
            main: Queue::EMPTY,
            gone: HashSet::default(),
            gone_by_age: VecDeque::new(),
        }
    }
}

impl Order {
    pub(super) fn len(&self) -> usize {
        self.small.len + self.main.len
    }

    /// The entry at this place was asked for.
    #[inline]
    pub(super) fn asked(&mut self, place: u32) {
        if let Some(link) = self.links.get_mut(place as usize)
            && link.asked < OFTEN
        {
            link.asked += 1;
        }
    }

    /// A new entry stands at this place.
    pub(super) fn insert(&mut self, place: u32, hash: u64) {
        // Back again so soon, it is one that is asked for.
        let in_main = self.gone.remove(&hash);
        let link = Link {
            hash,
            before: NONE,
            after: NONE,
            asked: 0,
            in_main,
        };
        match self.links.get_mut(place as usize) {
            Some(free) => *free = link,
            None => self.links.push(link),
        }
        self.push(place, in_main);
    }

    /// The place of the entry that goes, taken out of its queue. `max` entries may be there.
    pub(super) fn evict(&mut self, max: usize) -> Option<u32> {
        let small_max = (max / SMALL).max(1);
        // Each round takes one away, moves one out of the small queue, or asks for one less.
        loop {
            let from_small = self.main.len == 0 || self.small.len >= small_max;
            let place = if from_small {
                self.small.first
            } else {
                self.main.first
            };
            let link = *self.links.get(place as usize)?;
            self.remove(place);
            match (from_small, link.asked.checked_sub(1)) {
                (_, Some(asked)) => {
                    if let Some(link) = self.links.get_mut(place as usize) {
                        link.asked = asked;
                    }
                    self.push(place, true);
                }
                (true, None) => {
                    self.remember(link.hash, max / 2);
                    return Some(place);
                }
                (false, None) => return Some(place),
            }
        }
    }

    /// Takes an entry out of its queue.
    pub(super) fn remove(&mut self, place: u32) {
        let Some(&Link {
            before,
            after,
            in_main,
            ..
        }) = self.links.get(place as usize)
        else {
            return;
        };
        match self.links.get_mut(before as usize) {
            Some(before) => before.after = after,
            None => self.queue(in_main).first = after,
        }
        match self.links.get_mut(after as usize) {
            Some(after) => after.before = before,
            None => self.queue(in_main).last = before,
        }
        self.queue(in_main).len -= 1;
    }

    fn push(&mut self, place: u32, in_main: bool) {
        let queue = self.queue(in_main);
        let before = std::mem::replace(&mut queue.last, place);
        queue.len += 1;
        if before == NONE {
            queue.first = place;
        }
        if let Some(before) = self.links.get_mut(before as usize) {
            before.after = place;
        }
        if let Some(link) = self.links.get_mut(place as usize) {
            *link = Link {
                before,
                after: NONE,
                in_main,
                ..*link
            };
        }
    }

    fn queue(&mut self, main: bool) -> &mut Queue {
        if main {
            &mut self.main
        } else {
            &mut self.small
        }
    }

    fn remember(&mut self, hash: u64, max: usize) {
        if self.gone.insert(hash) {
            self.gone_by_age.push_back(hash);
        }
        // Those that came back are still in the line, and count.
        while self.gone_by_age.len() > max.max(1) {
            if let Some(oldest) = self.gone_by_age.pop_front() {
                self.gone.remove(&oldest);
            }
        }
    }
}
