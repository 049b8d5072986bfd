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
    pub parked: u32,
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
        let line = self.heard().hear(&context, &fields);
        if let Some(Line {
            step,
            colour,
            words,
        }) = line
        {
            self.tell(context.id().unwrap_or_default(), step, colour, words);
        }
    }
}

/// An event in words.
struct Line<'a> {
    step: &'a str,
    colour: Colour,
    words: String,
}

impl Heard {
    /// Counts what an event reports, and puts it into words if it is worth a line.
    fn hear<'a>(&mut self, context: &Context, event: &'a Fields) -> Option<Line<'a>> {
        let order = context.id().unwrap_or_default();
        let region = context.get("region").unwrap_or_default();
        let site = event.get("site");
        let mut step = site.rsplit("::").next().unwrap_or(site);
        let counts = &mut self.counts;
        let (colour, words) = match event.get("kind") {
            "attempt" => {
                counts.attempts += 1;
                return None;
            }
            "attempt_failed" => {
                let asked_to_wait = event.get("asked_to_wait") == "true";
                return self.failed(order, event.get("error").to_owned(), asked_to_wait);
            }
            "timed_out" => {
                counts.timeouts += 1;
                let why = format!("no answer within {} ms", event.get("after_ms"));
                return self.failed(order, why, false);
            }
            "circuit_rejected" => return self.failed(order, "circuit open".to_owned(), false),
            "retry_scheduled" => {
                counts.retries += 1;
                let Failure { why, asked_to_wait } = self.failures.remove(order)?;
                self.counts.waits_asked += u32::from(asked_to_wait);
                let (next, wait) = (event.number("attempt") + 1, event.number("wait_ms"));
                let asked = if asked_to_wait { ", as asked" } else { "" };
                (
                    Colour::Yellow,
                    format!("↻ {why} → attempt {next} in {wait} ms{asked}"),
                )
            }
            "gave_up" => {
                let why = self
                    .failures
                    .remove(order)
                    .map_or(String::new(), |failure| failure.why);
                let attempts = event.number("attempts");
                let reason = match event.get("why") {
                    "exhausted" => "no attempts left",
                    "delay_too_long" | "deadline_would_pass" => "so long a wait does not fit",
                    "budget_empty" => "too many retries in a short time",
                    _ => "another attempt is no use",
                };
                (
                    Colour::Red,
                    format!("✗ {why} → gives up at attempt {attempts}: {reason}"),
                )
            }
            "circuit_opened" => {
                counts.openings += 1;
                let (failures, pause) = (event.get("failures"), event.get("cooldown_ms"));
                let words =
                    format!("⚡ circuit {region} opens after {failures} failures, for {pause} ms");
                (Colour::Magenta, words)
            }
            "circuit_half_open" => (
                Colour::Magenta,
                format!("⚡ circuit {region} lets one call try"),
            ),
            "circuit_closed" => (Colour::Magenta, format!("⚡ circuit {region} closes")),
            "fallback_used" => {
                counts.fallbacks += 1;
                let why = self
                    .failures
                    .remove(order)
                    .map_or(String::new(), |failure| failure.why);
                (Colour::Cyan, format!("⤷ {why} → takes the fallback"))
            }
            "compensated" => {
                counts.undone += 1;
                let undone = std::mem::replace(&mut step, event.get("undo"));
                (Colour::Cyan, format!("↶ {undone} is undone"))
            }
            "compensation_parked" => {
                counts.parked += 1;
                (Colour::Red, format!("‼ {step} could not be undone: parked"))
            }
            _ => return None,
        };
        Some(Line {
            step,
            colour,
            words,
        })
    }

    /// Keeps a failure for the event that says what follows from it.
    fn failed(&mut self, order: &str, why: String, asked_to_wait: bool) -> Option<Line<'static>> {
        self.failures
            .insert(order.to_owned(), Failure { why, asked_to_wait });
        None
    }
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
