//! The events of this crate, as they are emitted on this thread.

#![allow(
    dead_code,
    clippy::unwrap_used,
    reason = "shared by test binaries of which none uses all of it; a poisoned lock is a failed test"
)]

use std::{
    fmt::{Debug, Write as _},
    sync::{Arc, Mutex},
};

use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    span::{Attributes, Id, Record},
    subscriber::DefaultGuard,
};

/// Collects events until it is dropped.
pub(crate) struct Events {
    lines: Arc<Mutex<Vec<String>>>,
    _subscribed: DefaultGuard,
}

impl Events {
    pub(crate) fn collect() -> Self {
        let lines = Arc::default();
        let collector = Collector(Arc::clone(&lines));
        Self {
            lines,
            _subscribed: tracing::subscriber::set_default(collector),
        }
    }

    /// The events as `kind field=value …`, the site left out.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.lines.lock().unwrap().clone()
    }

    /// How many of this kind there were.
    pub(crate) fn count(&self, kind: &str) -> usize {
        let lines = self.lines();
        let of_kind = lines
            .iter()
            .filter(|line| line.split(' ').next() == Some(kind));
        of_kind.count()
    }
}

struct Collector(Arc<Mutex<Vec<String>>>);

#[derive(Default)]
struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let written = match field.name() {
            "kind" => write!(self.0, "{value:?}"),
            "site" => Ok(()),
            name => write!(self.0, " {name}={value:?}"),
        };
        written.unwrap();
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.record_debug(field, &format_args!("{value}"));
    }
}

impl Subscriber for Collector {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "resilience"
    }

    fn event(&self, event: &Event<'_>) {
        let mut line = Line::default();
        event.record(&mut line);
        self.0.lock().unwrap().push(line.0);
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}
