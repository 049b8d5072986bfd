//! Events: what happened off the happy path, as `tracing` events with fixed field names.
//!
//! Every event has the target `resilience`, a `kind` and, where there is one, the `site`. Values
//! are numbers and words of the program text, never payloads.

/// Emits one event: `event!(WARN, "timed_out", site, after_ms = 30)`.
macro_rules! event {
    ($level:ident, $kind:literal, $site:expr $(, $field:ident = $value:expr)* $(,)?) => {{
        #[cfg(feature = "tracing")]
        ::tracing::event!(
            target: "resilience",
            ::tracing::Level::$level,
            kind = $kind,
            site = $site,
            // In braces it is a copy, made if somebody listens; a function that takes the value and
            // only emits then needs no stack before it knows.
            $($field = { $value },)*
        );
        #[cfg(not(feature = "tracing"))]
        { let _ = (&$site, $(&$value,)*); }
    }};
}
/// The same from the task of the call, whose context it carries. A compensation runs elsewhere and
/// says its own.
macro_rules! call_event {
    ($($event:tt)+) => {
        $crate::event::event!($($event)+, correlation_id = $crate::context::event_id())
    };
}
pub(crate) use {call_event, event};
