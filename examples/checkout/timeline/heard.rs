//! What the events mean: counts, and words for what is worth a line.

use std::collections::HashMap;

use resilience::Context;

use super::{Colour, Fields, Line};

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

/// Everything heard so far, as far as it still matters.
#[derive(Default)]
pub struct Heard {
    pub counts: Counts,
    /// How the latest attempt of an order failed: the next event says what follows from it.
    failures: HashMap<String, Failure>,
}

#[derive(Default)]
struct Failure {
    why: String,
    asked_to_wait: bool,
}

impl Heard {
    /// Takes an event in.
    pub fn hear<'a>(
        &mut self,
        order: &str,
        context: &Context,
        event: &'a Fields,
    ) -> Option<Line<'a>> {
        match event.get("kind") {
            "attempt" => self.counts.attempts += 1,
            "attempt_failed" => {
                let asked_to_wait = event.get("asked_to_wait") == "true";
                self.note(order, event.get("error"), asked_to_wait);
            }
            "timed_out" => {
                self.counts.timeouts += 1;
                self.note(
                    order,
                    &format!("no answer in {} ms", event.get("after_ms")),
                    false,
                );
            }
            "circuit_rejected" => self.note(order, "the circuit is open", false),
            "retry_scheduled" | "gave_up" | "fallback_used" => {
                let failure = self.failures.remove(order).unwrap_or_default();
                return Some(self.follow(&failure, event));
            }
            kind if kind.starts_with("circuit_") => {
                return self.circuit(context.get("region").unwrap_or_default(), event);
            }
            kind if kind.starts_with("compensat") => return self.compensation(event),
            _ => {}
        }
        None
    }

    fn note(&mut self, order: &str, why: &str, asked_to_wait: bool) {
        self.failures.insert(
            order.to_owned(),
            Failure {
                why: why.to_owned(),
                asked_to_wait,
            },
        );
    }

    /// What follows from a failure.
    fn follow<'a>(&mut self, failure: &Failure, event: &'a Fields) -> Line<'a> {
        let Failure { why, asked_to_wait } = failure;
        let (colour, words) = match event.get("kind") {
            "retry_scheduled" => {
                self.counts.retries += 1;
                self.counts.waits_asked += u32::from(*asked_to_wait);
                let (next, wait) = (event.number("attempt") + 1, event.number("wait_ms"));
                let asked = if *asked_to_wait { ", as asked" } else { "" };
                (
                    Colour::Yellow,
                    format!("↻ {why} → attempt {next} in {wait} ms{asked}"),
                )
            }
            "gave_up" => {
                let reason = match event.get("why") {
                    "exhausted" => "no attempts left",
                    "delay_too_long" | "deadline_would_pass" => "the wait asked for does not fit",
                    "budget_empty" => "too many retries lately",
                    _ => "another attempt is no use",
                };
                (Colour::Red, format!("✗ {why} → gives up: {reason}"))
            }
            _ => {
                self.counts.fallbacks += 1;
                (Colour::Cyan, "⤷ takes the fallback".to_owned())
            }
        };
        Line {
            step: event.step(),
            colour,
            words,
        }
    }

    fn circuit<'a>(&mut self, region: &str, event: &'a Fields) -> Option<Line<'a>> {
        let words = match event.get("kind") {
            "circuit_opened" => {
                self.counts.openings += 1;
                let (failures, pause) = (event.get("failures"), event.get("cooldown_ms"));
                format!("⚡ circuit {region} opens for {pause} ms, failures: {failures}")
            }
            "circuit_half_open" => format!("⚡ circuit {region} lets one call try"),
            "circuit_closed" => format!("⚡ circuit {region} closes"),
            _ => return None,
        };
        Some(Line {
            step: event.step(),
            colour: Colour::Magenta,
            words,
        })
    }

    fn compensation<'a>(&mut self, event: &'a Fields) -> Option<Line<'a>> {
        let (colour, words) = match event.get("kind") {
            "compensated" => {
                self.counts.undone += 1;
                (Colour::Cyan, format!("↶ {} done", event.get("undo")))
            }
            "compensation_parked" => {
                self.counts.parked += 1;
                (
                    Colour::Red,
                    format!("‼ {} failed for good: parked", event.get("undo")),
                )
            }
            _ => return None,
        };
        Some(Line {
            step: event.step(),
            colour,
            words,
        })
    }
}
