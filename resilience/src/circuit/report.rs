//! The events of a circuit.

use super::{State, machine::Change};
use crate::{event::call_event, time::millis};

#[cold]
#[inline(never)]
pub(super) fn report(name: &'static str, change: Change) {
    match change {
        Change::Opened {
            cooldown,
            calls,
            failures,
            slow,
        } => call_event!(
            WARN,
            "circuit_opened",
            name,
            calls = calls,
            failures = failures,
            slow = slow,
            cooldown_ms = millis(cooldown)
        ),
        Change::HalfOpened => call_event!(INFO, "circuit_half_open", name),
        Change::Closed => call_event!(INFO, "circuit_closed", name),
        Change::Forced(State::ForcedClosed) => call_event!(WARN, "circuit_forced_closed", name),
        Change::Forced(_) => call_event!(WARN, "circuit_forced_open", name),
        Change::Reset => call_event!(INFO, "circuit_reset", name),
    }
}

/// A call was rejected; every one is told, so at a level that is off unless asked for.
#[cold]
#[inline(never)]
pub(super) fn rejected(site: &'static str, circuit: &'static str) {
    call_event!(DEBUG, "circuit_rejected", site, circuit = circuit);
}
