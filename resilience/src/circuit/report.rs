//! The events of a circuit.

use super::{State, machine::Change};
use crate::event::event;

#[cold]
#[inline(never)]
pub(super) fn report(name: &'static str, change: Change) {
    match change {
        Change::Opened {
            cooldown,
            calls,
            failures,
            slow,
        } => event!(
            WARN,
            "circuit_opened",
            name,
            calls = calls,
            failures = failures,
            slow = slow,
            cooldown_ms = u64::try_from(cooldown.as_millis()).unwrap_or(u64::MAX),
            correlation_id = crate::context::event_id()
        ),
        Change::HalfOpened => event!(
            INFO,
            "circuit_half_open",
            name,
            correlation_id = crate::context::event_id()
        ),
        Change::Closed => event!(
            INFO,
            "circuit_closed",
            name,
            correlation_id = crate::context::event_id()
        ),
        Change::Forced(State::ForcedClosed) => event!(
            WARN,
            "circuit_forced_closed",
            name,
            correlation_id = crate::context::event_id()
        ),
        Change::Forced(_) => event!(
            WARN,
            "circuit_forced_open",
            name,
            correlation_id = crate::context::event_id()
        ),
        Change::Reset => event!(
            INFO,
            "circuit_reset",
            name,
            correlation_id = crate::context::event_id()
        ),
    }
}

/// A call was rejected; every one is told, so at a level that is off unless asked for.
#[cold]
#[inline(never)]
pub(super) fn rejected(site: &'static str, circuit: &'static str) {
    event!(
        DEBUG,
        "circuit_rejected",
        site,
        circuit = circuit,
        correlation_id = crate::context::event_id()
    );
}
