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
pub(crate) use event;
