//! The closing table. Equal seeds print equal tables: nothing in it depends on the clock.

use std::collections::BTreeMap;

use crate::{
    proof::Proof,
    shop::{CheckoutError, Order, Receipt, mail::Confirmation, payment::Charge},
    timeline::{Colour, Counts, Line, Paint},
};

/// How one checkout ended.
#[derive(Debug)]
pub struct Ending {
    pub order: Order,
    pub result: Result<Receipt, CheckoutError>,
}

/// The table as text.
pub fn table(seed: u64, endings: &[Ending], counts: Counts, proof: &Proof, paint: Paint) -> String {
    let receipts: Vec<_> = endings
        .iter()
        .filter_map(|ending| ending.result.as_ref().ok())
        .collect();
    let queued = receipts
        .iter()
        .filter(|r| r.confirmation == Confirmation::Queued)
        .count();
    let mut failed = BTreeMap::<_, usize>::new();
    for error in endings
        .iter()
        .filter_map(|ending| ending.result.as_ref().err())
    {
        *failed.entry(error.reason()).or_default() += 1;
    }

    let mut table = Table {
        text: String::new(),
        paint,
    };
    table.head(&format!("checkouts, --seed {seed}"));
    table.row("orders", endings.len());
    table.row("  fulfilled", receipts.len());
    table.row("    with the mail in the outbox", queued);
    table.row("  failed", endings.len() - receipts.len());
    for (reason, orders) in failed {
        table.row(&format!("    {reason}"), orders);
    }
    table.head("what the layers did");
    table.row("attempts", counts.attempts);
    table.row("retries", counts.retries);
    table.row("  at the time Retry-After asked for", counts.waits_asked);
    table.row("attempts cut off by a timeout", counts.timeouts);
    table.row("circuit openings", counts.openings);
    table.row("fallbacks used", counts.fallbacks);
    table.row("compensations run", counts.undone);
    table.row("compensations parked", counts.parked);
    table.head("what the services say");
    table.row("fulfilled: charged and shipped once", proof.complete);
    table.row("failed: charged, then refunded", proof.refunded);
    table.row("failed: reserved, then released", proof.released);
    table.row("left behind", proof.leftovers.len());
    for leftover in &proof.leftovers {
        table.line(Colour::Red, &format!("    {leftover}"));
    }
    if proof.leftovers.is_empty() {
        table.line(
            Colour::Green,
            "\n✓ every order is either complete or gone without a trace",
        );
    }
    table.text
}

struct Table {
    text: String,
    paint: Paint,
}

impl Table {
    fn head(&mut self, words: &str) {
        self.text.push('\n');
        self.line(Colour::Cyan, words);
    }

    fn row(&mut self, words: &str, number: impl TryInto<u64>) {
        let number = number.try_into().unwrap_or(u64::MAX);
        self.line(Colour::Plain, &format!("  {words:<40}{number:>6}"));
    }

    fn line(&mut self, colour: Colour, words: &str) {
        self.text.push_str(&self.paint.in_colour(colour, words));
        self.text.push('\n');
    }
}

impl Ending {
    /// The end of the order's story.
    pub fn line(&self) -> Line<'static> {
        let (colour, words) = match &self.result {
            Ok(receipt) => {
                let mail = match receipt.confirmation {
                    Confirmation::Sent => "mail sent",
                    Confirmation::Queued => "mail in the outbox",
                };
                let Charge { id, cents } = &receipt.charge;
                let money = format!("{}.{:02}", cents / 100, cents % 100);
                (
                    Colour::Green,
                    format!("✓ paid {money} ({id}), shipped, {mail}"),
                )
            }
            Err(error) => (Colour::Red, format!("✗ not sold: {}", error.reason())),
        };
        Line {
            step: "",
            colour,
            words,
        }
    }
}
