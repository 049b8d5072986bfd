//! The story as it happens: turns what the layers report into lines a person likes to read.
//!
//! Every layer reports what is off the happy path as a `tracing` event with the target
//! `resilience`. This is a subscriber like any other: it could as well write JSON or count.

mod paint;

use std::{
    collections::{BTreeMap, HashMap},
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

pub use self::paint::{Colour, Paint};

/// Listens to the events of this program; clones listen together.
#[derive(Clone)]
pub struct Timeline(Arc<Inner>);

struct Inner {
    started: Instant,
    /// `None` tells nothing and only counts.
    paint: Option<Paint>,
    heard: Mutex<Heard>,
}

#[derive(Default)]
struct Heard {
    counts: Counts,
    /// Why the latest attempt of an order failed: the next event says what follows from it.
    failures: HashMap<String, Failure>,
}

struct Failure {
    why: String,
    asked_to_wait: bool,
}

/// How often what happened.
#[derive(Debug, Default, Clone, Copy)]
pub struct Counts {
    pub attempts: u32,
    pub retries: u32,
    pub waits_asked: u32,
    pub timeouts: u32,
    pub openings: u32,
    pub fallbacks: u32,
    pub undone: u32,
}

impl Timeline {
    pub fn new(paint: Option<Paint>) -> Self {
        Self(Arc::new(Inner {
            started: Instant::now(),
            paint,
            heard: Mutex::default(),
        }))
    }

    pub fn counts(&self) -> Counts {
        self.heard().counts
    }

    /// One line of the story.
    pub fn tell(&self, order: &str, step: &str, colour: Colour, words: impl fmt::Display) {
        let Some(paint) = &self.0.paint else { return };
        let time = self.0.started.elapsed().as_secs_f64();
        let time = paint.in_colour(Colour::Dim, format_args!("{time:7.3}s"));
        let words = paint.in_colour(colour, words);
        // Nobody listens any more if this fails: then the story goes on untold.
        let _ = writeln!(io::stdout().lock(), "{time}  {order:<9} {step:<8} {words}");
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
        // Compensations run in a task of their own, but in the context of their saga.
        let context = Context::current();
        let order = context.id().unwrap_or_default();
        let step = fields.get("site").rsplit("::").next().unwrap_or_default();
        let line = self.heard().hear(order, &fields);
        if let Some((colour, words)) = line {
            self.tell(order, step, colour, words);
        }
    }
}

impl Heard {
    /// Counts what an event reports, and puts it into words if it is worth a line.
    fn hear(&mut self, order: &str, event: &Fields) -> Option<(Colour, String)> {
        match event.get("kind") {
            "attempt" => self.counts.attempts += 1,
            "attempt_failed" => {
                let why = event.get("error").to_owned();
                let asked_to_wait = event.get("asked_to_wait") == "true";
                self.failures
                    .insert(order.to_owned(), Failure { why, asked_to_wait });
            }
            "timed_out" => {
                self.counts.timeouts += 1;
                let why = format!("no answer within {} ms", event.get("after_ms"));
                self.failures.insert(
                    order.to_owned(),
                    Failure {
                        why,
                        asked_to_wait: false,
                    },
                );
            }
            "retry_scheduled" => {
                let Failure { why, asked_to_wait } = self.failures.remove(order)?;
                self.counts.retries += 1;
                self.counts.waits_asked += u32::from(asked_to_wait);
                let next = event.number("attempt") + 1;
                let wait = event.number("wait_ms");
                let asked = if asked_to_wait { ", as asked" } else { "" };
                return line(
                    Colour::Yellow,
                    format!("↻ {why}: attempt {next} in {wait} ms{asked}"),
                );
            }
            _ => {}
        }
        None
    }
}

fn line(colour: Colour, words: String) -> Option<(Colour, String)> {
    Some((colour, words))
}

/// The fields of one event as text.
#[derive(Default)]
struct Fields(BTreeMap<&'static str, String>);

impl Fields {
    fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
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
