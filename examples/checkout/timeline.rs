//! The story as it happens: turns what the layers report into lines a person likes to read.
//!
//! Every layer reports what is off the happy path as a `tracing` event with the target
//! `resilience`. This is a subscriber like any other: it could as well write JSON or count.

mod heard;
mod paint;

use std::{
    collections::BTreeMap,
    fmt,
    io::{self, Write as _},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use resilience::Context;
use tokio::time::Instant;
use tracing::{
    Event, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{Layer, layer};

use self::heard::Heard;
pub use self::{
    heard::Counts,
    paint::{Colour, Paint},
};
use crate::args::Args;

/// Listens to the events of this program; clones listen together.
#[derive(Clone)]
pub struct Timeline(Arc<Inner>);

struct Inner {
    started: Instant,
    /// `None` tells nothing and only counts.
    paint: Option<Paint>,
    heard: Mutex<Heard>,
}

/// What there is to tell.
pub struct Line<'a> {
    pub step: &'a str,
    pub colour: Colour,
    pub words: String,
}

impl Timeline {
    pub fn new(paint: Option<Paint>) -> Self {
        Self(Arc::new(Inner {
            started: Instant::now(),
            paint,
            heard: Mutex::default(),
        }))
    }

    /// Prints what the story is about.
    pub fn open(&self, Args { orders, seed, .. }: &Args) {
        let Some(paint) = &self.0.paint else { return };
        let signs = "↻ retry  ⚡ circuit  ↶ compensation  ⤷ fallback  ✓ sold  ✗ failed";
        let signs = paint.in_colour(Colour::Dim, signs);
        let _ = writeln!(
            io::stdout().lock(),
            "{orders} orders, --seed {seed}\n{signs}\n"
        );
    }

    /// What has been counted so far.
    pub fn counts(&self) -> Counts {
        self.heard().counts
    }

    /// Prints one line of an order's story.
    pub fn tell(&self, order: &str, line: &Line<'_>) {
        let Some(paint) = &self.0.paint else { return };
        let time = self.0.started.elapsed().as_secs_f64();
        let time = paint.in_colour(Colour::Dim, format_args!("{time:7.3}s"));
        let words = paint.in_colour(line.colour, &line.words);
        // Nobody listens any more if this fails: then the story goes on untold.
        let _ = writeln!(
            io::stdout().lock(),
            "{time}  {order:<9} {:<8} {words}",
            line.step
        );
    }

    fn heard(&self) -> MutexGuard<'_, Heard> {
        self.0.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<S: Subscriber> Layer<S> for Timeline {
    fn on_event(&self, event: &Event<'_>, _: layer::Context<'_, S>) {
        let target = event.metadata().target();
        if target != "resilience" && !target.starts_with("checkout") {
            return;
        }
        let mut fields = Fields::default();
        event.record(&mut fields);
        // What a saga reports about its compensations names the order, everything else runs in
        // the context of the order.
        let context = Context::current();
        let order = context.id().unwrap_or_else(|| fields.get("correlation_id"));
        let line = self.heard().hear(order, &context, &fields);
        if let Some(line) = line {
            self.tell(order, &line);
        }
    }
}

/// The fields of one event as text.
#[derive(Default)]
struct Fields(BTreeMap<&'static str, String>);

impl Fields {
    fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// The bare name of the annotated function.
    fn step(&self) -> &str {
        self.get("site").rsplit("::").next().unwrap_or_default()
    }

    fn number(&self, name: &str) -> u64 {
        self.get(name).parse().unwrap_or_default()
    }
}

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }
}
