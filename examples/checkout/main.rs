//! A shop that sells through services which fail in every way services fail, and leaves nothing
//! behind: `cargo run --example checkout -- --help`.
//!
//! Read `shop.rs` first, then `shop/payment.rs`: that is what you would write. `services.rs` is
//! the other side, `timeline.rs` tells what happens, `proof.rs` asks the services at the end.

#![allow(
    unreachable_pub,
    reason = "an example reads like the library code it stands for"
)]

mod args;
mod proof;
mod report;
mod services;
mod shop;
mod timeline;

use std::{
    io::{self, Write as _},
    process::ExitCode,
    time::{SystemTime, UNIX_EPOCH},
};

use resilience::Context;
use tracing_subscriber::{layer::SubscriberExt as _, util::SubscriberInitExt as _};

use self::{
    args::{Args, HELP, Stop},
    proof::Proof,
    report::Ending,
    services::{Services, faults::Plan},
    shop::{Order, checkout},
    timeline::{Paint, Timeline},
};

#[tokio::main]
async fn main() -> io::Result<ExitCode> {
    let words = std::env::args_os()
        .skip(1)
        .map(|word| word.to_string_lossy().into_owned());
    let args = match Args::parse(words, any_seed()) {
        Ok(args) => args,
        Err(Stop::Help) => {
            io::stdout().write_all(HELP.as_bytes())?;
            return Ok(ExitCode::SUCCESS);
        }
        Err(Stop::Mistake(mistake)) => {
            writeln!(io::stderr(), "error: {mistake}")?;
            return Ok(ExitCode::from(2));
        }
    };
    let paint = Paint::for_stdout();
    let timeline = Timeline::new((!args.quiet).then_some(paint));
    tracing_subscriber::registry().with(timeline.clone()).init();

    timeline.open(&args);
    let services = Services::start(Plan::new(args.seed)).await?;
    shop::http::connect(services.clone());
    let endings = sell(args.orders, &timeline).await?;
    let proof = Proof::ask(&services, &endings)
        .await
        .map_err(io::Error::other)?;

    let table = report::table(args.seed, &endings, timeline.counts(), &proof, paint);
    // Whoever closes the pipe early still gets the exit code.
    let _ = io::stdout().write_all(table.as_bytes());
    Ok(if proof.leftovers.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Every region works through its own orders, one after the other; the regions side by side. Each
/// has a circuit of its own, so what one of them meets does not depend on how fast the others are.
async fn sell(orders: u32, timeline: &Timeline) -> io::Result<Vec<Ending>> {
    let counters = shop::REGIONS.map(|region| {
        let queue: Vec<_> = (1..=orders)
            .map(Order::example)
            .filter(|order| order.region == region)
            .collect();
        let timeline = timeline.clone();
        tokio::spawn(async move {
            let mut endings = Vec::with_capacity(queue.len());
            for order in queue {
                endings.push(sell_one(order, &timeline).await);
            }
            endings
        })
    });
    let mut endings = Vec::new();
    for counter in counters {
        endings.extend(counter.await?);
    }
    endings.sort_by_key(|ending| ending.order.number);
    Ok(endings)
}

async fn sell_one(order: Order, timeline: &Timeline) -> Ending {
    let id = format!("order-{}", order.number);
    // Every event below, those of compensations included, leads back to the order.
    let context = Context::new()
        .correlation_id(id.as_str())
        .insert("region", order.region);
    let result = context.scope(checkout(&order)).await;
    let ending = Ending { order, result };
    timeline.tell(&id, &ending.line());
    // An open circuit says when it is worth while to come back. Until then the region waits.
    if let Err(error) = &ending.result
        && let Some(pause) = error.pause()
    {
        tokio::time::sleep(pause).await;
    }
    ending
}

/// Another story every time.
fn any_seed() -> u64 {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    u64::from(now.subsec_nanos()) % 10_000
}
