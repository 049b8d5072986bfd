//! Who misbehaves, when and how: a function of the seed, the order, the step and the attempt,
//! and of nothing else. Arrival times play no part, so a seed always tells the same story.

use std::{
    collections::HashMap,
    future::pending,
    time::{Duration, SystemTime},
};

use axum::{
    extract::{ConnectInfo, Request, State},
    http::{StatusCode, header::RETRY_AFTER},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{Shared, wire::Cutter};

/// What happens to one order. Every service knows it and plays its part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Nothing goes wrong.
    Smooth,
    /// Inventory and gateway take their time.
    Slow,
    /// The gateway is busy: `Retry-After: 0`, at once again.
    BusyNow,
    /// The gateway is busy: `Retry-After: 1`.
    BusySecond,
    /// The gateway is busy: `Retry-After` with a date.
    BusyDate,
    /// The inventory answers 503 twice.
    Unavailable,
    /// The reservation is made, its answer breaks off in the middle.
    HalfAnswer,
    /// The card is charged, then the connection is reset.
    LostAnswer,
    /// The card is charged, then the gateway says nothing at all.
    Stall,
    /// The card is declined.
    Declined,
    /// The shelf is empty.
    OutOfStock,
    /// The gateway is down.
    Outage,
    /// The gateway charges the card and loses every answer.
    Vanishing,
    /// The card is charged, the answer is lost, then the gateway wants a minute of peace.
    BusyForLong,
    /// The goods break on the way out; the first undo calls fail as well.
    Damaged,
    /// One mail is answered with 503.
    MailFlaky,
    /// No mail goes out.
    MailDown,
}

/// Of twenty orders four have luck, and each of the others meets a fate of its own.
#[expect(clippy::enum_glob_use, reason = "a list of all of them")]
const DECK: [Fate; 20] = {
    use Fate::*;
    [
        Smooth,
        Smooth,
        Smooth,
        Smooth,
        Slow,
        BusyNow,
        BusySecond,
        BusyDate,
        Unavailable,
        HalfAnswer,
        LostAnswer,
        Stall,
        Declined,
        OutOfStock,
        Outage,
        Vanishing,
        BusyForLong,
        Damaged,
        MailFlaky,
        MailDown,
    ]
};

/// How one request is treated. The three that hide the answer strike *after* the work is done:
/// the client cannot know, which is what idempotency keys and compensations are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    Slow,
    Busy(RetryAfter),
    Unavailable,
    Stall,
    Reset,
    Half,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum RetryAfter {
    Seconds(u64),
    Date,
}

/// The plan of one run.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    seed: u64,
}

impl Plan {
    pub const fn new(seed: u64) -> Self {
        Self { seed }
    }

    /// The fate of an order: the deck is shuffled, dealt out and shuffled again.
    pub fn fate(self, order: u32) -> Fate {
        let card = order.saturating_sub(1) as usize;
        let (round, place) = (card / DECK.len(), card % DECK.len());
        let mut deck = DECK;
        let mut state = self.seed ^ (round as u64).wrapping_mul(0xd6e8_feb8_6659_fd93);
        for last in (1..deck.len()).rev() {
            deck.swap(last, below(last + 1, &mut state));
        }
        deck[place]
    }

    /// The fault of the `attempt`th request (from 1) of an order's step.
    #[expect(
        clippy::match_same_arms,
        reason = "a table reads better with its rows apart"
    )]
    fn fault(self, order: u32, step: &str, attempt: u32) -> Fault {
        match (self.fate(order), step, attempt) {
            (Fate::Slow, "reserve" | "charge", _) => Fault::Slow,
            (Fate::BusyNow, "charge", 1) => Fault::Busy(RetryAfter::Seconds(0)),
            (Fate::BusySecond, "charge", 1) => Fault::Busy(RetryAfter::Seconds(1)),
            (Fate::BusyDate, "charge", 1) => Fault::Busy(RetryAfter::Date),
            (Fate::Unavailable, "reserve", 1 | 2) => Fault::Unavailable,
            (Fate::HalfAnswer, "reserve", 1) => Fault::Half,
            (Fate::LostAnswer | Fate::BusyForLong, "charge", 1) => Fault::Reset,
            (Fate::BusyForLong, "charge", _) => Fault::Busy(RetryAfter::Seconds(60)),
            (Fate::Stall, "charge", 1) => Fault::Stall,
            (Fate::Outage, "charge", _) => Fault::Unavailable,
            (Fate::Vanishing, "charge", _) => Fault::Half,
            (Fate::Damaged, "refund", 1) => Fault::Unavailable,
            (Fate::Damaged, "release", 1) => Fault::Reset,
            (Fate::MailFlaky, "send", 1) | (Fate::MailDown, "send", _) => Fault::Unavailable,
            _ => Fault::None,
        }
    }
}

/// A number below `end`, from a small generator with a fixed definition (splitmix64), so that
/// seeds keep their meaning.
fn below(end: usize, state: &mut u64) -> usize {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    usize::try_from((mixed ^ (mixed >> 31)) % end as u64).unwrap_or_default()
}

/// The plan, and how often each step of each order has been tried at one service.
#[derive(Clone)]
pub struct Faults {
    plan: Plan,
    attempts: Shared<HashMap<String, u32>>,
}

impl Faults {
    pub fn new(plan: Plan) -> Self {
        Self {
            plan,
            attempts: Shared::new(),
        }
    }

    /// The fault of this request to `/orders/{order}/{step}`.
    fn next(&self, path: &str) -> Fault {
        let mut words = path.split('/').skip(2);
        let (Some(Ok(order)), Some(step)) = (words.next().map(str::parse), words.next()) else {
            return Fault::None;
        };
        let mut attempts = self.attempts.lock();
        let attempt = attempts.entry(path.to_owned()).or_default();
        *attempt += 1;
        self.plan.fault(order, step, *attempt)
    }
}

/// Stands in front of every service and does what the plan says.
pub async fn misbehave(
    State(faults): State<Faults>,
    ConnectInfo(cutter): ConnectInfo<Cutter>,
    request: Request,
    next: Next,
) -> Response {
    let fault = faults.next(request.uri().path());
    match fault {
        Fault::Busy(after) => return busy(after),
        Fault::Unavailable => return StatusCode::SERVICE_UNAVAILABLE.into_response(),
        Fault::Slow => tokio::time::sleep(Duration::from_millis(120)).await,
        _ => {}
    }
    let answer = next.run(request).await;
    match fault {
        Fault::Stall => pending().await,
        Fault::Reset => cutter.reset(),
        Fault::Half => cutter.half(),
        _ => {}
    }
    answer
}

fn busy(after: RetryAfter) -> Response {
    let after = match after {
        RetryAfter::Seconds(seconds) => seconds.to_string(),
        RetryAfter::Date => httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(1)),
    };
    (StatusCode::TOO_MANY_REQUESTS, [(RETRY_AFTER, after)]).into_response()
}
